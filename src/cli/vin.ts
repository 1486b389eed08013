#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { ownVersion } from '../base/version';
import type { Channel } from '../notify/channel';
import type { ProviderProfile } from '../providers/profile';
import { addApplicationOption } from './application-option';
import { allowClosedPipes, endLoudly, endOnSignals, endSoon } from './ending';
import { withEnvFile } from './env-file';
import { setChannels, setProviders } from './handed-in';
import { EXIT, exitCodeOf, printError, sayError, wantJson } from './output';
import { tellWrongUse } from './usage-error';

/**
 * In the order of the help. What a command needs to run is loaded when it runs: these files hold only its name, its
 * options and its help (test/cli/start.test.ts).
 */
const COMMANDS: Readonly<Record<string, () => Command>> = {
  activate: () => (require('./activate') as typeof import('./activate')).activateCommand(),
  import: () => (require('./import-command') as typeof import('./import-command')).importCommand(),
  parking: () => (require('./parking') as typeof import('./parking')).parkingCommand(),
  eligibility: () =>
    (require('./eligibility-command') as typeof import('./eligibility-command')).eligibilityCommand(),
  status: () => (require('./status') as typeof import('./status')).statusCommand(),
  why: () => (require('./why') as typeof import('./why')).whyCommand(),
  todo: () => (require('./todo') as typeof import('./todo')).todoCommand(),
  changes: () => (require('./changes') as typeof import('./changes')).changesCommand(),
  report: () => (require('./report') as typeof import('./report')).reportCommand(),
  wait: () => (require('./wait') as typeof import('./wait')).waitCommand(),
  watch: () => (require('./watch') as typeof import('./watch')).watchCommand(),
  list: () => (require('./list') as typeof import('./list')).listCommand(),
  retry: () => (require('./retry') as typeof import('./retry')).retryCommand(),
  amend: () => (require('./amend') as typeof import('./amend')).amendCommand(),
  acknowledge: () => (require('./acknowledge') as typeof import('./acknowledge')).acknowledgeCommand(),
  resume: () => (require('./resume') as typeof import('./resume')).resumeCommand(),
  refresh: () => (require('./refresh') as typeof import('./refresh')).refreshCommand(),
  stay: () => (require('./stay') as typeof import('./stay')).stayCommand(),
  'data-seen': () => (require('./data-seen') as typeof import('./data-seen')).dataSeenCommand(),
  suspend: () => (require('./suspend') as typeof import('./suspend')).suspendCommand(),
  defleet: () => (require('./defleet') as typeof import('./defleet')).defleetCommand(),
  batch: () => (require('./batch') as typeof import('./batch')).batchCommand(),
  certificate: () => (require('./certificate') as typeof import('./certificate')).certificateCommand(),
  completion: () =>
    (require('./completion-command') as typeof import('./completion-command')).completionCommand(),
  ui: () => (require('./ui-command') as typeof import('./ui-command')).uiCommand(),
  doctor: () => (require('./doctor-command') as typeof import('./doctor-command')).doctorCommand(),
  notify: () => (require('./notify') as typeof import('./notify')).notifyCommand(),
  sweep: () => (require('./sweep') as typeof import('./sweep')).sweepCommand(),
  drift: () => (require('./drift-command') as typeof import('./drift-command')).driftCommand(),
  adopt: () => (require('./adopt-command') as typeof import('./adopt-command')).adoptCommand(),
  worker: () => (require('./worker-command') as typeof import('./worker-command')).workerCommand(),
  replay: () => (require('./replay') as typeof import('./replay')).replayCommand(),
  unstick: () => (require('./unstick') as typeof import('./unstick')).unstickCommand(),
  gateway: () => (require('./gateway-command') as typeof import('./gateway-command')).gatewayCommand(),
  token: () => (require('./token') as typeof import('./token')).tokenCommand(),
  simulator: () =>
    (require('./simulator-command') as typeof import('./simulator-command')).simulatorCommand(),
  server: () => (require('./server-command') as typeof import('./server-command')).serverCommand(),
  help: () => (require('./help-command') as typeof import('./help-command')).helpCommand(),
  demo: () => (require('./demo-command') as typeof import('./demo-command')).demoCommand(),
};

/**
 * Commands that ask one thing of Temporal and end. To compile for speed what runs once took an eighth of the
 * processor's time of `vin status` (433 ms, and 380 ms without it; Node 20, 2026-11-27).
 */
const ASKS_ONCE: ReadonlySet<string> = new Set([
  'activate',
  'status',
  'why',
  'retry',
  'amend',
  'acknowledge',
  'resume',
  'refresh',
  'stay',
  'data-seen',
  'suspend',
  'defleet',
]);

/** Commands about vehicles of one application: which one may be said. */
const OF_ONE_APPLICATION: ReadonlySet<string> = new Set([
  ...ASKS_ONCE,
  'import',
  'wait',
  'eligibility',
  'sweep',
  'drift',
  'adopt',
  'unstick',
]);

const VERSION_FLAGS = ['-V', '--version'];

/**
 * Builds the `vin` command.
 *
 * @param wanted the first word: the subcommand that will run, or the question for the version, which needs none. Without
 * it, and where there is no command of this name, all are there.
 */
export function createProgram(wanted = ''): Command {
  const program = new Command('vin')
    .description(
      'Activates fleet vehicles for connected-car data, VIN by VIN, as durable workflows on Temporal.',
    )
    .version(ownVersion(), VERSION_FLAGS.join(', '))
    .option(
      '--env-file <path>',
      'a file of variables (NAME=value); what is set already stays. Or VIN_ENV_FILE',
    )
    .addHelpText(
      'after',
      `
Exit codes: ${EXIT.ok} fine, ${EXIT.failed} failed, ${EXIT.usage} wrong usage, ${EXIT.notFound} not found, ${EXIT.credentials} credentials, ${EXIT.rowsFailed} some rows failed, ${EXIT.away} Temporal or the
provider is away, ${EXIT.pending} still pending, ${EXIT.interrupted} or ${EXIT.terminated} interrupted (SIGINT, SIGTERM). vin help exit-codes says more.
Data goes to stdout, messages go to stderr.`,
    );
  // Else a command takes the options of those below it that it has as well.
  program.enablePositionalOptions().helpCommand(false);
  const commands = makersFor(wanted).map((make) => make());
  for (const command of commands) {
    if (OF_ONE_APPLICATION.has(command.name())) addApplicationOption(command);
    program.addCommand(command);
  }
  for (const command of [program, ...commands]) command.exitOverride();
  tellWrongUse(program);
  return program;
}

function makersFor(wanted: string): (() => Command)[] {
  // These are about all of them.
  if (wanted === 'help' || wanted === 'completion') return Object.values(COMMANDS);
  const one = Object.hasOwn(COMMANDS, wanted) ? COMMANDS[wanted] : undefined;
  if (one) return [one];
  return VERSION_FLAGS.includes(wanted) ? [] : Object.values(COMMANDS);
}

/** What a program that starts the command may bring along. */
export interface RunOptions {
  /** The providers that there are. @default those of the registry */
  readonly providers?: readonly ProviderProfile[];
  /** The channels by which notices leave. @default those of the registry */
  readonly channels?: readonly Channel[];
}

/**
 * Runs the command in this process, and ends it.
 *
 * @param argv as `process.argv`.
 */
export async function run(argv: readonly string[], { providers, channels }: RunOptions = {}): Promise<void> {
  if (providers) setProviders(providers);
  if (channels) setChannels(channels);
  endOnSignals();
  allowClosedPipes();
  const isDone = endLoudly();
  wantJson(argv);
  try {
    const words = withEnvFile(argv, process.env);
    const wanted = words[2] ?? '';
    if (ASKS_ONCE.has(wanted)) {
      (require('node:v8') as typeof import('node:v8')).setFlagsFromString('--no-opt');
    }
    await createProgram(wanted).parseAsync(words);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    } else {
      sayError(error);
      printError(error);
      process.exitCode = exitCodeOf(error);
    }
  } finally {
    isDone();
    endSoon();
  }
}

if (require.main === module) void run(process.argv);
