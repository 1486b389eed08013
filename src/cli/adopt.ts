import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Activations } from '../activations/activations';
import { Certificates } from '../activations/certificates';
import { LeftVehicles, leftInWords } from '../activations/left';
import { VinError } from '../base/errors';
import { temporaryFolder } from '../base/temporary-folder';
import { joinCells } from '../fleet-list/cells';
import { withConcurrency } from '../fleet-list/concurrency';
import { type FleetListOptions, type RowBatch, readBatches } from '../fleet-list/fleet-list';
import { importList } from '../fleet-list/import-list';
import { ONCE_MORE, type Start, type Verdict } from '../fleet-list/import-rows';
import { isNobodyThere } from '../temporal/pollers';
import { stopRequested } from './ending';
import { isMeant, membersOf } from './group';
import type { GroupMember } from './group-words';
import { ImportProgress } from './import-progress';
import { EXIT, type GroupFormat, printAnswer, say } from './output';
import {
  isSandboxApplication,
  ownApplication,
  readCatalogue,
  surroundingsIn,
  withActivations,
} from './session';
import { tableOf } from './table';
import { checkProvider, connectionTo, writeList } from './unmanaged';

export interface AdoptOptions {
  /** A list of VINs; `-` is stdin. */
  readonly file?: string;
  readonly all?: boolean;
  readonly brand?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly output: GroupFormat;
}

/** What became of one vehicle. */
export interface Adopted extends Pick<Verdict, 'vin' | 'outcome' | 'problem' | 'remedy'> {
  readonly brand: string | null;
}

/** Starts under way at the same time. */
const CONCURRENCY = 32;
/** How long Temporal may take for one start, in milliseconds. */
const START_DEADLINE = 30_000;

export async function runAdopt(texts: readonly string[], options: AdoptOptions): Promise<void> {
  // What is wrong with the settings is said before anything is read.
  readCatalogue();
  const named = options.all ? null : await membersOf(texts, options.file);
  const app = ownApplication();
  const folder = temporaryFolder('vin-adopt-');
  try {
    const adopted = await withActivations(
      async (activations, client) => {
        const connect = await connectionTo(client, app);
        if (await isNobodyThere(client, app)) throw noWorker();
        await checkProvider(connect);
        const { brand } = options;
        const path = join(folder.path, 'unmanaged.csv');
        const { count } = await writeList(client, app, connect, {
          path,
          ...(brand !== undefined && { brand }),
        });
        if (!options.dryRun && !(await isMeant('adopt', named?.length ?? count, '', options.yes)))
          return null;
        const surroundings = surroundingsIn(await isSandboxApplication(client));
        return adoptListed({ path, named, surroundings, activations, client, dryRun: options.dryRun });
      },
      { starting: !options.dryRun },
    );
    if (adopted) return printAdopted(adopted, options);
    say('Nothing was started.');
    process.exitCode = EXIT.failed;
  } finally {
    folder.remove();
  }
}

export interface AdoptOrder {
  /** The list of what nobody manages. */
  readonly path: string;
  /** Those that are meant; null: all of the list. */
  readonly named: readonly GroupMember[] | null;
  readonly surroundings: FleetListOptions;
  readonly activations: Pick<Activations, 'activate' | 'row' | 'rowIfKnown' | 'within'>;
  readonly client: Client;
  readonly dryRun?: boolean | undefined;
}

/** Takes the vehicles of a list over that were meant, each to its verdict. */
export async function adoptListed(order: AdoptOrder): Promise<Adopted[]> {
  const { path, named, surroundings, activations, client, dryRun = false } = order;
  const left = new LeftVehicles(new Certificates(client), activations);
  const start: Start = async ({ application: _, ...vehicle }) => {
    const leaving = await left.of(vehicle.vin);
    if (leaving) return { outcome: 'ended', problem: leftInWords(leaving), remedy: HAS_LEFT };
    const { outcome } = await activations.within(START_DEADLINE, () =>
      activations.activate({ ...vehicle, adopt: true }),
    );
    return { outcome };
  };
  const adopted: Adopted[] = [];
  const progress = new ImportProgress(process.stderr, 0);
  const stop = new AbortController();
  if (!dryRun)
    void stopRequested().then((signal) => {
      process.exitCode = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
      stop.abort();
    });
  await importList({
    batches: meantOf(readBatches(path, surroundings), named),
    start: dryRun ? null : start,
    prepare: (vehicles) => left.ask(vehicles.map(({ vin }) => vin)),
    concurrency: CONCURRENCY,
    result: {
      open: async () => undefined,
      write: async (verdicts) => void adopted.push(...verdicts.map(adoptedAs)),
    },
    onProblem: () => undefined,
    onProgress: ({ rows }) => progress.show(rows, 0),
    stopped: stop.signal,
  }).finally(() => progress.end());
  const done = new Set(adopted.map(({ vin }) => vin));
  const rest = stop.signal.aborted ? [] : (named ?? []).filter(({ vin }) => !done.has(vin));
  return [...adopted, ...(await withConcurrency(rest, CONCURRENCY, (one) => notListed(one, activations)))];
}

/** The rows of those that are meant. */
async function* meantOf(
  batches: AsyncIterable<RowBatch>,
  named: readonly GroupMember[] | null,
): AsyncGenerator<RowBatch> {
  const vins = named && new Set(named.map(({ vin }) => vin));
  for await (const batch of batches) {
    const rows = batch.rows.filter((row) => !vins || vins.has(row.ok ? row.vehicle.vin : row.vin));
    yield { ...batch, rows };
  }
}

function adoptedAs({ vin, outcome, problem, remedy, vehicle }: Verdict): Adopted {
  const next = remedy === ONCE_MORE ? 'Ask again: nothing starts twice.' : remedy;
  return { vin, outcome, brand: vehicle?.brand ?? null, problem, remedy: next };
}

/** Somebody meant a vehicle that is not among those which nobody manages. */
async function notListed(
  { vin, refusal, error = refusal }: GroupMember,
  activations: Pick<Activations, 'rowIfKnown'>,
): Promise<Adopted> {
  if (error instanceof VinError)
    return { vin, outcome: 'failed', brand: null, problem: error.message, remedy: error.next };
  const row = await activations.rowIfKnown(vin);
  if (row?.execution === 'RUNNING')
    return { vin, outcome: 'already-active', brand: row.brand, problem: '', remedy: '' };
  return { vin, outcome: 'failed', brand: null, ...NOT_OPEN };
}

const NOT_OPEN = {
  problem: 'the provider shows no open clearance of it',
  remedy: 'Look in the console of the provider. To ask for a new clearance: vin activate VIN --brand BRAND.',
} as const;

const HAS_LEFT =
  'Find out who has opened its access again. If it has come back, start it with: vin activate --again.';

function noWorker(): VinError {
  return new VinError(
    'WORKER_MISSING',
    'No worker is there to take vehicles over; none was started',
    'Start a worker with: vin worker. Then ask again.',
  );
}

const COLUMNS = ['vin', 'outcome', 'brand', 'problem', 'remedy'] as const satisfies (keyof Adopted)[];

/** Prints the verdicts; the exit code says whether one failed. */
export function printAdopted(
  adopted: readonly Adopted[],
  { dryRun = false, output }: Pick<AdoptOptions, 'dryRun' | 'output'>,
): void {
  const counts: Record<string, number> = {};
  for (const { outcome } of adopted) counts[outcome] = (counts[outcome] ?? 0) + 1;
  if (counts['failed']) process.exitCode ??= EXIT.rowsFailed;
  const cells = adopted.map((one) => COLUMNS.map((name) => one[name] ?? ''));
  if (output === 'csv') {
    process.stdout.write([COLUMNS, ...cells].map((row) => joinCells(row, ',')).join(''));
    return;
  }
  const answer = { dryRun, rows: adopted.length, counts, results: adopted };
  printAnswer(output, answer, () => {
    const words = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
    const said = `adopt${dryRun ? ' (dry run, nothing was started)' : ''}: ${words.join(', ') || 'no vehicles'}`;
    if (adopted.length === 0) return said;
    return `${tableOf(['VIN', 'Outcome', 'Brand', 'Problem', 'Next'], cells)}\n${said}`;
  });
}
