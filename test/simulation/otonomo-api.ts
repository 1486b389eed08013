import { VEHICLES } from '../../src/providers/otonomo/actions';
import type { Reply } from '../../src/providers/shared/transport';
import { type Books, type Row, type Word, wordOf } from './books';
import type { Clock } from './clock';
import type { Random } from './random';
import { json, reply } from './replies';
import { VIN, type World } from './world';

/** What a request to Otonomo's API is, in the words of the first provider; null where it is about something else. */
export function kindOfOtonomo(method: string, path: string): 'GET' | 'POST' | 'DELETE' | 'enable' | null {
  if (!path.startsWith(VEHICLES)) return null;
  if (method === 'GET') return 'GET';
  const action = path.slice(VEHICLES.length);
  if (action === '') return 'POST';
  return action === 'enable' ? 'enable' : 'DELETE';
}

const UNKNOWN = json(400, { message: 'the following vin where not found under you workspace', vins: [VIN] });
const refused = (message: string): Reply => json(403, { message, vins: [VIN] });
const FALSE_ANSWERS: readonly Reply[] = [UNKNOWN, refused('not now'), json(400, {}), reply(403, '')];

/** The books of a workspace, played: a row stays when it is disabled, and can be taken up again until it is removed. */
export class OtonomoApi {
  calm = false;
  /** Since when removals are refused, one after the other; null where the last was not. */
  refusedSince: number | null = null;
  removed = 0;
  takenUp = 0;

  constructor(
    private readonly parts: {
      readonly clock: Clock;
      readonly random: Random;
      readonly world: World;
      readonly books: Books;
      readonly make: () => void;
      readonly consider: (row: Row) => void;
      readonly touched: () => void;
    },
  ) {}

  answer(path: string): Reply {
    switch (path.slice(VEHICLES.length)) {
      case '':
        return this.#upload();
      case 'enable':
        return this.#act('revoked', (row) => this.#takeUp(row));
      case 'disable':
        return this.#act('approved', (row) => this.#write(row, 'revoked'));
      default:
        return this.#remove();
    }
  }

  #upload(): Reply {
    const { random, world, books, make } = this.parts;
    if (books.newest) return uploaded('Already exist');
    if (!this.calm && random.chance(world.refusals)) return uploaded(random.pick(['not your vehicle', null]));
    make();
    return uploaded();
  }

  #remove(): Reply {
    const { world, books, clock } = this.parts;
    const row = books.newest;
    if (this.#isFalse()) return this.#falseAnswer();
    if (!row) return UNKNOWN;
    const word = wordOf(row);
    const isWaiting = word === 'pending' || word === 'rejected' || word === 'on hold';
    if ((isWaiting && !world.canCancelPending) || world.keepsRecords) {
      this.refusedSince ??= clock.now;
      return refused('cannot be removed');
    }
    books.remove(row);
    this.removed += 1;
    this.refusedSince = null;
    this.parts.touched();
    return reply(204, '');
  }

  #act(from: Word, then: (row: Row) => void): Reply {
    const row = this.parts.books.newest;
    if (this.#isFalse()) return this.parts.random.pick(FALSE_ANSWERS);
    if (!row) return UNKNOWN;
    if (wordOf(row) !== from) return refused('pending or consented vehicles cannot be consented');
    then(row);
    return reply(202, '');
  }

  #takeUp(row: Row): void {
    this.takenUp += 1;
    this.#write(row, 'pending');
    this.parts.consider(row);
  }

  #write(row: Row, word: Word): void {
    this.parts.books.write(row, word, null);
    this.parts.touched();
  }

  #isFalse(): boolean {
    return !this.calm && this.parts.random.chance(this.parts.world.falseAnswers);
  }

  #falseAnswer(): Reply {
    this.refusedSince ??= this.parts.clock.now;
    return this.parts.random.pick(FALSE_ANSWERS);
  }
}

function uploaded(error?: string | null): Reply {
  const row =
    error === undefined ? { uploadStatus: 'success' } : { uploadStatus: 'error', ...(error && { error }) };
  return json(error === undefined ? 200 : 201, { data: [{ vin: VIN, ...row }] });
}

/** The same world at Otonomo: no times, no reasons, no webhooks, no call for one vehicle. */
export function atOtonomo(world: World): World {
  const { before } = world;
  const isKnown =
    before === 'pending' || before === 'approved' || before === 'revoked' || before === 'rejected';
  return {
    ...world,
    isForgetful: true,
    isOtonomo: true,
    keepsRecords: world.cancelFails,
    brand: 'bmw',
    brandBefore: 'bmw',
    before: isKnown ? before : 'nothing',
    timeFormat: 'none',
    doubleSubmit: 'refused',
    webhooks: { ...world.webhooks, lost: 1, replayed: 0 },
    sweeps: world.sweeps === 'none' ? 'daily' : world.sweeps,
    eligibility: 'off',
    policy: world.policy.startsWith('asks') ? 'plain' : world.policy,
  };
}
