import type { ParkingProfile } from './parking';
import type { ProviderProfile } from './profile';

/** Every provider, by its id. The only file outside of a provider's folder that names one. */
export const PROVIDERS: readonly ProviderProfile[] = [
  whenNeeded(
    'high-mobility',
    () => (require('./high-mobility/profile') as typeof import('./high-mobility/profile')).highMobility,
    () => {
      const light = require('./high-mobility/catalogue') as typeof import('./high-mobility/catalogue');
      return { catalogue: light.CATALOGUE, traits: light.TRAITS, support: light.SUPPORT };
    },
  ),
  whenNeeded('otonomo', () => (require('./otonomo/profile') as typeof import('./otonomo/profile')).otonomo),
];

/** Every provider of parking, by its id. */
export const PARKINGS: readonly ParkingProfile[] = [
  lazily('autopay', () => (require('./autopay/profile') as typeof import('./autopay/profile')).autopay),
];

const LIGHT = ['catalogue', 'traits', 'support'] as const;
type LightPart = (typeof LIGHT)[number];

/**
 * A profile that is loaded when more of it is asked for than its id: most commands ask Temporal only, and need no more.
 *
 * @param light loads alone what its catalogue is made of, which are data. @default the profile
 */
function whenNeeded(
  id: string,
  load: () => ProviderProfile,
  light: () => Pick<ProviderProfile, LightPart> = load,
): ProviderProfile {
  const get = (_: object, part: PropertyKey): unknown => {
    if (part === 'id') return id;
    return Reflect.get(LIGHT.some((one) => one === part) ? light() : load(), part);
  };
  return new Proxy<ProviderProfile>({ id } as ProviderProfile, { get });
}

/** The same for any profile. */
function lazily<P extends { readonly id: string }>(id: string, load: () => P): P {
  const get = (_: object, part: PropertyKey): unknown => (part === 'id' ? id : Reflect.get(load(), part));
  return new Proxy<P>({ id } as P, { get });
}
