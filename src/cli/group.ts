import { randomUUID } from 'node:crypto';
import type { Envelope, MessageKind } from '../../workflows/contract/messages';
import type { Activations } from '../activations/activations';
import type { FilterWords } from '../activations/filter';
import { requireReadable } from '../fleet-list/fleet-list';
import { readVinList } from '../fleet-list/vin-list';
import { askFirst, canAsk } from './ask-first';
import { stopRequested } from './ending';
import { filterIn } from './filter-options';
import { type GroupMember, type GroupTally, sendToGroup, tallyOf } from './group-sending';
import { printGroup, sayAfterGroup } from './group-words';
import { ImportProgress } from './import-progress';
import type { MessageOptions, OwnMessage } from './message-command';
import { EXIT, say } from './output';
import { checkedVin, ownApplication, withActivations } from './session';
import { usageError } from './usage-error';

/**
 * Sends the message of a command to each vehicle of a group, and prints a verdict for each.
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
  const listed = await membersOf(texts, given.file);
  const { dryRun = false, by, id = randomUUID() } = given;
  await withActivations(async (activations) => {
    const members = listed ?? (await activations.list({ ...filter, ...ownApplication() })).map(memberOfRow);
    if (members.length === 0)
      say(`note: ${words ? `no activation with ${words}` : 'the list has no VIN'}: nothing was sent`);
    if (!dryRun && !(await isMeant(kind, members.length, words, given.yes))) {
      say('Nothing was sent.');
      process.exitCode = EXIT.failed;
      return;
    }
    const envelope = { by, id, notAfter: new Date(Date.now() + given.validFor).toISOString() };
    const tally = await send(activations, members, kind, given, own, envelope);
    const answer = { message: kind, dryRun, id: dryRun ? null : id, ...tally };
    printGroup(answer, given.output);
    sayAfterGroup(answer);
    if (!process.exitCode) process.exitCode = exitCodeFor(tally);
  });
}

async function send<Options extends MessageOptions>(
  activations: Activations,
  members: readonly GroupMember[],
  kind: MessageKind,
  given: Options,
  own: OwnMessage<Options>,
  envelope: Envelope,
): Promise<GroupTally> {
  const progress = new ImportProgress(process.stderr, 0);
  const stop = new AbortController();
  void stopRequested().then((signal) => {
    progress.end();
    say(`${signal}: what is under way is finished first. Once more ends at once.`);
    process.exitCode = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    stop.abort();
  });
  try {
    const verdicts = await sendToGroup(members, {
      kind,
      concurrency: given.concurrency,
      isEndFine: own.lostIsFine ?? false,
      stopped: stop.signal,
      onDone: (done) => progress.show(done, 0),
      rowOf: (vin) => activations.row(vin),
      ...(own.brandOf && { brand: own.brandOf(given) }),
      send: given.dryRun ? null : (vin, how) => own.send(activations, vin, envelope, given, how),
    });
    return tallyOf(verdicts);
  } finally {
    progress.end();
  }
}

/** The vehicles that are named; null where a filter chooses them. A VIN that is named twice is meant once. */
async function membersOf(texts: readonly string[], file: string | undefined): Promise<GroupMember[] | null> {
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
    return { vin: checkedVin(text, true).vin };
  } catch (error) {
    return { vin: text.slice(0, 40), error };
  }
}

function memberOfRow(row: Awaited<ReturnType<Activations['list']>>[number]): GroupMember {
  return { vin: row.vin, row };
}

/** Whether somebody wants it for so many: one is not asked for. */
async function isMeant(kind: string, count: number, words: string, yes = false): Promise<boolean> {
  if (count <= 1 || yes) return true;
  const what = `vin ${kind} for ${count} vehicles${words && ` (${words})`}`;
  if (canAsk() && !process.stdin.readableEnded) return askFirst(`${what}?`);
  throw usageError(
    `${what}: nobody can be asked here whether that is meant`,
    'Look with --dry-run what would happen, then add --yes.',
  );
}

function exitCodeFor({ failed, queued }: GroupTally): number {
  if (failed > 0) return EXIT.rowsFailed;
  return queued > 0 ? EXIT.queued : EXIT.ok;
}
