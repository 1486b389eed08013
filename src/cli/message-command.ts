import { userInfo } from 'node:os';
import { Command, Option } from 'commander';
import type { Envelope } from '../../workflows/contract/messages';
import { LIMITS } from '../../workflows/lifecycle/limits';
import type { Activations } from '../activations/activations';
import type { MessageReply } from '../activations/sending';
import { VinError } from '../base/errors';
import { VALIDITY } from '../config/bounds';
import { formatDuration } from '../domain/duration';
import { plainName } from '../domain/name';
import { durationOption, textOption } from './message-options';
import { nameOption } from './name-option';
import { EXIT, type Format, outputOption, printAnswer, say } from './output';
import { readKnownVin, withActivations } from './session';

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
  ) => Promise<MessageReply>;
  /** Whether it is as good when there is no activation any more that could take it. */
  readonly lostIsFine?: boolean;
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
  { send, lostIsFine = false }: Own<Options>,
): Promise<void> {
  const { by, id, validFor, output } = given;
  const vin = readKnownVin(text);
  const notAfter = new Date(Date.now() + validFor).toISOString();
  const envelope = { by, notAfter, ...(id !== undefined && { id }) };
  const reply = await withActivations((activations) => send(activations, vin, envelope, given));
  const isLost = reply.outcome === 'ended' && !lostIsFine;
  if (output === 'json' || !isLost) printAnswer(output, { vin, ...reply }, () => inWords(vin, reply));
  if (isLost) throw hasEnded(vin);
  if (reply.outcome !== 'queued') return;
  process.exitCode = EXIT.queued;
  say(
    `next: look with vin status ${vin}; a worker is started with vin worker. To learn what became of it, ask again with --id ${quoted(reply.id)}`,
  );
}

/** Somebody wanted something done, and there is nothing left to do it. */
function hasEnded(vin: string): VinError {
  return new VinError(
    'ACTIVATION_ENDED',
    `The activation of ${vin} has ended, and takes no message. Nothing was changed`,
    `Look with vin status ${vin}. If the vehicle is still in the fleet: vin activate ${vin} --brand BRAND`,
    { vin },
  );
}

/** As a shell takes it. */
function quoted(text: string): string {
  return /^[\w.:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function inWords(vin: string, { outcome, status, next }: MessageReply): string {
  // The words of docs/errors.md, as a sentence: what comes after it is about the vehicle.
  return `${vin} (${status}): ${outcome === 'ended' ? '' : `The message is ${outcome}. `}${next}`;
}
