import { builtIn } from '../../../../src/catalogue/catalogue';
import { catalogueSchema } from '../../../../src/catalogue/schema';
import { type Rules, rulesFor } from '../../../../src/domain/rules';
import type { ProviderTraits } from '../../../../src/domain/traits';
import { highMobility } from '../../../../src/providers/high-mobility/profile';
import { Story } from '../story';

/** The words on which a pending clearance waits to be enabled. */
export const TO_ENABLE = 'has to be switched on';

function rulesOf(traits: Partial<ProviderTraits>): Rules {
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
    catalogue: { ...catalogue, reasons: [...catalogue.reasons, toEnable] },
  };
  return rulesFor(catalogueSchema.parse(builtIn(profile)), 'mercedes-benz', { speed: 1 });
}

/** A story whose vehicle is pending at a provider with these traits. */
export function pendingAt(traits: Partial<ProviderTraits>): Story {
  const rules = rulesOf({ firstData: false, ...traits });
  const story = new Story({ brand: 'mercedes-benz' }).tell({ type: 'started', rules });
  return story.accepted().reads('pending');
}
