import { stat } from 'node:fs/promises';
import { readBatches } from '../fleet-list/fleet-list';
import { importList, type Tally } from '../fleet-list/import-list';
import type { Start, Verdict } from '../fleet-list/import-rows';
import { ResultFile, resultPathFor } from '../fleet-list/result-file';
import { visible } from '../visible';
import { ImportProgress } from './import-progress';
import { EXIT, type Format, printAnswer, say } from './output';
import { isSandboxNamespace, readCatalogue, readSurroundings, withActivations } from './session';

export interface ImportCommandOptions {
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

export async function runImport(file: string, options: ImportCommandOptions): Promise<void> {
  const catalogue = await readCatalogue();
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
  const importWith = (sandbox: boolean, start: Start | null): Promise<Tally> =>
    importList({
      batches: readBatches(file, { catalogue, sandbox }),
      start,
      concurrency: options.concurrency,
      result,
      onProblem: (verdict) => void (problems.length < SHOWN && problems.push(verdict)),
      onNote: (note) => void notes.push(note),
      onProgress: ({ rows }, bytes) => progress.show(rows, bytes),
    });
  try {
    const tally = await (options.dryRun
      ? importWith((await readSurroundings()).sandbox, null)
      : withActivations(
          async (activations, client) =>
            importWith(await isSandboxNamespace(client), (listed) => {
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
    say(
      visible(
        `line ${line}: ${vin && `"${vin}": `}${problem}${/[.?!]$/.test(problem) ? '' : '.'} ${remedy}`.trimEnd(),
      ),
    );
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
