import { type Command, InvalidArgumentError, Option } from 'commander';
import { APPLICATION_NAME } from '../domain/application';
import { providerIds } from './handed-in';

let named: string | null = null;

/** The application that the command was told of by its option, as that option is written again; else empty. */
export function applicationWords(): string {
  return named === null ? '' : ` --application ${named}`;
}

/** Lets a command be told of which application its vehicle is; without it the environment says so. */
export function addApplicationOption(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--application <name>',
        'of which application, as provider:application (default: VIN_APPLICATION)',
      ).argParser(readApplication),
    )
    .hook('preAction', (_command, acting) => {
      const { application } = acting.opts<{ application?: string }>();
      named = application ?? null;
      if (application !== undefined) process.env['VIN_APPLICATION'] = application;
    });
}

/** As a list has it: a provider alone means its application `default`. */
export function readApplication(text: string): string {
  const [provider = '', application = 'default', ...more] = text.trim().toLowerCase().split(':');
  const isOne = providerIds().includes(provider) && APPLICATION_NAME.test(application) && more.length === 0;
  if (isOne) return `${provider}:${application}`;
  const usual = providerIds().map((id) => `${id}:default`);
  throw new InvalidArgumentError(`Write provider:application, such as ${usual.join(' or ')}.`);
}
