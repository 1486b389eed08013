import type { Audience } from '../../src/domain/audience';
import { plateText } from '../../src/domain/plate';
import type { Notice } from '../contract/notice';
import type { ParkingNotice } from './alerts';
import type { ParkingState } from './state';

/** Whom each kind tells, and what they have to do. */
const TOLD: Readonly<
  Record<ParkingNotice['kind'], { readonly audiences: readonly Audience[]; readonly action: string }>
> = {
  'long-stay': { audiences: ['fleet-manager'], action: 'See where it is, and whether it is to stay there.' },
  drift: {
    audiences: ['fleet-manager', 'operations'],
    action: 'Find out who removes plates there. If the vehicle has left the fleet: vin parking remove.',
  },
  unlocked: {
    audiences: ['fleet-manager'],
    action: 'Drivers may still pay for it on-line, and you as well: ask the provider to lock it.',
  },
  trouble: {
    audiences: ['operations'],
    action: 'Look with vin parking show, and mend what stands in the way.',
  },
  'leaving-stuck': {
    audiences: ['fleet-manager', 'operations'],
    action: 'It cannot leave until that is over: look with vin parking show.',
  },
};

/** The application of notices about parkings: a plate is one for all credentials of its provider. */
const APPLICATION = 'default';

/** What people hear, one notice for each audience. The same is never told twice: its id is made of what it is about. */
export function noticesOf(
  { vehicle: { provider, plate, vin, fleet, externalId } }: Pick<ParkingState, 'vehicle'>,
  notices: readonly ParkingNotice[],
  at: number,
): readonly Notice[] {
  const name = plateText(plate);
  return notices.flatMap(({ kind, key, words, since }) =>
    TOLD[kind].audiences.map((audience) => ({
      id: `notice-parking-${provider}-${name}-${kind}-${key}-${audience}`,
      kind,
      ...{ provider, application: APPLICATION, vin: vin ?? '', plate: name, brand: '', fleet, externalId },
      ...{ status: 'unknown', reason: words, level: 0, audience, owner: audience },
      action: `${name}: ${words} ${TOLD[kind].action}`,
      since: new Date(since).toISOString(),
      at: new Date(at).toISOString(),
    })),
  );
}
