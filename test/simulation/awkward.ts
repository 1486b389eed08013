import { DAY } from './clock';
import type { Random } from './random';
import type { World } from './world';

/**
 * What few providers do. Each has a rate of its own, and chance of its own: a life without any of it is the same whether or
 * not others have it.
 */
export interface Awkwardness {
  /** How a list shows several open rows of a VIN: all of them, each time another of them, or each time in another order. */
  readonly openRows: 'all' | 'in turn' | 'in another order';
  /** The part of DELETEs of an open clearance that are answered as if there were none. */
  readonly denials: number;
  /** The part of lists that are empty for no reason, beside those of every provider. */
  readonly emptyLists: number;
  /** The part of lists with a row that does not say which vehicle it is about. */
  readonly nameless: number;
  /** The part of replies to a POST whose row does not say it. */
  readonly namelessAnswers: number;
  /** The part of lists that have a row twice. */
  readonly repeated: number;
  /** Requests of this kind have no reply for the first days, though they are carried out. */
  readonly deaf: { readonly to: 'POST' | 'DELETE'; readonly days: number } | null;
}

export const NOT_AWKWARD: Awkwardness = {
  openRows: 'all',
  denials: 0,
  emptyLists: 0,
  nameless: 0,
  namelessAnswers: 0,
  repeated: 0,
  deaf: null,
};

/** The same world with a provider that is awkward, or not. */
export function awkwardly(world: World, random: Random): World {
  const openRows = random.chance(0.08) ? random.pick(['in turn', 'in another order'] as const) : 'all';
  const denies = random.chance(openRows === 'all' ? 0.08 : 0.5);
  const isNameless = random.chance(0.06);
  const awkward: Awkwardness = {
    openRows,
    denials: denies ? random.pick([0.3, 0.6, 0.9]) : 0,
    emptyLists: denies ? random.pick([0, 0.1, 0.3]) : 0,
    nameless: isNameless ? random.pick([0.05, 0.3, 0.8]) : 0,
    namelessAnswers: isNameless ? random.pick([0, 0.5]) : 0,
    repeated: random.chance(0.04) ? random.pick([0.3, 1]) : 0,
    deaf: random.chance(0.04)
      ? { to: random.pick(['POST', 'DELETE'] as const), days: random.between(1, 20) }
      : null,
  };
  const own = { ...world, awkward };
  if (openRows === 'all' || world.isForgetful) return own;
  // Rows without a time, or of the same day, are in no order: only these are facts in turn.
  const times = random.pick([
    { timeFormat: 'none' as const },
    { timeFormat: 'none' as const },
    { grain: DAY },
    {},
  ]);
  return { ...own, before: 'two open', ...times };
}

/** In the place of a VIN. What is undefined is left out. */
const NO_VIN: readonly unknown[] = [undefined, null, '', '  ', 17, {}];

/** A row that does not say which vehicle it is about. */
export function withoutName(row: object, random: Random): object {
  return { ...row, vin: random.pick(NO_VIN) };
}
