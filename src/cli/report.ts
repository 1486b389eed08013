import type { Client } from '@temporalio/client';
import { Command } from 'commander';
import { dayOf } from '../../workflows/contract/days';
import type { FilterName, FilterWords } from '../activations/filter';
import { type BesideDay, besideOf, SHOWN_DAYS, type Trend, trendsOf } from '../days/trend';
import { applicationFrom } from '../domain/application';
import { formatDuration } from '../domain/duration';
import { narrowed } from '../snapshot/narrow';
import { reportOf } from '../snapshot/report';
import type { Snapshot } from '../snapshot/snapshot';
import { ageInWords } from './ages';
import { addFilterOptions, filterIn } from './filter-options';
import { fitted } from './fitted';
import { type Format, outputOption, printAnswer } from './output';
import { withClient } from './session';
import { nameOfApplication, takeSnapshot } from './snapshot';
import { besideInWords, callsInWords, trendsInWords } from './trend-words';
import { widthOf } from './wrapped';

/** The version of what `-o json` prints. */
const VERSION = 1;
const NARROWING = ['provider', 'application', 'fleet', 'brand'] as const satisfies FilterName[];

export function reportCommand(): Command {
  const command = new Command('report').description(
    'Say how long activations take by brand, which are older than that, how far all are, and why some wait.',
  );
  return addFilterOptions(command, NARROWING)
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Times are from the begin of an activation to its approval, of those that are alive. p85: of 100 vehicles 85 took no longer.
The last 14 days are as workers have counted them, by application: of a fleet or a brand they are not shown.

Examples:
  vin report
  vin report --fleet acme --brand ford
  vin report -o json | jq '.brands[] | {brand, times}'`,
    )
    .action(async ({ output, ...words }: FilterWords & { readonly output: Format }) => {
      const { filter } = filterIn(words, 'vin report');
      const { fleet, brand } = filter;
      const [snapshot, past] = await withClient(async (client) => [
        await takeSnapshot(client),
        fleet === undefined && brand === undefined ? await readPast(client) : null,
      ]);
      const isAsked = ({ application }: Trend): boolean => {
        const app = applicationFrom(application);
        return (
          (filter.provider ?? app.provider) === app.provider &&
          (filter.application ?? app.application) === app.application
        );
      };
      const isOfAll = filter.provider === undefined && filter.application === undefined;
      const answered = reportFor(
        narrowed(snapshot, filter),
        past?.trends.filter(isAsked) ?? null,
        isOfAll ? (past?.beside ?? null) : null,
      );
      printAnswer(output, answered, (answer) =>
        reportAsText(answer, process.stdout.isTTY ? widthOf() : null),
      );
    });
}

/** What workers have kept of the last days. No worker is asked. */
async function readPast(client: Client): Promise<{ trends: Trend[]; beside: BesideDay[] }> {
  const { DayKeeper } = require('../days/keeper') as typeof import('../days/keeper');
  const today = dayOf(Date.now());
  const kept = await new DayKeeper(client).read(today, SHOWN_DAYS + 1);
  return { trends: trendsOf(kept, today), beside: besideOf(kept, today) };
}

/**
 * What `vin report` answers; times in milliseconds.
 *
 * @param trends null where it is of a fleet or a brand: days are kept by application.
 * @param beside parkings and vehicles that leave, each day; null where it is not of everything: they belong to no application.
 */
export function reportFor(
  snapshot: Snapshot,
  trends: readonly Trend[] | null = null,
  beside: readonly BesideDay[] | null = null,
) {
  return { version: VERSION, at: new Date(snapshot.at).toISOString(), ...reportOf(snapshot), trends, beside };
}

/** For people. */
export function reportAsText(
  { funnel, brands, reasons, trends, beside }: ReturnType<typeof reportFor>,
  width: number | null,
): string {
  const named = [...brands, ...(trends ?? [])].map(({ application }) => application);
  const isOne = new Set(named).size <= 1;
  const past = [
    ...trendsInWords(trends ?? [], isOne, width),
    ...besideInWords(beside ?? [], width),
    ...callsInWords(trends ?? [], isOne, width),
  ];
  if (funnel.begun === 0) return ['No activations.', ...past].join('\n');
  const times = fitted(
    ['Provider', 'Brand', 'Approved', 'p50', 'p85', 'p90', 'Pending', 'older than p50', 'than p85'],
    brands.map(({ application, brand, times: its, pending: { young, usual, old } }) => [
      isOne ? '' : nameOfApplication(application),
      brand,
      String(its?.count ?? 0),
      ...(its ? [its.p50, its.p85, its.p90].map(formatDuration) : ['-', '-', '-']),
      String(young + usual + old),
      its ? String(usual + old) : '-',
      its ? String(old) : '-',
    ]),
    { width },
  );
  const old = brands.flatMap(({ brand, times: its, oldest }) =>
    oldest.map(
      ({ vin, age }) => `  ${vin}  ${brand}, ${ageInWords(age)} (p85 ${formatDuration(its?.p85 ?? 0)})`,
    ),
  );
  const { begun, submitted, approved, flowing } = funnel;
  return [
    `${begun} begun · ${submitted} submitted · ${approved} approved · ${flowing} with data`,
    '',
    times,
    ...(old.length > 0 ? ['', 'Older than 85 of 100 approved ones of their brand took', ...old] : []),
    ...(reasons.length > 0
      ? [
          '',
          'Why some wait for a person',
          ...reasons.map((one) => `  ${String(one.count).padStart(5)}  ${one.topic} (${one.owner})`),
        ]
      : []),
    ...past,
  ].join('\n');
}
