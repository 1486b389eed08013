import { VinError } from '../base/errors';
import { type Application, applicationKey } from '../domain/application';
import { seenPart } from '../domain/name';
import type { ProviderProfile, Settings, SettingsVariable } from './profile';

type Environment = Readonly<Record<string, string | undefined>>;

/** The application that has the variables without a name of an application in them. */
const PLAIN = 'default';

/**
 * The whole name of a variable: `HIGH_MOBILITY_CLIENT_ID` of the application `default`, `HIGH_MOBILITY_ACME_CLIENT_ID` of
 * `acme`.
 */
export function variableName({ provider, application }: Application, part: string): string {
  const words = [provider, ...(application === PLAIN ? [] : [application]), part];
  return words.join('_').toUpperCase().replaceAll('-', '_');
}

/**
 * Reads and checks the variables of an application.
 *
 * @param parts which of them are needed.
 * @param check what they say against each other.
 * @throws VinError `CONFIG_INVALID`, naming each bad variable and its remedy; never a value of a secret.
 */
export function readSettings(
  profile: Pick<ProviderProfile, 'id' | 'variables'>,
  app: Application,
  environment: Environment,
  parts: readonly string[] = Object.keys(profile.variables),
  check: NonNullable<ProviderProfile['contradictions']> = () => [],
): Settings {
  const settings: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const part of parts) {
    const variable = profile.variables[part];
    if (!variable) throw new RangeError(`${profile.id} has no variable ${part}`);
    const name = variableName(app, part);
    const given = seenPart(environment[name] ?? '') || inherited(variable, app, part, environment);
    const result = variable.schema.safeParse(given || variable.fallback);
    if (result.success) settings[part] = result.data;
    else {
      const what = given
        ? `is not usable: ${result.error.issues.map((issue) => issue.message).join('; ')}.`
        : 'is not set.';
      problems.push(`${name} ${what} ${variable.about}`);
    }
  }
  if (problems.length === 0) problems.push(...check(settings, (part) => variableName(app, part)));
  if (problems.length > 0) {
    throw new VinError(
      'CONFIG_INVALID',
      `The configuration of ${applicationKey(app)} is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
      'Set the variables named above (README, "Configuration") and start again.',
    );
  }
  return settings;
}

function inherited(
  { isShared }: SettingsVariable,
  { provider, application }: Application,
  part: string,
  environment: Environment,
): string {
  if (!isShared || application === PLAIN) return '';
  return seenPart(environment[variableName({ provider, application: PLAIN }, part)] ?? '');
}
