import type { Audience } from '../../src/domain/audience';
import { plateText } from '../../src/domain/plate';
import type { Notice } from '../contract/notice';
import type { ParkingNotice } from './alerts';
import type { ParkingState } from './state';
import { type ParkingTopic, TURNS } from './turns';

/** What each kind is about, and who hears of it: not everybody has to do something. */
const TOLD: Readonly<
  Record<ParkingNotice['kind'], { readonly topic: ParkingTopic; readonly audiences: readonly Audience[] }>
> = {
  'long-stay': { topic: 'long-stay', audiences: ['fleet-manager'] },
  drift: { topic: 'vanished', audiences: ['fleet-manager', 'operations'] },
  unlocked: { topic: 'unlocked', audiences: ['fleet-manager'] },
  trouble: { topic: 'stuck', audiences: ['operations'] },
  'leaving-stuck': { topic: 'not-leaving', audiences: ['fleet-manager', 'operations'] },
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
  return notices.flatMap(({ kind, key, words, since }) => {
    const { topic, audiences } = TOLD[kind];
    const { owner, action } = TURNS[topic];
    return audiences.map((audience) => ({
      id: `notice-parking-${provider}-${name}-${kind}-${key}-${audience}`,
      kind,
      ...{ provider, application: APPLICATION, vin: vin ?? '', plate: name, brand: '', fleet, externalId },
      ...{ status: 'unknown', reason: words, level: 0, audience, owner },
      action: `${name}: ${words} ${action} To look: vin parking show ${name}.`,
      since: new Date(since).toISOString(),
      at: new Date(at).toISOString(),
    }));
  });
}
