import { highMobility } from './high-mobility/profile';
import type { ProviderProfile } from './profile';

/** Every provider, by its id. The only file outside of a provider's folder that names one. */
export const PROVIDERS: readonly ProviderProfile[] = [highMobility];
