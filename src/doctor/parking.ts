import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { TOKENS_MEMO, type TokensListed, tokensId } from '../../workflows/contract/tokens';
import { type Application, applicationKey } from '../domain/application';
import type { ParkingProfile } from '../providers/parking';
import type { Settings } from '../providers/profile';
import { type Finding, failed, good, looked, note, problem, unknown } from './finding';

/** An address at which notifications of a credential come in. */
export interface Door {
  /** `/webhooks/autopay/default`. */
  readonly path: string;
  /** The variable of its token. */
  readonly variable: string;
  /** Whether it has a token, be it that of another door. */
  readonly isOpen: boolean;
}

/** What is looked at of a credential for parking. */
export interface ParkingLook {
  readonly app: Application;
  readonly profile: ParkingProfile;
  /** Reads its settings. @throws VinError `CONFIG_INVALID`. */
  readonly settings: () => Settings;
  readonly doors: () => readonly Door[];
  /** Null where Temporal cannot be asked. */
  readonly client: Client | null;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Looks at a credential for parking: what is set, whether there is a token, what its level has, and whether notifications come in. */
export async function lookAtParking({
  app,
  profile,
  settings,
  doors,
  client,
  now = Date.now,
}: ParkingLook): Promise<Finding[]> {
  const of = applicationKey(app);
  let known: Settings;
  try {
    known = settings();
  } catch (error) {
    return [failed({ check: 'settings', of }, error)];
  }
  const { origin } = new URL(profile.account(known).baseUrl);
  const level = profile.level(known);
  return [
    good('settings', `Address (${origin}) and credentials are set.`, of),
    client
      ? await looked('token', of, () => token(client, app, profile, now()))
      : unknown('token', 'Not looked at: Temporal cannot be asked.', null, of),
    level === 'small'
      ? note('level', 'By its level small no payment is locked and no stay is swept.', LEVEL_FIX, of)
      : good('level', `By its settings the agreement is of level ${level}.`, of),
    await looked('notifications', of, () => notifications(doors(), level, of)),
  ];
}

const LEVEL_FIX = 'Where the agreement has more, set its LEVEL (docs/parking.md).';

/** The one that all workers share is looked at. None is asked for: too many may end the access. */
async function token(
  client: Client,
  app: Application,
  { name, support }: ParkingProfile,
  now: number,
): Promise<Finding> {
  const of = applicationKey(app);
  const listed = await tokensListed(client, app);
  if (!listed?.token && !listed?.trouble)
    return note('token', 'None was needed yet: the first call of a worker has one made.', null, of);
  const { token: last, trouble, nextAt } = listed;
  const isGood = last !== null && last.until > now;
  const later = nextAt !== null && nextAt > now ? ` Not before ${new Date(nextAt).toISOString()}.` : '';
  if (trouble) {
    const fix = trouble.next || `See whether id and secret are right, or write to ${support}.`;
    // The last one is good until it ends: it is asked for in time.
    const says = `${name} gave no new one: ${trouble.words}.${later}`;
    return problem('token', isGood ? `${says} The last one is good until it ends.` : says, fix, of);
  }
  if (isGood) return good('token', `The one that all workers share is good.${later}`, of);
  return note('token', `The last one has ended: the next call has a new one made.${later}`, null, of);
}

async function tokensListed(client: Client, app: Application): Promise<TokensListed | null> {
  try {
    const { memo } = await client.workflow.getHandle(tokensId(app)).describe();
    return (memo?.[TOKENS_MEMO] as TokensListed | undefined) ?? null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** Whether the doors for what a level has are open. */
function notifications(doors: readonly Door[], level: string, of: string): Finding {
  const closed = doors.filter(({ isOpen }) => !isOpen);
  const open = doors.filter(({ isOpen }) => isOpen).map(({ path }) => path);
  if (level !== 'enterprise') {
    if (open.length === 0) return good('notifications', 'Its level has none, and no token is set.', of);
    const fix = 'If the agreement is of level enterprise, set its LEVEL; else take the tokens away.';
    return note('notifications', 'Tokens for them are set, and its level has none.', fix, of);
  }
  if (closed.length > 0) {
    const where = closed.map(({ path }) => path).join(' and ');
    const variables = closed.map(({ variable }) => variable).join(' and ');
    const fix = `Set ${variables} for the gateway, and give them to the provider.`;
    return problem('notifications', `Those at ${where} are refused: no token is set.`, fix, of);
  }
  return good('notifications', `They are taken at ${open.join(' and ')}.`, of);
}
