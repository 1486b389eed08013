import { parseArgs } from 'node:util';
import { acknowledgements } from './cases/acknowledgements';
import { bulk } from './cases/bulk';
import { calls, otonomoCalls } from './cases/calls';
import { certificates } from './cases/certificates';
import { cost } from './cases/cost';
import { decisions } from './cases/decisions';
import { defleetings } from './cases/defleetings';
import { importing } from './cases/import';
import { parked } from './cases/parked';
import { parking } from './cases/parking';
import { retries } from './cases/retries';
import { largeSnapshot, snapshot } from './cases/snapshot';
import { starts } from './cases/starts';
import { otonomoSweep, sweep } from './cases/sweep';
import { throughput } from './cases/throughput';
import { doors } from './doors/doors';
import { type Case, type Figure, isMissed } from './figure';
import { isTooLong, tableOf, writeReport } from './report';

/** In the order of the report; what needs a quiet machine most comes first. */
const CASES: readonly Case[] = [
  cost,
  throughput,
  parked,
  acknowledgements,
  bulk,
  importing,
  sweep,
  otonomoSweep,
  calls,
  otonomoCalls,
  retries,
  decisions,
  starts,
  certificates,
  parking,
  snapshot,
];

/** What takes long, and is measured only where it is named. */
const NAMED_ONLY: readonly Case[] = [largeSnapshot, defleetings, doors];
const ALL = [...CASES, ...NAMED_ONLY];

export interface Measured {
  readonly of: Case;
  readonly figures: readonly Figure[];
  readonly seconds: number;
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      part: { type: 'string' },
    },
  });
  const { quick, part } = values;
  const wanted = chosen(values.only);
  const measured: Measured[] = [];
  for (const of of wanted) {
    process.stderr.write(`\n${of.name}: ${of.title}\n`);
    const begun = performance.now();
    const say = (step: string): void => void process.stderr.write(`  ${of.name}: ${step}\n`);
    const figures = await of.measure({ quick, pairs: quick ? 1 : 3, say, ...(part && { part }) });
    const one = { of, figures, seconds: (performance.now() - begun) / 1_000 };
    measured.push(one);
    // At once: a run that is broken off keeps what it has. A quick run, or a part, does not say what is so.
    if (!quick && !part) writeReport([one], ALL);
  }
  process.stdout.write(`${tableOf(measured)}\n`);
  const tooLong = !quick && isTooLong(measured);
  if (tooLong || measured.some(({ figures }) => figures.some(isMissed))) process.exitCode = 1;
}

function chosen(only: string | undefined): readonly Case[] {
  if (only === undefined) return CASES;
  return only.split(',').map((name) => {
    const found = ALL.find((one) => one.name === name.trim());
    if (found) return found;
    throw new Error(`There is no case "${name}". There are: ${ALL.map((one) => one.name).join(', ')}`);
  });
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 2;
});
