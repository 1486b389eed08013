import { notified, parkingId, stayMoved } from '../../../workflows/contract/parking';
import { isSamePlate, type Plate, plateText } from '../../domain/plate';
import type { ClaimOutcome, NotificationDelivery, NotifiedClaim } from './claim-delivery';
import { ExpiringMap, type ExpiringMapLimits } from './expiring-map';
import type { Signals } from './signals';

/** Stays of which it is remembered whose they are: a plate that was read wrongly is corrected within days. */
const PLATES: ExpiringMapLimits = { keepFor: 14 * 86_400_000, atMost: 100_000 };
/** What comes again within this time, and says the same of the same period, is a repeat. */
const SAID: ExpiringMapLimits = { keepFor: 3_600_000, atMost: 50_000 };

/**
 * Hands notifications to the parkings of their plates as signals. One stay is handed over after the other. Where its plate was
 * corrected, the parking that had it before is told as well: this memory is lost with the process, and then that one only hears
 * of the stay no more.
 */
export function createNotificationDelivery(
  signals: Pick<Signals, 'send'>,
  limits: { plates?: ExpiringMapLimits } = {},
): NotificationDelivery {
  const known = new ExpiringMap<{ readonly plate: Plate; readonly period: number }>(limits.plates ?? PLATES);
  const line = new Map<string, Promise<unknown>>();

  async function tell({ provider, plate, stay, period }: NotifiedClaim): Promise<ClaimOutcome> {
    const key = stayKey(provider, stay.id);
    const before = known.get(key);
    const isOther = before !== undefined && !isSamePlate(before.plate, plate);
    // One of before the correction that comes late.
    if (isOther && period !== null && period <= before.period) return 'duplicate';
    const outcome = await signals.send(parkingId(provider, plate), notified, { stay, period });
    if (isOther) {
      const moved = { id: stay.id, plate: plateText(plate) };
      await signals.send(parkingId(provider, before.plate), stayMoved, moved);
    }
    known.set(key, { plate, period: Math.max(period ?? 0, before?.period ?? 0) });
    return outcome;
  }

  return {
    async deliver(claim) {
      const key = stayKey(claim.provider, claim.stay.id);
      const told = (line.get(key) ?? Promise.resolve()).then(() => tell(claim));
      const settled = told.catch(() => undefined);
      line.set(key, settled);
      try {
        return await told;
      } finally {
        if (line.get(key) === settled) line.delete(key);
      }
    },
  };
}

/**
 * Hands each notification over once: one that says what was said last of the same stay and period shares its outcome. It saves
 * signals, and is not needed for the truth: parkings know their stays by their ids. Only what became durable is remembered.
 */
export function onceEach(sink: NotificationDelivery, limits: ExpiringMapLimits = SAID): NotificationDelivery {
  const latest = new ExpiringMap<{ readonly content: string; readonly outcome: Promise<ClaimOutcome> }>(
    limits,
  );
  const keyOf = ({ provider, stay, period }: NotifiedClaim): string =>
    `${stayKey(provider, stay.id)} ${period ?? 'entry'}`;
  const saidBefore = (claim: NotifiedClaim, content: string) => {
    const said = latest.get(keyOf(claim));
    return said?.content === content ? said : undefined;
  };

  return {
    isRepeat: (claim) => saidBefore(claim, contentOf(claim)) !== undefined,
    async deliver(claim) {
      const content = contentOf(claim);
      const before = saidBefore(claim, content);
      if (before) {
        const outcome = await before.outcome;
        return outcome === 'delivered' ? 'duplicate' : outcome;
      }
      const said = { content, outcome: sink.deliver(claim) };
      latest.set(keyOf(claim), said);
      let isDurable = false;
      try {
        const outcome = await said.outcome;
        isDurable = outcome === 'delivered';
        return outcome;
      } finally {
        if (!isDurable) latest.forget(keyOf(claim), said);
      }
    },
  };
}

function stayKey(provider: string, id: string): string {
  return `${provider} ${id}`;
}

function contentOf({ plate, stay, period }: NotifiedClaim): string {
  return JSON.stringify([plate, stay, period]);
}
