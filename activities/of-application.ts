import { VinError } from '../src/base/errors';
import { type Application, applicationKey } from '../src/domain/application';

/**
 * What a worker has for an application.
 *
 * @param all by the key of the application.
 * @throws VinError `APPLICATION_UNKNOWN` where this worker has no such application.
 */
export function ofApplication<T>(all: Readonly<Record<string, T>>, app: Application): T {
  const key = applicationKey(app);
  const found = Object.hasOwn(all, key) ? all[key] : undefined;
  if (found !== undefined) return found;
  const known = Object.keys(all).join(', ');
  throw new VinError(
    'APPLICATION_UNKNOWN',
    `This worker has no application "${key}"`,
    `Give the worker its settings, or use one of: ${known}.`,
  );
}
