import { Command } from 'commander';
import { readFleetList } from '../fleet-list/fleet-list';
import { importRows, type Verdict } from '../fleet-list/import-rows';
import { EXIT, type Format, outputOption, printAnswer, say } from './output';
import { readSurroundings, withActivations } from './session';

export function importCommand(): Command {
  return new Command('import')
    .description("Start the activations of a fleet's list (CSV). Importing it again starts nothing twice.")
    .argument(
      '<file>',
      'a CSV file with the columns vin and brand; fleet, odometer and tag:<key> are optional',
    )
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Rows that cannot be used are reported with their line and what to do; the others go on.
Exit code ${EXIT.rowsFailed} says that rows failed.

Examples:
  vin import examples/fleet.csv
  vin import fleet.csv -o json > verdicts.json`,
    )
    .action(async (file: string, { output }: { output: Format }) => {
      const surroundings = readSurroundings();
      const answer = await withActivations(
        (activations) => importRows(readFleetList(file, surroundings), activations),
        { starting: true },
      );
      for (const row of answer.rows) reportRow(row);
      printAnswer(output, answer, ({ started, alreadyActive, failed }) =>
        [`${started} started`, `${alreadyActive} already active`, `${failed} failed`].join(', '),
      );
      if (answer.failed > 0) process.exitCode = EXIT.rowsFailed;
    });
}

/** Says on stderr what a person has to know of a row. */
function reportRow(row: Verdict): void {
  if (row.outcome === 'failed') say(`line ${row.line}: "${row.value}": ${row.problem}. ${row.remedy}`);
  else for (const warning of row.warnings) say(`line ${row.line}: warning: ${warning}`);
}
