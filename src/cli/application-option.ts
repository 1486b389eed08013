import { type Command, InvalidArgumentError } from 'commander';
import { APPLICATION_NAME, type Application } from '../domain/application';

/** Lets a command be told of which application its vehicle is; without it the environment says so. */
export function addApplicationOption(command: Command): Command {
  return command
    .option(
      '--application <name>',
      'of which application, as provider:application (default: VIN_APPLICATION)',
    )
    .hook('preAction', (_command, acting) => {
      const { application } = acting.opts<{ application?: string }>();
      if (application !== undefined) process.env['VIN_APPLICATION'] = application;
    });
}

/** Reads `provider:application`. */
export function applicationOption(text: string): Application {
  const [provider = '', application = '', ...more] = text.trim().split(':');
  if (APPLICATION_NAME.test(provider) && APPLICATION_NAME.test(application) && more.length === 0) {
    return { provider, application };
  }
  throw new InvalidArgumentError('Write it as provider:application, as vin list -o json shows it.');
}
