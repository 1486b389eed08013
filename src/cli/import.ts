import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { readBatches } from '../fleet-list/fleet-list';
import { importList, type Tally } from '../fleet-list/import-list';
import type { Start, Verdict } from '../fleet-list/import-rows';
import { ResultFile, resultPathFor } from '../fleet-list/result-file';
import { eligibilityOption } from './eligibility-option';
import { ImportProgress } from './import-progress';
import { wholeNumber } from './number-option';
import { EXIT, type Format, outputOption, printAnswer, say } from './output';
import { readSurroundings, withActivations } from './session';

interface Options {
  readonly dryRun?: boolean;
  readonly again?: boolean;
  readonly result?: string;
  readonly concurrency: number;
  readonly checkEligibility?: 'advisory' | 'blocking';
  readonly output: Format;
}

/** Problems that are shown at the end; the result file has all. */
const SHOWN = 20;
/** How long Temporal may take for one start, in milliseconds. */
const START_DEADLINE = 30_000;

export function importCommand(): Command {
  return new Command('import')
    .description("Start the activations of a fleet's list (CSV). Importing it again starts nothing twice.")
    .argument(
      '<file>',
      'a CSV file with the columns vin and brand; fleet, odometer and tag:<key> are optional',
    )
    .option('--dry-run', 'check every row and start nothing; needs no Temporal')
    .option('--again', 'also start vehicles whose activation has ended, for example after a rejection')
    .option(
      '--result <file>',
      'where the verdict of each row goes (default: beside the list, <list>.result.csv)',
    )
    .option('--concurrency <number>', 'starts under way at the same time', wholeNumber(1, 256), 32)
    .addOption(eligibilityOption())
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
The result file has a line for each row: line, vin, outcome, problem, remedy. Outcomes are started, already-active,
ended, failed, and ready in a dry run. Rows that cannot be used do not stop the others. After an interruption import the
list again: it goes on where it was. Lists may be in any encoding and with any separator that spreadsheets write
(docs/lists.md). Exit code ${EXIT.rowsFailed} says that rows failed.

Examples:
  vin import fleet.csv --dry-run
  vin import fleet.csv
  vin import fleet.csv --result verdicts.csv -o json`,
    )
    .action(run);
}

async function run(file: string, options: Options): Promise<void> {
  const surroundings = readSurroundings();
  const result = new ResultFile(options.result ?? resultPathFor(file), file);
  const size = await stat(file).then(
    (stats) => stats.size,
    () => 0,
  );
  const progress = new ImportProgress(process.stderr, size);
  const problems: Verdict[] = [];
  const notes: string[] = [];
  const { checkEligibility } = options;
  const asked = checkEligibility ? { checkEligibility } : {};
  const importWith = (start: Start): Promise<Tally> =>
    importList({
      batches: readBatches(file, surroundings),
      start,
      concurrency: options.concurrency,
      result,
      onProblem: (verdict) => void (problems.length < SHOWN && problems.push(verdict)),
      onNote: (note) => void notes.push(note),
      onProgress: ({ rows }, bytes) => progress.show(rows, bytes),
    });
  try {
    const tally = await (options.dryRun
      ? importWith(async () => 'ready')
      : withActivations(
          (activations) =>
            importWith((listed) => {
              const vehicle = { ...listed, ...asked };
              return activations.within(START_DEADLINE, () =>
                options.again ? activations.start(vehicle) : activations.startOnce(vehicle),
              );
            }),
          { starting: true },
        ));
    progress.end();
    report(notes, problems, tally);
    const answer = { dryRun: options.dryRun === true, ...tally, notes, result: result.path };
    printAnswer(options.output, answer, () => summary(answer));
    if (tally.failed > 0) process.exitCode = EXIT.rowsFailed;
  } finally {
    progress.end();
    await result.close();
  }
}

/** Says on stderr what a person has to know of how the list was read, and of the first rows that have a problem. */
function report(
  notes: readonly string[],
  problems: readonly Verdict[],
  { failed, ended, warnings }: Tally,
): void {
  for (const note of notes) say(`note: ${note}`);
  for (const { line, vin, problem, remedy } of problems) {
    say(`line ${line}: ${vin && `"${vin}": `}${problem}. ${remedy}`.trimEnd());
  }
  const more = failed + ended + warnings - problems.length;
  if (more > 0) say(`and ${more} more: see the result file`);
}

function summary(answer: Tally & { readonly dryRun: boolean; readonly result: string }): string {
  const { dryRun, ready, started, alreadyActive, ended, failed, result } = answer;
  const counts = dryRun
    ? [`${ready} ready`]
    : [
        `${started} started`,
        `${alreadyActive} already active`,
        ...(ended > 0 ? [`${ended} ended before`] : []),
      ];
  return `${[...counts, `${failed} failed`].join(', ')}\nresult: ${result}`;
}
