import { userInfo } from 'node:os';
import type { Client } from '@temporalio/client';
import { Command, Option } from 'commander';
import type { Envelope, MessageKind } from '../../workflows/contract/messages';
import { LIMITS } from '../../workflows/lifecycle/limits';
import type { Activations, Sending } from '../activations/activations';
import { BATCH_KINDS } from '../activations/batch-kinds';
import { FILTER_NAMES, type FilterName, type FilterWords } from '../activations/filter';
import type { MessageReply } from '../activations/sending';
import { VinError } from '../base/errors';
import { VALIDITY } from '../config/bounds';
import { cutTo } from '../domain/cut';
import { formatDuration } from '../domain/duration';
import { plainName, WHO_LENGTH } from '../domain/name';
import { applicationWords } from './application-option';
import { addFilterOptions } from './filter-options';
import { durationOption, textOption } from './message-options';
import { nameOption } from './name-option';
import { wholeNumber } from './number-option';
import { EXIT, type GroupFormat, printAnswer, quoted, rowsOutputOption, say } from './output';
import { checkedKnownVin, type KnownVin, whereItIs, withActivations } from './session';

export interface MessageOptions extends FilterWords {
  readonly by: string;
  readonly id?: string;
  /** Milliseconds. */
  readonly validFor: number;
  readonly output: GroupFormat;
  /** A list of VINs; `-` is stdin. */
  readonly file?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  /** Vehicles a minute. */
  readonly pace?: number;
}

/** What a command adds to the parts that all of them have. */
export interface OwnMessage<Options> {
  readonly description: string;
  readonly examples: string;
  readonly options?: readonly Option[];
  /** What it cannot do without, in an example. */
  readonly needs?: string;
  /** What is wrong with the options together, if anything: then nothing is sent. */
  readonly problem?: (options: Options) => string | null;
  /** What is said before it is sent, if anything. */
  readonly note?: (options: Options) => string | null;
  /** The message's own words, without who sends it and how long it counts. @default none */
  readonly request?: (options: Options) => object;
  /** How it is sent to one vehicle, where that is not a message to its activation only. */
  readonly send?: (
    activations: Activations,
    vin: string,
    message: Envelope,
    how: Sending,
  ) => Promise<MessageReply>;
  /** What is done for one vehicle before the message. @returns whether that was all: then no message is sent */
  readonly first?: (vin: string, options: Options) => Promise<boolean>;
  /** Whether these options are for one vehicle, that is named by its VIN. @default never */
  readonly isForOne?: (options: Options) => boolean;
  /** Whether every activation that runs is meant. */
  readonly isEveryone?: (options: Options) => boolean;
}

/** Filters that choose the vehicles of a group; its application is that of the command. */
const FILTERS_OF_GROUPS = FILTER_NAMES.filter((name) => name !== 'provider' && name !== 'application');

/** A command that sends a message to one activation, or to each of a group. */
export function messageCommand<Options extends MessageOptions>(
  kind: MessageKind,
  own: OwnMessage<Options>,
): Command {
  const command = new Command(kind)
    .description(own.description)
    .argument('[vins...]', 'vehicle identification numbers; - reads a list of them from stdin');
  for (const option of own.options ?? []) command.addOption(option);
  const taken = command.options.map((option) => option.attributeName());
  const filters = FILTERS_OF_GROUPS.filter((name) => !taken.includes(name));
  return addGroupOptions(command, filters)
    .addHelpText(
      'after',
      `
Exit codes of one vehicle: ${EXIT.ok} taken, ${EXIT.failed} refused, ${EXIT.pending} queued (it is kept, and counts when a worker comes in time), ${EXIT.away} not
known whether it was sent: then ask again with the id that the error names. Of a group: ${EXIT.rowsFailed} where something failed for one
of them, else ${EXIT.pending} where one is queued. A group is asked for first; where nobody can be asked, --yes is needed. It is sent
as a batch, which goes on when this command ends: vin batch ID shows it.

Examples:\n${own.examples}
  vin ${[kind, own.needs, '--file vins.csv --dry-run'].filter(Boolean).join(' ')}`,
    )
    .action(async (vins: string[], given: Options) => {
      const words = Object.fromEntries(filters.map((name) => [name, given[name]]));
      const isFiltered = Object.values(words).some((value) => value !== undefined);
      const isEveryone = own.isEveryone?.(given) ?? false;
      const problem = own.problem?.(given) ?? problemOfChoice(vins, given.file, isFiltered, isEveryone);
      if (problem) command.error(`error: ${problem}`, { exitCode: EXIT.usage });
      const note = own.note?.(given) ?? null;
      if (note !== null) say(`note: ${note}`);
      const [vin = '-'] = vins;
      const isOne = vins.length === 1 && vin !== '-' && !given.dryRun && given.output !== 'csv';
      if (!isOne && own.isForOne?.(given))
        command.error('error: that is for one VIN.', { exitCode: EXIT.usage });
      if (isOne && own.first && (await own.first(vin, given))) return;
      if (isOne) await sendOne(kind, vin, given, own);
      else await groups().runGroup(kind, vins, words, given, own);
    });
}

function groups(): typeof import('./group') {
  return require('./group');
}

/** What is wrong with how vehicles are chosen. */
function problemOfChoice(
  vins: readonly string[],
  file: string | undefined,
  isFiltered: boolean,
  isEveryone: boolean,
): string | null {
  const ways = [vins.length > 0, file !== undefined, isFiltered, isEveryone].filter((is) => is).length;
  if (ways === 0) return 'name vehicles: VINs, --file, - for stdin, or a filter such as --reason.';
  if (ways > 1) return 'name vehicles in one way: VINs, --file, or filters.';
  return vins.includes('-') && vins.length > 1 ? 'give either - for stdin, or VINs.' : null;
}

function addGroupOptions(command: Command, filters: readonly FilterName[]): Command {
  command
    .addOption(
      new Option('--by <name>', 'who asks, for the record')
        .argParser(nameOption(WHO_LENGTH))
        .default(cutTo(plainName(userInfo().username), WHO_LENGTH)),
    )
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
    .option(
      '--file <path>',
      'to the vehicles of this list: one VIN a line, or a CSV with a column vin; - is stdin',
    )
    .option('--dry-run', 'say what would happen to each, as far as lists show it, and send nothing')
    .option('-y, --yes', 'do not ask first, however many they are')
    .option('--pace <number>', 'at most so many vehicles a minute, of many', wholeNumber(1, 1_000_000));
  return addFilterOptions(command, filters).addOption(rowsOutputOption());
}

async function sendOne<Options extends MessageOptions>(
  kind: MessageKind,
  text: string,
  given: Options,
  { request = () => ({}), send = (to, ...message) => to.send(kind, ...message) }: OwnMessage<Options>,
): Promise<void> {
  const { by, id, validFor } = given;
  const output = given.output === 'csv' ? 'table' : given.output;
  const known = checkedKnownVin(text);
  const { vin } = known;
  const notAfter = new Date(Date.now() + validFor).toISOString();
  const message = { ...request(given), by, notAfter, ...(id !== undefined && { id }) };
  const reply = await withActivations(async (activations, client) => {
    if (known.refusal) await requireKnown(client, known);
    return whereItIs(known, activations, (activations) => send(activations, vin, message, {}));
  });
  const isLost = reply.outcome === 'ended' && !BATCH_KINDS[kind].isEndFine;
  if (output !== 'table' || !isLost) printAnswer(output, { vin, ...reply }, () => inWords(vin, reply));
  if (isLost) throw hasEnded(vin);
  if (reply.outcome !== 'queued') return;
  process.exitCode = EXIT.pending;
  say(
    `next: look with vin status ${vin}${applicationWords()}; a worker is started with vin worker. To learn what became of it, ask again with --id ${quoted(reply.id)}`,
  );
}

/** What another provider takes has to be there: else it is a VIN that was cut. @throws VinError `VIN_INVALID`. */
async function requireKnown(client: Client, { vin, refusal }: KnownVin): Promise<void> {
  const { knownAnywhere } = require('../activations/anywhere') as typeof import('../activations/anywhere');
  if (refusal && !(await knownAnywhere(client, [vin])).has(vin)) throw refusal;
}

/** Somebody wanted something done, and there is nothing left to do it. */
function hasEnded(vin: string): VinError {
  return new VinError(
    'ACTIVATION_ENDED',
    `The activation of ${vin} has ended, and takes no message. Nothing was changed`,
    `Look with vin status ${vin}${applicationWords()}. If the vehicle is still in the fleet: vin activate ${vin} --brand BRAND${applicationWords()}`,
    { vin },
  );
}

function inWords(vin: string, { outcome, status, next }: MessageReply): string {
  // The words of docs/errors.md, as a sentence: what comes after it is about the vehicle.
  return `${vin} (${status}): ${outcome === 'ended' ? '' : `The message is ${outcome}. `}${next}`;
}
