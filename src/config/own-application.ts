import { APPLICATION_NAME, type Application } from '../domain/application';
import { seenPart } from '../domain/name';
import { PROVIDERS } from '../providers/registry';

/** The application that is meant where `VIN_APPLICATION` is not set, as it is written there. */
export const FALLBACK_APPLICATION = `${PROVIDERS[0]?.id}:default`;

/** Reads `provider:application`, of a provider that there is; null where it is none. */
export function readApplication(text: string): Application | null {
  const [provider = '', application = '', ...more] = text.trim().split(':');
  const isKnown = PROVIDERS.some(({ id }) => id === provider);
  return isKnown && APPLICATION_NAME.test(application) && more.length === 0
    ? { provider, application }
    : null;
}

/** The application that is meant where none is named; null where it cannot be read. */
export function applicationSet(
  environment: Readonly<Record<string, string | undefined>>,
): Application | null {
  return readApplication(seenPart(environment['VIN_APPLICATION'] ?? '') || FALLBACK_APPLICATION);
}
