#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { acknowledgeCommand } from './acknowledge';
import { activateCommand } from './activate';
import { amendCommand } from './amend';
import { defleetCommand } from './defleet';
import { demoCommand } from './demo';
import { driftCommand } from './drift';
import { eligibilityCommand } from './eligibility';
import { gatewayCommand } from './gateway';
import { importCommand } from './import';
import { listCommand } from './list';
import { EXIT, sayError } from './output';
import { resumeCommand } from './resume';
import { retryCommand } from './retry';
import { serverCommand } from './server';
import { simulatorCommand } from './simulator';
import { statusCommand } from './status';
import { sweepCommand } from './sweep';
import { tokenCommand } from './token';
import { workerCommand } from './worker';

/** Builds the `vin` command with all of its subcommands. */
export function createProgram(): Command {
  const program = new Command('vin')
    .description(
      'Activates fleet vehicles for connected-car data, VIN by VIN, as durable workflows on Temporal.',
    )
    .showHelpAfterError('(add --help for the options and examples)')
    .addHelpText(
      'after',
      `
Exit codes: ${EXIT.ok} fine, ${EXIT.failed} failed, ${EXIT.usage} wrong usage, ${EXIT.rowsFailed} some rows failed, ${EXIT.interrupted} interrupted.
Data goes to stdout, messages go to stderr.`,
    );
  const commands = [
    activateCommand(),
    importCommand(),
    eligibilityCommand(),
    statusCommand(),
    listCommand(),
    retryCommand(),
    amendCommand(),
    acknowledgeCommand(),
    resumeCommand(),
    defleetCommand(),
    sweepCommand(),
    driftCommand(),
    workerCommand(),
    gatewayCommand(),
    tokenCommand(),
    simulatorCommand(),
    serverCommand(),
    demoCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands]) command.exitOverride();
  return program;
}

async function main(): Promise<void> {
  try {
    await createProgram().parseAsync();
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
