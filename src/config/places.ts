import { z } from 'zod';
import type { Catalogue } from '../catalogue/schema';
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

/** What decides at which application a vehicle is started, as it is written; empty where nothing is. */
export interface Wanted {
  readonly application: string;
  readonly fleet: string;
  readonly brand: string;
}

/**
 * Where a vehicle goes: by the application that it names, else by its fleet, else by its brand. Null: nothing says so. A sentence
 * where it cannot be anywhere.
 */
export type PlaceOf = (wanted: Wanted) => Application | string | null;

/**
 * The one reading of `VIN_PLACES`, for lists, commands and the API.
 *
 * @param brands by which the spellings of a brand are one: `VW` is `Volkswagen`.
 */
export function createPlaceOf(
  { fleet: fleets, brand: brands }: Places,
  known: { readonly brands: Catalogue['brands']; readonly has: (app: Application) => boolean },
): PlaceOf {
  const spellings = brands.size === 0 ? new Map<string, string>() : spellingsOf(known.brands);
  const brandKey = (text: string): string => spellings.get(textKey(text)) ?? textKey(text);
  const ofBrands = new Map([...brands].map(([name, app]) => [brandKey(name), app]));
  return ({ application, fleet, brand }) => {
    const named = application === '' ? null : readPlace(application.toLowerCase());
    if (application !== '' && !named) return 'is no application';
    // Each row of a list asks: a key is only made where there is something to find by it.
    const ofFleet = named || fleets.size === 0 ? undefined : fleets.get(textKey(fleet));
    const ofBrand = named || ofFleet || ofBrands.size === 0 ? undefined : ofBrands.get(brandKey(brand));
    const app = named ?? ofFleet ?? ofBrand ?? null;
    return app === null || known.has(app) ? app : `names a provider that there is not: ${app.provider}`;
  };
}

function spellingsOf(brands: Catalogue['brands']): Map<string, string> {
  return new Map(
    Object.entries(brands).flatMap(([id, { name, aliases }]) =>
      [id, name, ...aliases].map((spelling) => [textKey(spelling), id] as const),
    ),
  );
}
