import { userInfo } from 'node:os';
import { Command, Option } from 'commander';
import { LIMITS } from '../../workflows/limits';
import type { Envelope } from '../../workflows/messages';
import { formatDuration } from '../domain/duration';
import { plainName } from '../domain/name';
import type { Activations } from '../temporal/activations';
import { type Reply, VALIDITY } from '../temporal/sending';
import { durationOption, textOption } from './message-options';
import { nameOption } from './name-option';
import { EXIT, type Format, outputOption, printAnswer, say } from './output';
import { readSurroundings, readVin, withActivations } from './session';

export interface MessageOptions {
  readonly by: string;
  readonly id?: string;
  /** Milliseconds. */
  readonly validFor: number;
  readonly output: Format;
}

/** What a command adds to the parts that all of them have. */
interface Own<Options> {
  readonly description: string;
  readonly examples: string;
  readonly options?: readonly Option[];
  /** What is wrong with the options together, if anything: then nothing is sent. */
  readonly problem?: (options: Options) => string | null;
  readonly send: (
    activations: Activations,
    vin: string,
    envelope: Envelope,
    options: Options,
  ) => Promise<Reply>;
}

/** A command that sends a message to one activation. */
export function messageCommand<Options extends MessageOptions>(name: string, own: Own<Options>): Command {
  const command = new Command(name)
    .description(own.description)
    .argument('<vin>', 'the vehicle identification number')
    .addOption(
      new Option('--by <name>', 'who asks, for the record')
        .argParser(nameOption(LIMITS.name))
        .default(plainName(userInfo().username).slice(0, LIMITS.name)),
    );
  for (const option of own.options ?? []) command.addOption(option);
  return command
    .addOption(
      new Option('--id <text>', 'asked again with the same id it is the same message').argParser(
        textOption(LIMITS.id),
      ),
    )
    .addOption(
      new Option('--valid-for <duration>', 'how long it counts when no worker takes it at once')
        .argParser(durationOption)
        .default(VALIDITY, formatDuration(VALIDITY)),
    )
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Exit codes: ${EXIT.ok} taken, ${EXIT.failed} refused, ${EXIT.queued} queued (it is kept, and counts when a worker comes in time), ${EXIT.notKnown} not
known whether it was sent: then ask again with the id that the error names.

Examples:\n${own.examples}`,
    )
    .action(async (text: string, given: Options) => {
      const problem = own.problem?.(given);
      if (problem) command.error(`error: ${problem}`, { exitCode: EXIT.usage });
      await run(text, given, own);
    });
}

async function run<Options extends MessageOptions>(
  text: string,
  given: Options,
  { send }: Own<Options>,
): Promise<void> {
  const { by, id, validFor, output } = given;
  const vin = readVin(text, readSurroundings().sandbox);
  const notAfter = new Date(Date.now() + validFor).toISOString();
  const envelope = { by, notAfter, ...(id !== undefined && { id }) };
  const reply = await withActivations((activations) => send(activations, vin, envelope, given));
  printAnswer(output, { vin, ...reply }, () => inWords(vin, reply));
  if (reply.outcome !== 'queued') return;
  process.exitCode = EXIT.queued;
  say(`next: look with vin status ${vin}; a worker is started with vin worker`);
}

function inWords(vin: string, { outcome, status, next }: Reply): string {
  return `${vin} (${status}): ${outcome === 'ended' ? '' : `${outcome}. `}${next}`;
}
