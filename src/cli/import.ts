import { stat } from 'node:fs/promises';
import type { Client } from '@temporalio/client';
import type { Activations } from '../activations/activations';
import { amendOptions, inWords } from '../activations/differences';
import { LeftVehicles, leftInWords } from '../activations/left';
import type { NewActivation } from '../activations/starts';
import { sentences } from '../base/sentences';
import { visible } from '../base/visible';
import type { Leaving } from '../certificates/store';
import { applicationFrom } from '../domain/application';
import { readBatches } from '../fleet-list/fleet-list';
import { importList, type Tally } from '../fleet-list/import-list';
import type { Beginning, LeftBefore, Start, Verdict } from '../fleet-list/import-rows';
import { requireReadable } from '../fleet-list/list-file';
import { ResultFile, resultPathFor } from '../fleet-list/result-file';
import type { AskingMode } from './eligibility-option';
import { stopRequested } from './ending';
import { applications } from './handed-in';
import { ImportProgress } from './import-progress';
import { sayWhereNoWorker } from './no-worker';
import { EXIT, type Format, printAnswer, say } from './output';
import {
  isSandboxApplication,
  readCatalogue,
  readSurroundings,
  surroundingsOfMany,
  withActivations,
} from './session';
import { withParking } from './start-parking';

export interface ImportCommandOptions {
  readonly dryRun?: boolean;
  readonly again?: boolean;
  readonly result?: string;
  readonly concurrency: number;
  readonly checkEligibility?: AskingMode;
  readonly output: Format;
}

/** Problems that are shown at the end; the result file has all. */
const SHOWN = 20;
/** How long Temporal may take for one start, in milliseconds. */
const START_DEADLINE = 30_000;

export async function runImport(file: string, options: ImportCommandOptions): Promise<void> {
  // What is wrong with the settings is said before anything is read.
  readCatalogue();
  const result = new ResultFile(
    options.result ?? resultPathFor(file === '-' ? 'stdin' : file, options.dryRun),
    file,
  );
  // Before Temporal is asked: what is wrong here is sooner found.
  const isStdin = file === '-';
  if (!isStdin) await requireReadable(file);
  await result.check();
  const size = isStdin
    ? 0
    : await stat(file).then(
        (stats) => stats.size,
        () => 0,
      );
  const progress = new ImportProgress(process.stderr, size);
  const problems: Verdict[] = [];
  const notes: string[] = [];
  const { checkEligibility } = options;
  const stop = new AbortController();
  const asked = checkEligibility ? { checkEligibility } : {};
  let signal: NodeJS.Signals | undefined;
  const importWith = (sandbox: boolean, start: Start | null, left?: LeftVehicles): Promise<Tally> => {
    void stopRequested().then((heard) => {
      signal = heard;
      stop.abort();
      progress.end();
      if (start) say(`${heard}: what is being started is finished first. Once more ends at once.`);
    });
    return importList({
      batches: readBatches(
        isStdin ? process.stdin : file,
        surroundingsOfMany(sandbox, (app) => applications().isSandboxAt(app, process.env)),
      ),
      start,
      ...(left && {
        prepare: (vehicles) => left.ask(vehicles.map(({ vin }) => vin).filter((vin) => vin !== '')),
      }),
      concurrency: options.concurrency,
      result,
      onProblem: (verdict) => void (problems.length < SHOWN && problems.push(verdict)),
      onNote: (note) => void notes.push(note),
      onProgress: ({ rows }, bytes) => progress.show(rows, bytes),
      stopped: stop.signal,
    });
  };
  try {
    const tally = await (options.dryRun
      ? importWith(readSurroundings().sandbox, null)
      : withActivations(
          async (activations, client) => {
            const left = options.again ? undefined : leftVehicles(client, activations);
            const start: Start = withParking(client, async ({ application, ...listed }) => {
              const leaving = await left?.of(listed.vin);
              if (leaving) return leftBefore(leaving);
              const vehicle = { ...listed, ...asked };
              const there = application === undefined ? activations : at(client, application);
              return there.within(START_DEADLINE, () => begun(there, vehicle, options));
            });
            const tally = await importWith(await isSandboxApplication(client), start, left);
            progress.end();
            if (tally.started + tally.alreadyActive > 0) await sayWhereNoWorker(client);
            return tally;
          },
          { starting: true },
        ));
    progress.end();
    report(notes, problems, tally);
    const interrupted = signal && { interrupted: signal };
    const answer = { dryRun: options.dryRun === true, ...tally, notes, result: result.path, ...interrupted };
    printAnswer(options.output, answer, () => summary(answer));
    if (tally.failed > 0) process.exitCode = EXIT.rowsFailed;
    if (signal) {
      say(interruption(signal, answer));
      process.exitCode = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    }
  } finally {
    progress.end();
    await result.close();
  }
}

/** Loaded with the client: a dry run needs neither, and would take half as long again. */
function leftVehicles(client: Client, activations: Activations): LeftVehicles {
  const { Certificates } =
    require('../activations/certificates') as typeof import('../activations/certificates');
  return new LeftVehicles(new Certificates(client), activations);
}

function leftBefore(leaving: Leaving): LeftBefore {
  const remedy =
    'Leave it. If it has come back, start it with: vin activate --again (or the whole list with: vin import --again).';
  return { outcome: 'ended', problem: leftInWords(leaving), remedy };
}

/** The activations of another application. */
function at(client: Client, application: string): Activations {
  const { Activations } =
    require('../activations/activations') as typeof import('../activations/activations');
  return new Activations(client, applicationFrom(application));
}

async function begun(
  activations: Activations,
  vehicle: NewActivation,
  { again = false }: ImportCommandOptions,
): Promise<Beginning> {
  const { outcome, differs } = await activations.activate(vehicle, { once: !again, again });
  if (differs.length === 0) return { outcome };
  const remedy = `vin amend ${vehicle.vin} ${amendOptions(differs)}`;
  return { outcome, differs: { problem: inWords(differs), remedy } };
}

/** Says on stderr what a person has to know of how the list was read, and of the first rows that have a problem. */
function report(
  notes: readonly string[],
  problems: readonly Verdict[],
  { failed, ended, leaving, warnings }: Tally,
): void {
  for (const note of notes) say(`note: ${note}`);
  for (const { line, vin, problem, remedy } of problems) {
    say(visible(`line ${line}: ${vin && `"${vin}": `}${sentences(problem, remedy)}`));
  }
  const more = failed + ended + leaving + warnings - problems.length;
  if (more > 0) say(`and ${more} more: see the result file`);
}

function interruption(
  signal: string,
  { dryRun, rows, started, alreadyActive }: Tally & { readonly dryRun: boolean },
): string {
  const done = dryRun
    ? 'Nothing was started.'
    : `${started} started, ${alreadyActive} already active. Import the list again: it goes on, and nothing starts twice.`;
  return `interrupted by ${signal} after ${rows} rows of the list. ${done}`;
}

function summary(answer: Tally & { readonly dryRun: boolean; readonly result: string }): string {
  const { dryRun, ready, started, alreadyActive, ended, leaving, startsAgain, failed, result } = answer;
  const counts = dryRun
    ? [`${ready} ready`]
    : [
        `${started} started`,
        `${alreadyActive} already active`,
        ...(ended > 0 ? [`${ended} ended before`] : []),
        ...(leaving > 0 ? [`${leaving} leaving`] : []),
        ...(startsAgain > 0 ? [`${startsAgain} leaving, and start again after it`] : []),
      ];
  return `${[...counts, `${failed} failed`].join(', ')}\nresult: ${result}`;
}
