import { Command, Option } from 'commander';
import type { EligibilityCommandOptions } from './eligibility';
import { numberThatIs } from './number-option';
import { EXIT, FORMATS } from './output';

const readRate = numberThatIs('a number greater than 0, at most 60000', (rate) => rate > 0 && rate <= 60_000);

export function eligibilityCommand(): Command {
  return new Command('eligibility')
    .description("Ask the carmakers which vehicles of a fleet's list (CSV) can give data. Starts nothing.")
    .argument('<file>', 'a CSV file as for vin import')
    .option('--rate <number>', 'questions a minute, evenly spread', readRate, 60)
    .addOption(
      new Option('-o, --output <format>', 'how to print the answer; csv comes row by row')
        .choices([...FORMATS, 'csv'])
        .default('table'),
    )
    .addHelpText(
      'after',
      `
Verdicts: eligible, ineligible, unknown-vin, brand-not-enabled (have the provider activate the brand), not-known (no
answer), not-asked (the provider cannot be asked for this brand), failed (the row cannot be used). "eligible" promises
nothing. Exit code ${EXIT.rowsFailed} says that rows failed or are not known. A question takes a second: use csv for long lists.
Needs the address and the credentials of the application (README, "Configuration").

Examples:
  vin eligibility fleet.csv
  vin eligibility fleet.csv -o csv > eligibility.csv`,
    )
    .action(async (file: string, options: EligibilityCommandOptions) =>
      (require('./eligibility') as typeof import('./eligibility')).runEligibility(file, options),
    );
}
