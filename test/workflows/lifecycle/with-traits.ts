import { builtIn } from '../../../src/catalogue/catalogue';
import { catalogueSchema } from '../../../src/catalogue/schema';
import { type Rules, rulesFor } from '../../../src/domain/rules';
import type { ProviderTraits } from '../../../src/domain/traits';
import { highMobility } from '../../../src/providers/high-mobility/profile';

/** The words on which a pending clearance waits to be enabled. */
export const TO_ENABLE = 'has to be switched on';

/** The rules for a brand at a provider with these traits, whose catalogue has a reason for the step of enabling. */
export function rulesWith(
  brand: string,
  traits: Partial<ProviderTraits>,
  drift: 'park' | 'resubmit' = 'park',
): Rules {
  const { catalogue } = highMobility;
  const toEnable = {
    id: 'to-enable',
    on: ['pending' as const],
    texts: [TO_ENABLE],
    brands: ['*'],
    class: 'progress' as const,
    owner: 'nobody' as const,
    action: 'Nothing: it is enabled by itself.',
    retry: { kind: 'never' as const },
    ladder: 'waiting',
  };
  const profile = {
    id: highMobility.id,
    traits: { ...highMobility.traits, ...traits },
    catalogue: {
      ...catalogue,
      policy: { ...catalogue.policy, drift },
      reasons: [...catalogue.reasons, toEnable],
    },
  };
  return rulesFor(catalogueSchema.parse(builtIn(profile)), brand, { speed: 1 });
}
