import type { ProviderTraits } from '../../../../src/domain/traits';
import { Story } from '../story';
import { rulesWith } from '../with-traits';

/** A story whose vehicle is pending at a provider with these traits. */
export function pendingAt(traits: Partial<ProviderTraits>): Story {
  const brand = 'mercedes-benz';
  const rules = rulesWith(brand, { firstData: false, ...traits });
  return new Story({ brand }).tell({ type: 'started', rules }).accepted().reads('pending');
}
