import { z } from 'zod';
import { APPLICATION_NAME, type Application } from '../domain/application';
import { textKey } from '../domain/text-key';

/** Where vehicles go that do not name their application: by the fleet, and then by the brand, each as `textKey` has it. */
export interface Places {
  readonly fleet: ReadonlyMap<string, Application>;
  readonly brand: ReadonlyMap<string, Application>;
}

const PLACE = /^(fleet|brand):(.+)=([^:=]+)(?::([^:=]+))?$/;

/** `otonomo:acme`; `otonomo` alone is its application `default`. Null for what is none. */
export function readPlace(text: string): Application | null {
  const [provider = '', application = 'default', ...more] = text.trim().split(':');
  const isName = (name: string): boolean => APPLICATION_NAME.test(name);
  return isName(provider) && isName(application) && more.length === 0 ? { provider, application } : null;
}

/** `fleet:acme=otonomo:default,brand:ford=otonomo:acme`. Whether there is such a provider is looked at where it is used. */
export const placesText = z
  .string()
  .default('')
  .transform((text, context): Places => {
    const places = { fleet: new Map<string, Application>(), brand: new Map<string, Application>() };
    for (const part of text.split(',').map((one) => one.trim())) {
      if (part === '') continue;
      const [, kind, name = '', provider = '', application = 'default'] = PLACE.exec(part) ?? [];
      const place = readPlace(`${provider}:${application}`);
      if (!place || (kind !== 'fleet' && kind !== 'brand')) {
        context.addIssue({
          code: 'custom',
          message: `${JSON.stringify(part)} is no place: write fleet:<name>=provider:application or brand:<name>=provider:application`,
        });
        return z.NEVER;
      }
      places[kind].set(textKey(name), place);
    }
    return places;
  });
