import { Command, Option } from 'commander';
import type { FilterName, FilterWords } from '../activations/filter';
import { CHANGES, type Change, changesSince, countsOfChanges } from '../snapshot/changes';
import { narrowed } from '../snapshot/narrow';
import type { Rows } from '../snapshot/read-snapshot';
import { ageOf, timeFor } from './ages';
import { addFilterOptions, filterIn } from './filter-options';
import { fitted } from './fitted';
import { type Format, outputOption, printAnswer } from './output';
import { withClient } from './session';
import { sinceOption } from './since-option';
import { widthOf } from './wrapped';

/** The version of what `-o json` prints. */
const VERSION = 1;
const NARROWING = ['provider', 'application', 'fleet', 'brand', 'owner'] as const satisfies FilterName[];

interface Options extends FilterWords {
  readonly since: number;
  readonly output: Format;
}

export function changesCommand(): Command {
  const command = new Command('changes').description(
    'Say what has changed since a time: approved, rejected, newly stuck, lost, left.',
  );
  return addFilterOptions(command, NARROWING)
    .addOption(
      new Option('--since <time>', 'fri, yesterday, 36h, 2026-11-20, or a time with its zone')
        .argParser((text) => sinceOption(text))
        .makeOptionMandatory(),
    )
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Of two changes of the same vehicle the last is seen: it tells how each stands now, and since when.

Examples:
  vin changes --since fri
  vin changes --since 24h --fleet acme
  vin changes --since 2026-11-20 -o json | jq .counts`,
    )
    .action(async ({ since, output, ...words }: Options) => {
      const { filter } = filterIn(words, 'vin changes');
      const { pagesOf, readChanged } =
        require('../snapshot/read-snapshot') as typeof import('../snapshot/read-snapshot');
      const rows = await withClient((client) => readChanged(pagesOf(client), since));
      printAnswer(output, changesFor(narrowed(rows, filter), since), (answer) =>
        changesAsText(answer, { now: Date.now(), width: process.stdout.isTTY ? widthOf() : null }),
      );
    });
}

/** What `vin changes` answers. */
export function changesFor({ activations }: Pick<Rows, 'activations'>, since: number) {
  const changed = changesSince(activations, since);
  return {
    version: VERSION,
    since: new Date(since).toISOString(),
    counts: countsOfChanges(changed),
    changes: changed.map(({ row, what, at }) => {
      const { vin, brand, fleet, provider, application, status, reasonKey, reason, owner, execution } = row;
      return {
        vin,
        brand,
        fleet,
        provider,
        application,
        what,
        at,
        status,
        reasonKey,
        reason,
        owner,
        execution,
      };
    }),
  };
}

/** For people. @param printing.zone of the times. @default that of this machine */
export function changesAsText(
  { since, counts, changes }: ReturnType<typeof changesFor>,
  { now, width, zone }: { readonly now: number; readonly width: number | null; readonly zone?: string },
): string {
  const time = timeFor(since, now, zone);
  if (changes.length === 0) return `Nothing has changed since ${time}.`;
  const told = (Object.keys(CHANGES) as Change[]).filter((change) => counts[change] > 0);
  const table = fitted(
    ['Ago', 'VIN', 'Brand', 'What', 'Status', 'Reason', 'Whose turn'],
    changes.map(({ at, vin, brand, what, status, reasonKey, owner }) => [
      ageOf(at, now),
      vin,
      brand,
      what.join(', '),
      status,
      reasonKey ?? '',
      owner ?? '',
    ]),
    { width, whole: ['Ago', 'VIN'] },
  );
  return `Since ${time}: ${told.map((change) => `${counts[change]} ${change}`).join(' · ')}\n\n${table}`;
}
