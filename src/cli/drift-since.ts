import type { DriftFound, DriftHistory } from '../sweep/drift-history';
import { timeFor } from './ages';
import { fitted } from './fitted';
import { type Format, printAnswer } from './output';
import { ownApplication, withClient } from './session';
import { widthOf } from './wrapped';

/** The version of what `-o json` prints. */
const VERSION = 1;

/** Says what full sweeps have found since a time; it makes none. */
export async function runDriftSince(since: number, output: Format): Promise<void> {
  const { readDriftSince } = require('../sweep/drift-history') as typeof import('../sweep/drift-history');
  const app = ownApplication();
  const history = await withClient((client) => readDriftSince(client, app, since));
  printAnswer(output, { version: VERSION, ...history }, (answer) =>
    driftSinceInWords(answer, { now: Date.now(), width: process.stdout.isTTY ? widthOf() : null }),
  );
}

/** For people. @param printing.zone of the times. @default that of this machine */
export function driftSinceInWords(
  { since, sweeps, knownSince, found, unnamed }: DriftHistory,
  { now, width, zone }: { readonly now: number; readonly width: number | null; readonly zone?: string },
): string {
  const at = (time: string): string => timeFor(time, now, zone);
  const known =
    knownSince === null ? [] : [`note: sweeps from before ${at(knownSince)} are not known any more.`];
  if (sweeps === 0)
    return [`No full sweep has ended since ${at(since)}. vin drift makes one.`, ...known].join('\n');
  const full = sweeps === 1 ? 'One full sweep' : `${sweeps} full sweeps`;
  if (found.length === 0) return [`${full} since ${at(since)}: no drift.`, ...known].join('\n');
  const still = found.filter((one) => one.still).length;
  const table = fitted(
    ['VIN', 'What', 'Here', 'At the provider', 'First seen', 'Last seen', 'Still'],
    found.map((one) => rowOf(one, at)),
    { width, whole: ['VIN'] },
  );
  const more = unnamed > 0 ? [`  and up to ${unnamed} more, which sweeps counted and did not name`] : [];
  const counted = found.length === 1 ? '1 drift' : `${found.length} drifts`;
  return [
    `${full} since ${at(since)}: ${counted}, ${still} of them at the last one still. What to do about those: vin drift.`,
    '',
    table,
    ...more,
    ...known,
  ].join('\n');
}

function rowOf(
  { vin, what, ours, theirs, firstSeen, lastSeen, still }: DriftFound,
  at: (time: string) => string,
) {
  return [
    vin,
    what,
    ours ?? 'no activation',
    theirs ?? 'absent',
    at(firstSeen),
    at(lastSeen),
    still ? 'yes' : '',
  ];
}
