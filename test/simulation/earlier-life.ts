import type { Books, Row, Word } from './books';
import type { Carmaker } from './carmaker';
import { type Clock, DAY, HOUR, MINUTE } from './clock';
import type { Random } from './random';
import type { Announcement } from './replies';
import type { World } from './world';

interface Parts {
  readonly clock: Clock;
  readonly random: Random;
  readonly world: World;
  readonly books: Books;
  readonly carmaker: Carmaker;
  readonly change: (row: Row, word: Word, reason: string | null) => void;
  /** A webhook that was sent of it: it may be sent again. */
  readonly announced: (announcement: Announcement) => void;
}

/** What the provider holds of the VIN from before this life. */
export function rememberEarlierLife(parts: Parts): void {
  const { clock, random, world, books, carmaker, change, announced } = parts;
  const { before, brandBefore: brand } = world;
  if (before === 'nothing') return;
  const add = (word: Word, reason: string | null, ago: number): Row =>
    earlier(clock, ago, () => books.add(word, reason, { isOurs: false, brand }));
  const row = add('pending', null, random.between(HOUR, 100 * DAY));
  const turn = (word: Word, reason: string | null = null, one = row): void => {
    earlier(clock, MINUTE * random.between(1, 59), () => books.write(one, word, reason));
    const at = random.chance(0.5) ? new Date(clock.now + world.skew - HOUR).toISOString() : null;
    announced({ status: word, reason, deliveryId: `earlier-${word}`, providerTime: at });
  };
  switch (before) {
    case 'open beside newer ended': {
      turn('approved');
      turn('revoked', null, add('pending', null, HOUR));
      carmaker.approve(row);
      break;
    }
    case 'two open': {
      turn('approved');
      carmaker.approve(row);
      const other = add('pending', null, random.between(HOUR, 2 * DAY));
      if (random.chance(0.5)) turn('approved', null, other);
      else carmaker.consider(other);
      break;
    }
    case 'two ended':
      turn('revoked');
      turn('rejected', 'ineligible VIN', add('pending', null, HOUR));
      break;
    case 'unheard-of word':
      turn('on hold');
      carmaker.leaveHold(row);
      break;
    case 'unreadable row':
      turn(random.pick(['approved', 'rejected', 'revoked'] as const));
      row.unreadableUntil = clock.now + random.between(HOUR, 20 * DAY);
      break;
    case 'pending':
      carmaker.consider(row);
      break;
    case 'approved':
      turn('approved');
      carmaker.approve(row);
      break;
    case 'revoking':
      turn('revoking');
      clock.after(random.between(1_000, random.pick([DAY, 30 * DAY])), () => change(row, 'revoked', null));
      break;
    default:
      turn(before, before === 'rejected' ? 'ineligible VIN' : null);
  }
}

/** Does something at a moment before this one. */
function earlier<T>(clock: Clock, ago: number, work: () => T): T {
  const { now } = clock;
  clock.now = now - ago;
  const result = work();
  clock.now = now;
  return result;
}
