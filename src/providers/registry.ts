import type { ProviderProfile } from './profile';

/** Every provider, by its id. The only file outside of a provider's folder that names one. */
export const PROVIDERS: readonly ProviderProfile[] = [
  whenNeeded(
    'high-mobility',
    () => (require('./high-mobility/profile') as typeof import('./high-mobility/profile')).highMobility,
  ),
  whenNeeded('otonomo', () => (require('./otonomo/profile') as typeof import('./otonomo/profile')).otonomo),
];

/** A profile that is loaded when more of it is asked for than its id: most commands ask Temporal only, and need no more. */
function whenNeeded(id: string, load: () => ProviderProfile): ProviderProfile {
  const get = (_: object, part: PropertyKey): unknown => (part === 'id' ? id : Reflect.get(load(), part));
  return new Proxy<ProviderProfile>({ id } as ProviderProfile, { get });
}
