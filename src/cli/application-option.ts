import type { Command } from 'commander';

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
