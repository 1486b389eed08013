import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { MessageKind } from '../../workflows/contract/messages';
import type { Activations } from '../activations/activations';
import type { BatchReport, NewBatch } from '../activations/batches';
import type { FilterWords } from '../activations/filter';
import { VinError } from '../base/errors';
import { cutTo } from '../domain/cut';
import { requireReadable } from '../fleet-list/list-file';
import { readVinList } from '../fleet-list/vin-list';
import { askFirst, canAsk } from './ask-first';
import { followBatch } from './batch-following';
import { stopRequested } from './ending';
import { filterIn } from './filter-options';
import { foreseeEach } from './group-foresight';
import { answerOf, type GroupMember, printGroup } from './group-words';
import { ImportProgress } from './import-progress';
import type { MessageOptions, OwnMessage } from './message-command';
import { EXIT, say } from './output';
import { checkedKnownVin, ownApplication, withActivations } from './session';
import { usageError } from './usage-error';

/**
 * Starts a batch with the message of a command for each vehicle of a group, follows it, and prints a verdict for each.
 *
 * @param filters those among the options; they choose where no VIN is named.
 * @param texts VINs as they were typed; `-` alone stands for a list on stdin.
 * @throws VinError `USAGE_WRONG` where more than one is meant and nobody can be asked; what reading a list throws.
 */
export async function runGroup<Options extends MessageOptions>(
  kind: MessageKind,
  texts: readonly string[],
  filters: FilterWords,
  given: Options,
  own: OwnMessage<Options>,
): Promise<void> {
  const { filter, words } = filterIn(filters, `vin ${kind}`);
  const named = await membersOf(texts, given.file);
  const app = ownApplication();
  const asked = named ? named.map(({ vin }) => vin) : { ...filter, ...app };
  const request = { ...own.request?.(given) };
  await withActivations(async (activations, client) => {
    const again = given.dryRun ? null : await alreadyThere(activations, { ...given, kind, request, asked });
    if (again) return follow(again, client, activations, named ?? [], given);
    const listed = named && (await withoutUnknown(client, named));
    const members =
      listed ?? (await activations.list({ ...filter, ...app })).map((row) => ({ vin: row.vin, row }));
    if (members.length === 0)
      say(
        `note: ${listed ? 'the list has no VIN' : `no activation${words && ` with ${words}`}`}: nothing was sent`,
      );
    if (given.dryRun) return foresee(kind, members, activations, request, given);
    if (members.length === 0) {
      process.exitCode ??= EXIT.ok;
      return printGroup(answerOf(kind, [], { id: null, status: 'done' }), given.output);
    }
    if (!(await isMeant(kind, members.length, words, given.yes))) {
      say('Nothing was sent.');
      process.exitCode = EXIT.failed;
      return;
    }
    const { id = randomUUID(), by, validFor, pace } = given;
    const order = { id, kind, request, by, validFor, ...(pace !== undefined && { pace }) };
    const report = await activations.batches.start(app, {
      ...order,
      members,
      asked,
      chosen: given.file ? `the list ${given.file}` : listed ? 'VINs' : words || 'every activation that runs',
    });
    await follow(report, client, activations, members, given);
  });
}

/** The batch that was started before with the same id and words: it is not started, nor asked for, again. @throws VinError `BATCH_ID_TAKEN`. */
async function alreadyThere(
  { batches }: Activations,
  { id, ...asked }: Pick<NewBatch, 'kind' | 'request' | 'asked'> & { readonly id?: string },
): Promise<BatchReport | null> {
  if (id === undefined) return null;
  const known = await batches.known({ id, ...asked }).catch((error: unknown) => {
    if (error instanceof VinError && error.code === 'BATCH_UNKNOWN') return null;
    throw error;
  });
  if (known) say('note: a batch with this id was started before: it is the same one');
  return known;
}

function follow(
  report: BatchReport,
  client: Client,
  { batches }: Activations,
  members: readonly GroupMember[],
  { output }: Pick<MessageOptions, 'output'>,
): Promise<void> {
  const lines = new Map(
    members.flatMap(({ vin, line }) => (line === undefined ? [] : [[vin, line] as const])),
  );
  return followBatch(report, { client, batches, output, lines });
}

/** A dry run. */
async function foresee(
  kind: MessageKind,
  members: readonly GroupMember[],
  activations: Activations,
  request: { readonly brand?: string },
  { output }: Pick<MessageOptions, 'output'>,
): Promise<void> {
  const progress = new ImportProgress(process.stderr, 0);
  const stop = new AbortController();
  void stopRequested().then((signal) => {
    process.exitCode = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    stop.abort();
  });
  const verdicts = await foreseeEach(kind, members, activations, {
    brand: request.brand,
    signal: stop.signal,
    onDone: (done) => progress.show(done, 0),
  }).finally(() => progress.end());
  const answer = answerOf(kind, verdicts, null);
  printGroup(answer, output);
  process.exitCode ??= answer.failed > 0 ? EXIT.rowsFailed : EXIT.ok;
}

/** The vehicles that are named; null where a filter chooses them. A VIN that is named twice is meant once. */
export async function membersOf(
  texts: readonly string[],
  file: string | undefined,
): Promise<GroupMember[] | null> {
  if (texts.length === 0 && file === undefined) return null;
  const isStdin = texts[0] === '-' || file === '-';
  if (file !== undefined && !isStdin) await requireReadable(file);
  const listed =
    file !== undefined || isStdin
      ? await readVinList(isStdin ? process.stdin : (file as string))
      : texts.map((text) => ({ text }));
  const members = new Map<string, GroupMember>();
  for (const one of listed) {
    const member = { ...('line' in one && { line: one.line }), ...readMember(one.text) };
    if (!members.has(member.vin)) members.set(member.vin, member);
  }
  const again = listed.length - members.size;
  if (again > 0)
    say(
      `note: ${again} VIN${again === 1 ? ' stands' : 's stand'} there again, and ${again === 1 ? 'is' : 'are'} meant once`,
    );
  return [...members.values()];
}

function readMember(text: string): GroupMember {
  try {
    const { vin, refusal } = checkedKnownVin(text);
    return { vin, ...(refusal && { refusal }) };
  } catch (error) {
    return { vin: cutTo(text, 40), error };
  }
}

/** What only another provider takes has to be there: else it is a VIN that was cut. */
async function withoutUnknown(client: Client, members: readonly GroupMember[]): Promise<GroupMember[]> {
  const { knownAnywhere } = require('../activations/anywhere') as typeof import('../activations/anywhere');
  const odd = members.filter(({ refusal }) => refusal).map(({ vin }) => vin);
  const known = await knownAnywhere(client, odd);
  return members.map(({ refusal, ...member }) =>
    refusal && !known.has(member.vin) ? { ...member, error: refusal } : member,
  );
}

/** Whether somebody wants it for so many: one is not asked for. */
export async function isMeant(kind: string, count: number, words: string, yes = false): Promise<boolean> {
  if (count <= 1 || yes) return true;
  const what = `vin ${kind} for ${count} vehicles${words && ` (${words})`}`;
  if (canAsk() && !process.stdin.readableEnded) return askFirst(`${what}?`);
  throw usageError(
    `${what}: nobody can be asked here whether that is meant`,
    'Look with --dry-run what would happen, then add --yes.',
  );
}
