import { Command, Option } from 'commander';
import type { NoticeRecord } from '../../workflows/contract/notices';
import type { Application } from '../domain/application';
import { AUDIENCES, type Audience } from '../domain/audience';
import { plateText } from '../domain/plate';
import { subjectOf } from '../domain/subject';
import { addApplicationOption } from './application-option';
import { linesOf } from './notice-lines';
import { type Format, outputOption, printAnswer } from './output';
import { readPlateOf } from './parking';
import { ownApplication, readKnownVin, withClient } from './session';

const EXAMPLES = `
Examples:
  vin notify log
  vin notify log --vin WBA8E9G50GNT00001
  vin notify log --plate NO-AA12345
  vin notify log --audience operations -o json

The newest 500 notices of each audience are remembered (docs/notices.md).`;

/** `vin notify`: what became of notices. */
export function notifyCommand(): Command {
  const command = new Command('notify')
    .description('Show what became of notices: whom they told, by which channel, and why not.')
    .addHelpText('after', EXAMPLES);
  const log = logCommand();
  addApplicationOption(log);
  log.addOption(outputOption()).addHelpText('after', EXAMPLES).exitOverride();
  return command.addCommand(log);
}

interface LogOptions {
  readonly audience?: Audience;
  readonly vin?: string;
  readonly plate?: string;
  readonly output: Format;
}

function logCommand(): Command {
  return new Command('log')
    .description('Show the notices that were decided, newest first, and what became of each.')
    .addOption(new Option('--audience <audience>', 'only those that tell this audience').choices(AUDIENCES))
    .option('--vin <vin>', 'only those about this vehicle')
    .addOption(
      new Option('--plate <plate>', 'only those about the parking of this plate').conflicts([
        'vin',
        'application',
      ]),
    )
    .action(async ({ audience, vin, plate, output }: LogOptions) => {
      const { noticesOf } = require('../activations/notices') as typeof import('../activations/notices');
      const app = plate === undefined ? ownApplication() : ofParkings();
      const filter = {
        audience,
        vin: vin === undefined ? undefined : readKnownVin(vin),
        plate: plate === undefined ? undefined : plateText(readPlateOf(plate)),
      };
      const notices = await withClient((client) => noticesOf(client, app, filter));
      printAnswer(output, notices, asText);
    });
}

/** Where notices about parkings are: one place for all credentials (workflows/parking/notices.ts). */
function ofParkings(): Application {
  const { parkingProvider } = require('../config/parkings') as typeof import('../config/parkings');
  return { provider: parkingProvider(process.env), application: 'default' };
}

function asText(notices: readonly NoticeRecord[]): string {
  if (notices.length === 0) return 'No notices.';
  return notices
    .flatMap((notice) => [
      `${subjectOf(notice) ?? 'all vehicles'}${notice.fleet ? ` · fleet ${notice.fleet}` : ''}`,
      ...linesOf(notice),
    ])
    .join('\n');
}
