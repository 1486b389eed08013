import { type Environment, readConfig, VARIABLES } from './config';
import { type Application, applicationKey } from './domain/application';
import { VinError } from './errors';
import type { ProviderProfile, Settings, SettingsVariable } from './providers/profile';
import { PROVIDERS } from './providers/registry';
import { readSettings, variableName } from './providers/settings';

/** An application with what its provider is. */
export interface KnownApplication {
  readonly app: Application;
  readonly profile: ProviderProfile;
}

/** Every variable, as it is named for an application that is called `default`, with what it is and its default. */
export function everyVariable(): Record<string, { readonly about: string; readonly fallback?: string }> {
  const ofProviders = PROVIDERS.flatMap(({ id, variables }) =>
    Object.entries<SettingsVariable>(variables).map(([part, variable]) => [
      variableName({ provider: id, application: 'default' }, part),
      variable,
    ]),
  );
  return { ...Object.fromEntries(ofProviders), ...VARIABLES };
}

/** The application that is meant where none is named. @throws VinError `CONFIG_INVALID`. */
export function defaultApplication(environment: Environment): Application {
  return readConfig(environment, ['VIN_APPLICATION']).VIN_APPLICATION;
}

/** The applications that a worker or a gateway serves, each once. @throws VinError `CONFIG_INVALID`. */
export function servedApplications(environment: Environment): KnownApplication[] {
  const { VIN_APPLICATIONS: served, VIN_APPLICATION: own } = readConfig(environment, [
    'VIN_APPLICATIONS',
    'VIN_APPLICATION',
  ]);
  const all = new Map((served ?? [own]).map((app) => [applicationKey(app), app]));
  return [...all.values()].map((app) => ({ app, profile: profileOf(app) }));
}

/** What is known of the provider of an application. @throws VinError `APPLICATION_UNKNOWN`. */
export function profileOf(app: Application): ProviderProfile {
  const profile = PROVIDERS.find(({ id }) => id === app.provider);
  if (profile) return profile;
  throw new VinError(
    'APPLICATION_UNKNOWN',
    `There is no provider "${app.provider}"`,
    `Use one of: ${PROVIDERS.map(({ id }) => id).join(', ')}.`,
  );
}

/** Whether the vehicles of an application are those of a sandbox, by its variables. @throws VinError `CONFIG_INVALID`. */
export function isSandboxByVariables(app: Application, environment: Environment): boolean {
  const profile = profileOf(app);
  const settings = readSettings(profile, app, environment, [profile.address]);
  return profile.isSandbox(String(settings[profile.address]));
}

/** The same where nothing may be set: then it is none. */
export function isSandboxAt(app: Application, environment: Environment): boolean {
  const profile = profileOf(app);
  const own = environment[variableName(app, profile.address)]?.trim() ?? '';
  return URL.canParse(own) && profile.isSandbox(own);
}

/** What is needed to ask a provider anything. @throws VinError `CONFIG_INVALID`. */
export function readCredentials({ app, profile }: KnownApplication, environment: Environment): Settings {
  return readSettings(profile, app, environment, profile.credentials, profile.contradictions);
}
