import type { Client } from '@temporalio/client';
import { type Application, applicationKey } from '../domain/application';
import type { Granted } from '../providers/contact';
import type { ProviderProfile, Settings } from '../providers/profile';
import { identityOf, requireApplication } from '../temporal/ownership';
import { type Finding, failed, good, looked, note, problem } from './finding';

/** How long a provider may take to let us in, in milliseconds. */
const CONTACT = 10_000;

/** What is looked at of a provider. */
export interface ProviderLook {
  readonly app: Application;
  readonly profile: ProviderProfile;
  /** Reads its settings. @throws VinError `CONFIG_INVALID`. */
  readonly settings: () => Settings;
  /** Null where Temporal cannot be asked. */
  readonly client: Client | null;
}

/** Looks at a provider: what is set, where it is, whether it lets us in, and what for. */
export async function lookAtProvider({ app, profile, settings, client }: ProviderLook): Promise<Finding[]> {
  const of = applicationKey(app);
  let known: Settings;
  try {
    known = settings();
  } catch (error) {
    return [failed({ check: 'settings', of }, error)];
  }
  return [
    good('settings', 'Address and credentials are set.', of),
    place(profile, profile.account(known).baseUrl, of),
    ...(client ? [await looked('owner', of, () => owner(client, { app, profile }, known))] : []),
    await looked('token', of, () => token(profile, known, of)),
  ];
}

function place({ name, isSandbox }: ProviderProfile, address: string, of: string): Finding {
  const { origin } = new URL(address);
  return isSandbox(address)
    ? note('environment', `This is the sandbox of ${name} (${origin}): no real vehicle gives data.`, null, of)
    : good('environment', `This is ${name} for real vehicles (${origin}).`, of);
}

/** Whether the activations of this namespace are those of this application at the provider. */
async function owner(
  client: Client,
  { app, profile }: Pick<ProviderLook, 'app' | 'profile'>,
  settings: Settings,
): Promise<Finding> {
  await requireApplication(client, app, identityOf(profile.account(settings)));
  return good('owner', 'The namespace belongs to this application, or to none yet.', applicationKey(app));
}

async function token(profile: ProviderProfile, settings: Settings, of: string): Promise<Finding> {
  const provider = profile.connect(settings);
  try {
    return judge(profile, await provider.contact(CONTACT), of);
  } finally {
    await provider.close();
  }
}

/** What a token is good for, and what does not go without the rest. */
function judge(
  { name, support, scopes: wanted = {} }: ProviderProfile,
  { scopes }: Granted,
  of: string,
): Finding {
  if (scopes === null) return good('token', `${name} gave a token; it does not say what for.`, of);
  const missing = Object.entries(wanted).filter(([scope]) => !scopes.includes(scope));
  if (missing.length === 0) return good('token', `${name} gave a token for ${scopes.join(', ')}.`, of);
  const without = missing.map(([scope, off]) => `without ${scope} ${off}`).join('; ');
  const names = missing.map(([scope]) => scope).join(', ');
  return {
    ...problem(
      'token',
      `The token of ${name} lacks what is needed: ${without}.`,
      `Have the application given ${names} in the console of ${name}, or write to ${support}.`,
      of,
    ),
    code: 'PROVIDER_FORBIDDEN',
  };
}
