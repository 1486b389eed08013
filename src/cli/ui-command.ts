import { Command } from 'commander';
import type { FilterWords } from '../activations/filter';
import { addFilterOptions } from './filter-options';
import { type Format, outputOption } from './output';

const EXAMPLES = `
Without words it prints a link for each view; with filters, of what matches; with a VIN, of its workflow. Views of the Temporal UI
live in one browser: a link works in every one. VIN_TEMPORAL_UI says where the UI is.

Examples:
  vin ui
  vin ui WBA8E9G50GNT00001
  vin ui --owner driver --brand volkswagen
  vin ui -o json`;

export interface UiOptions extends FilterWords {
  readonly output: Format;
}

/** `vin ui`: links into the Temporal UI. */
export function uiCommand(): Command {
  const command = new Command('ui')
    .description('Print links into the Temporal UI: of its views, of a filter, or of one vehicle.')
    .argument('[vin]', 'the vehicle whose workflow is meant');
  return addFilterOptions(command)
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES)
    .action((vin: string | undefined, options: UiOptions) =>
      (require('./ui') as typeof import('./ui')).printLinks(vin, options),
    );
}
