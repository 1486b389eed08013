import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Drift, Sample, SweepSummary } from '../../workflows/contract/sweep-report';
import { VinError } from '../base/errors';
import { temporaryFolder } from '../base/temporary-folder';
import { applicationKey } from '../domain/application';
import { runSweep } from '../sweep/sweeps';
import { requireWritable, type UnmanagedList } from '../sweep/unmanaged-list';
import { applicationWords } from './application-option';
import { type GroupFormat, printAnswer, say } from './output';
import { ownApplication, withClient } from './session';
import { tableOf } from './table';
import { checkProvider, connectionTo, writeList } from './unmanaged';
import { untoldInWords } from './untold';

/** The kinds of drift: what each is, and what to do about it. */
const KINDS = [
  {
    key: 'unmanaged',
    title: 'At the provider, and without an activation here',
    next: (at: string) =>
      `If the vehicle is yours: vin adopt VIN${at} takes it over and submits nothing, and then vin defleet VIN if it has left. If not, find out who shares the application. All of them: vin adopt --all --dry-run${at}. Or vin drift --unmanaged FILE.csv${at} makes a list of them, for vin import.`,
  },
  {
    key: 'lost',
    title: 'Believed to have a clearance, and unknown to the provider',
    next: (at: string) =>
      `Their activations have been told. Look with vin status VIN${at}, and ask the provider's support what happened.`,
  },
  {
    key: 'disagreeing',
    title: 'Believed to be something else than the provider says',
    next: (at: string) =>
      `Nothing at first: their activations have been told, and look by themselves. What stays here the next day needs a look: vin status VIN${at}.`,
  },
] as const satisfies readonly { key: keyof Drift; title: string; next: (at: string) => string }[];

export interface DriftCommandOptions {
  /** As CSV it is the list of what nobody manages, and nothing else. */
  readonly output: GroupFormat;
  /** Where to write that list; true: to stdout. */
  readonly unmanaged?: string | true;
}

export async function runDrift({ output, unmanaged }: DriftCommandOptions): Promise<void> {
  if (output === 'csv') return printUnmanaged();
  const file = unmanaged === true ? undefined : unmanaged;
  if (file !== undefined) await requireWritable(file);
  const answer = await sweepAndList(file);
  printAnswer(output, answer, (report) => driftInWords(report, applicationWords()));
}

/** By a file that goes again: the list is printed whole, or not at all. */
async function printUnmanaged(): Promise<void> {
  const folder = temporaryFolder('vin-drift-');
  try {
    const path = join(folder.path, 'unmanaged.csv');
    const answer = await sweepAndList(path);
    if ('list' in answer) await printList(answer.list);
  } finally {
    folder.remove();
  }
}

/** Prints a list as it was written, for `vin import -`. */
export async function printList({ file, count, withoutBrand }: UnmanagedList): Promise<void> {
  for await (const text of createReadStream(file, 'utf8')) process.stdout.write(text as string);
  say(
    `note: ${count} vehicles without an activation${withoutBrand > 0 ? `, ${withoutBrand} without a brand` : ''}`,
  );
}

/** Plates are compared by a sweep of their own. */
const PARKINGS =
  'note: plates at the provider of parking are not in it: vin parking sweep --full compares them.';

async function sweepAndList(file: string | undefined) {
  const app = ownApplication();
  const { parkingCredentials } = require('../config/parkings') as typeof import('../config/parkings');
  if (parkingCredentials(process.env).length > 0) say(PARKINGS);
  return withClient(async (client) => {
    const connect = file === undefined ? null : await connectionTo(client, app);
    if (connect) await checkProvider(connect);
    const report = reportOf(await runSweep(client, { ...app, full: true, onNews: say }));
    if (file === undefined || !connect) return report;
    // Whoever names the application here may not name it where the list goes.
    const application = applicationWords() === '' ? {} : { application: applicationKey(app) };
    return { ...report, list: await writeList(client, app, connect, { path: file, ...application }) };
  });
}

/** What has drifted apart, and what to do. @param at the option that names the application, where it was given. */
export function driftInWords(report: DriftReport & { readonly list?: UnmanagedList }, at: string): string {
  const tables = asTables(report, at);
  return report.list ? `${tables}\n\n${listInWords(report.list, at)}` : tables;
}

function listInWords({ file, count, withoutBrand }: UnmanagedList, at: string): string {
  const filled = withoutBrand > 0 ? ` Fill in the brand of ${withoutBrand} of them first.` : '';
  return `${count} vehicles without an activation are in ${file}.${filled}\n  next: vin import ${file}${at}, or without a submission: vin adopt --all --dry-run${at}`;
}

/** What machines read: the drift, and of what. */
function reportOf({ provider, application, at, rows, broken, untold, drift }: SweepSummary) {
  if (drift) return { provider, application, at, rows, broken, untold, drift };
  throw new VinError('SWEEP_FAILED', 'The sweep made no report of the drift', 'Ask again.');
}

type DriftReport = Pick<ReturnType<typeof reportOf>, 'rows' | 'untold' | 'drift'>;

function asTables({ rows, untold, drift }: DriftReport, at: string): string {
  const parts = KINDS.filter(({ key }) => drift[key].count > 0).map(
    ({ key, title, next }) => `${title}: ${drift[key].count}\n${asTable(drift[key])}\n  next: ${next(at)}`,
  );
  if (untold.count > 0) parts.push(untoldInWords(untold));
  return parts.length > 0 ? parts.join('\n\n') : `No drift, in ${rows} rows at the provider.`;
}

function asTable({ count, first }: Sample<{ vin: string; ours?: string; theirs?: string }>): string {
  const table = tableOf(
    ['VIN', 'Here', 'At the provider'],
    first.map(({ vin, ours, theirs = 'absent' }) => [vin, ours || 'no activation', theirs]),
  );
  const more = count - first.length;
  return more > 0 ? `${table}\n  and ${more} more` : table;
}
