#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { ownVersion } from '../version';
import { EXIT, exitCodeOf, sayError } from './output';

/** In the order of the help. Each is loaded when it is used: all of them together take most of a second. */
const COMMANDS: Readonly<Record<string, () => Command>> = {
  activate: () => (require('./activate') as typeof import('./activate')).activateCommand(),
  import: () => (require('./import') as typeof import('./import')).importCommand(),
  eligibility: () => (require('./eligibility') as typeof import('./eligibility')).eligibilityCommand(),
  status: () => (require('./status') as typeof import('./status')).statusCommand(),
  list: () => (require('./list') as typeof import('./list')).listCommand(),
  retry: () => (require('./retry') as typeof import('./retry')).retryCommand(),
  amend: () => (require('./amend') as typeof import('./amend')).amendCommand(),
  acknowledge: () => (require('./acknowledge') as typeof import('./acknowledge')).acknowledgeCommand(),
  resume: () => (require('./resume') as typeof import('./resume')).resumeCommand(),
  defleet: () => (require('./defleet') as typeof import('./defleet')).defleetCommand(),
  sweep: () => (require('./sweep') as typeof import('./sweep')).sweepCommand(),
  drift: () => (require('./drift') as typeof import('./drift')).driftCommand(),
  worker: () => (require('./worker') as typeof import('./worker')).workerCommand(),
  replay: () => (require('./replay') as typeof import('./replay')).replayCommand(),
  unstick: () => (require('./unstick') as typeof import('./unstick')).unstickCommand(),
  gateway: () => (require('./gateway') as typeof import('./gateway')).gatewayCommand(),
  token: () => (require('./token') as typeof import('./token')).tokenCommand(),
  simulator: () => (require('./simulator') as typeof import('./simulator')).simulatorCommand(),
  server: () => (require('./server') as typeof import('./server')).serverCommand(),
  demo: () => (require('./demo') as typeof import('./demo')).demoCommand(),
};

/**
 * Builds the `vin` command.
 *
 * @param wanted the subcommand that will run; without it, and where there is none of this name, all are there.
 */
export function createProgram(wanted = ''): Command {
  const program = new Command('vin')
    .description(
      'Activates fleet vehicles for connected-car data, VIN by VIN, as durable workflows on Temporal.',
    )
    .version(ownVersion(), '-V, --version')
    .showHelpAfterError('(add --help for the options and examples)')
    .addHelpText(
      'after',
      `
Exit codes: ${EXIT.ok} fine, ${EXIT.failed} failed, ${EXIT.usage} wrong usage, ${EXIT.rowsFailed} some rows failed, ${EXIT.interrupted} interrupted;
for a message to a vehicle also ${EXIT.queued} queued (no worker has taken it yet), ${EXIT.notKnown} not known whether it was sent.
Data goes to stdout, messages go to stderr.`,
    );
  const makers = Object.hasOwn(COMMANDS, wanted) ? [COMMANDS[wanted]] : Object.values(COMMANDS);
  const commands = makers.flatMap((make) => make?.() ?? []);
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands]) command.exitOverride();
  return program;
}

async function main(): Promise<void> {
  try {
    await createProgram(process.argv[2]).parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
      return;
    }
    sayError(error);
    process.exitCode = exitCodeOf(error);
  }
}

if (require.main === module) void main();
