import { applicationKey } from '../../domain/application';
import { reportOf } from '../../snapshot/report';
import type { OpenActivation, Seen, Snapshot } from '../../snapshot/snapshot';
import { todoOf } from '../../snapshot/todo';
import { seenBy } from '../../snapshot/wall';
import type { Token } from '../api/tokens';
import { changesOf } from './changes';
import type { Numbers } from './layout';
import { type ListedParking, parkingsIn } from './parkings';
import type { PageOptions, Visit } from './plugin';
import { byAge, type Selection, selected } from './select';

/** What a token may see of the newest picture, and how old it is. Null where there is no picture. */
export async function lookFor(
  { token, api, now }: Visit,
  look: PageOptions['look'],
): Promise<{ own: Snapshot; numbers: Numbers } | null> {
  let seen: Seen;
  try {
    seen = await look();
  } catch {
    return null;
  }
  const { snapshot, problem } = seen;
  return {
    own: ownOf(snapshot, applicationKey(api.app), token),
    numbers: { at: snapshot.at, age: now - snapshot.at, problem },
  };
}

/** What the front says of a picture: it takes some milliseconds for a large fleet, and many may look. */
function makeFigures(own: Snapshot, now: number) {
  const at = { ...own, at: now };
  return { at: now, todo: todoOf(at), brands: reportOf(at).brands, changes: changesOf(own.activations, now) };
}

const FIGURES = new WeakMap<Snapshot, ReturnType<typeof makeFigures>>();

/** Milliseconds for which figures are good: an age is shown in minutes. */
const GOOD_FOR = 10_000;

export function figuresOf(own: Snapshot, now: number): ReturnType<typeof makeFigures> {
  const known = FIGURES.get(own);
  if (known && Math.abs(now - known.at) < GOOD_FOR) return known;
  const made = makeFigures(own, now);
  FIGURES.set(own, made);
  return made;
}

/** The parkings that match, in the token's turn as well. */
export function chosenParkings(
  { use, signal, now }: Visit,
  own: Snapshot,
  query: Selection,
): Promise<readonly ListedParking[]> {
  return use.inTurn(async () => parkingsIn(own, query, now), signal);
}

/** The rows that match, when it is the token's turn: to look through all of a large fleet takes some milliseconds. */
export function chosen(
  { use, signal, now }: Visit,
  own: Snapshot,
  query: Selection,
): Promise<readonly OpenActivation[]> {
  return use.inTurn(
    async () => selected(own.activations, query, now, () => figuresOf(own, now).brands),
    signal,
  );
}

/** Made once for each picture and for those who see the same of it. */
const MADE = new WeakMap<Snapshot, Map<string, Snapshot>>();

/** Behind the wall of the token. The oldest are first. */
function ownOf(snapshot: Snapshot, application: string, { fleets }: Pick<Token, 'fleets'>): Snapshot {
  const made = MADE.get(snapshot) ?? new Map<string, Snapshot>();
  MADE.set(snapshot, made);
  const key = JSON.stringify([application, fleets]);
  const known = made.get(key);
  if (known) return known;
  const seen = seenBy(snapshot, application, fleets);
  const own: Snapshot = { ...seen, activations: seen.activations.toSorted(byAge) };
  made.set(key, own);
  return own;
}
