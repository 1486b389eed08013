import { VinError } from '../base/errors';
import { loadCatalogue } from '../catalogue/catalogue';
import type { Catalogue } from '../catalogue/schema';
import { type Application, applicationKey } from '../domain/application';
import type { Channel } from '../notify/channel';
import { CHANNELS } from '../notify/registry';
import type { ProviderProfile, Settings, SettingsVariable } from '../providers/profile';
import { PARKINGS } from '../providers/registry';
import { readSettings, variableName } from '../providers/settings';
import { channelVariables } from './channels';
import { type Environment, readConfig, VARIABLES } from './config';

/** An application with what its provider is. */
export interface KnownApplication {
  readonly app: Application;
  readonly profile: ProviderProfile;
}

/** The applications that an environment names, of the providers that there are. */
export interface Applications {
  /** Every variable, as it is named for an application that is called `default`, with what it is and its default. */
  everyVariable(): Record<string, { readonly about: string; readonly fallback?: string }>;
  /** The application that is meant where none is named. @throws VinError `CONFIG_INVALID`. */
  defaultApplication(environment: Environment): Application;
  /** The applications that a worker or a gateway serves, each once. @throws VinError `CONFIG_INVALID`. */
  servedApplications(environment: Environment): KnownApplication[];
  /** Whether there is the provider of an application. */
  has(app: Application): boolean;
  /** What is known of the provider of an application. @throws VinError `APPLICATION_UNKNOWN`. */
  profileOf(app: Application): ProviderProfile;
  /** Every provider's. */
  profiles(): readonly ProviderProfile[];
  /** The catalogue of the provider of an application, with a user's file laid over it. @throws VinError `CATALOGUE_INVALID`. */
  catalogueOf(app: Application, file: string | undefined): Catalogue;
  /** Whether the vehicles of an application are those of a sandbox, by its variables. @throws VinError `CONFIG_INVALID`. */
  isSandboxByVariables(app: Application, environment: Environment): boolean;
  /** The same where nothing may be set: then it is none. */
  isSandboxAt(app: Application, environment: Environment): boolean;
}

/**
 * @param providers all that there are: the first is that of a configuration which names none.
 * @param channels by which notices can leave.
 */
export function createApplications(
  providers: readonly ProviderProfile[],
  channels: readonly Channel[] = CHANNELS,
): Applications {
  const ids = providers.map(({ id }) => id);
  const usual: Application = { provider: ids[0] ?? '', application: 'default' };

  function profileOf(app: Application): ProviderProfile {
    const profile = providers.find(({ id }) => id === app.provider);
    if (profile) return profile;
    throw new VinError(
      'APPLICATION_UNKNOWN',
      `There is no provider "${app.provider}"`,
      `Use one of: ${ids.join(', ')}.`,
    );
  }

  /** @throws VinError `CONFIG_INVALID` for one of a provider that there is not. */
  function known(app: Application, variable: keyof typeof VARIABLES): Application {
    if (ids.includes(app.provider)) return app;
    throw new VinError(
      'CONFIG_INVALID',
      `The configuration is not usable:\n  - ${variable} is not usable: there is no provider "${app.provider}" (providers: ${ids.join(', ')}). ${VARIABLES[variable].about}`,
      'Set the variables named above (README, "Configuration") and start again.',
    );
  }

  function defaultApplication(environment: Environment): Application {
    return known(readConfig(environment, ['VIN_APPLICATION']).VIN_APPLICATION ?? usual, 'VIN_APPLICATION');
  }

  return {
    everyVariable() {
      const ofProviders = [...providers, ...PARKINGS].flatMap(({ id, variables }) =>
        Object.entries<SettingsVariable>(variables).map(([part, variable]) => [
          variableName({ provider: id, application: 'default' }, part),
          variable,
        ]),
      );
      const ours = {
        ...VARIABLES,
        VIN_APPLICATION: { ...VARIABLES.VIN_APPLICATION, fallback: applicationKey(usual) },
      };
      return { ...Object.fromEntries(ofProviders), ...ours, ...channelVariables(channels) };
    },
    defaultApplication,
    has: ({ provider }) => ids.includes(provider),
    servedApplications(environment) {
      const { VIN_APPLICATIONS: served } = readConfig(environment, ['VIN_APPLICATIONS']);
      const all = served?.map((app) => known(app, 'VIN_APPLICATIONS')) ?? [defaultApplication(environment)];
      const once = new Map(all.map((app) => [applicationKey(app), app]));
      return [...once.values()].map((app) => ({ app, profile: profileOf(app) }));
    },
    profileOf,
    profiles: () => providers,
    catalogueOf: (app, file) =>
      loadCatalogue(file, undefined, profileOf(app), {
        providers: ids,
        channels: channels.map(({ id }) => id),
      }),
    isSandboxByVariables(app, environment) {
      const profile = profileOf(app);
      const settings = readSettings(profile, app, environment, [profile.address]);
      return profile.isSandbox(String(settings[profile.address]));
    },
    isSandboxAt(app, environment) {
      const profile = profileOf(app);
      const own = environment[variableName(app, profile.address)]?.trim() ?? '';
      return URL.canParse(own) && profile.isSandbox(own);
    },
  };
}

/** What is needed to ask a provider anything. @throws VinError `CONFIG_INVALID`. */
export function readCredentials({ app, profile }: KnownApplication, environment: Environment): Settings {
  return readSettings(profile, app, environment, profile.credentials, profile.contradictions);
}
