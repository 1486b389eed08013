#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { EXIT, sayError } from './output';

/** Builds the `vin` command with all of its subcommands. */
export function createProgram(): Command {
  const program = new Command('vin')
    .description(
      'Activates fleet vehicles for connected-car data, VIN by VIN, as durable workflows on Temporal.',
    )
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for the options and examples)');
  return program;
}

async function main(): Promise<void> {
  try {
    await createProgram().exitOverride().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
      return;
    }
    sayError(error);
    process.exitCode = EXIT.failed;
  }
}

if (require.main === module) void main();
