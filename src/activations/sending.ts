import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/common';
import {
  acknowledge,
  amend,
  dataSeen,
  defleet,
  type Envelope,
  type MessageKind,
  type MessageOutcome,
  messageOutcome,
  refresh,
  resume,
  retry,
  stay,
  suspend,
} from '../../workflows/contract/messages';
import { type MessageEvent, tagProblem, withTags } from '../../workflows/lifecycle/intake';
import { LIMITS } from '../../workflows/lifecycle/limits';
import { readMessage } from '../../workflows/lifecycle/read-message';
import { VinError } from '../base/errors';
import { LONGEST_SILENCE, VALIDITY } from '../config/bounds';
import { isNoDay } from '../domain/day';
import { type ClearanceStatus, parseStatus } from '../domain/status';
import { grpcCode } from '../temporal/grpc';
import type { ActivationRun } from './activation-runs';
import { rowOf } from './reports';

/** How long the server may take for a message, and a worker to take it in: all together, in milliseconds. */
export const PATIENCE = 10_000;

/** One question, in milliseconds: some are lost, for example with the worker that was to answer them. */
const QUESTION = 3_000;

/** Between two questions for the outcome, in milliseconds: the first pause and the longest. */
const PAUSE = { first: 100, longest: 1_000 } as const;

/** Fresh runs that are followed before it is given up. */
const MOST_RUNS = 4;

/** gRPC's answers that mean for sure: this was not taken (invalid, denied, not known there, no credentials). */
const SURELY_NOT = [3, 7, 12, 16];
/** gRPC's FAILED_PRECONDITION: the run has ended meanwhile, or cannot take anything at the moment. */
const FAILED_PRECONDITION = 9;

const SIGNALS = { defleet, stay, suspend, retry, resume, amend, acknowledge, refresh, 'data-seen': dataSeen };

/**
 * What comes of a message. `taken`: the activation has it. `queued`: the server has it, and no worker has taken it in yet.
 * `ended`: there was no activation left to take it.
 */
export const REPLIES = ['taken', 'queued', 'ended'] as const;

/** What came of a message. That it was refused, or that nobody knows, is an error. */
export interface MessageReply {
  readonly outcome: (typeof REPLIES)[number];
  /** Asked again with this id it is the same message. */
  readonly id: string;
  readonly status: ClearanceStatus;
  /** What happens next: one sentence. */
  readonly next: string;
  /** Until when a message that is queued counts, ISO 8601; else null. */
  readonly countsUntil: string | null;
}

export interface Message {
  readonly vin: string;
  readonly kind: MessageKind;
  readonly request: Envelope;
}

interface Sent extends Message {
  /** A fingerprint of what is sent, as the activation makes it. */
  readonly words: string;
  readonly request: Envelope & { readonly id: string; readonly notAfter: string };
}

/**
 * Sends a message to the life of a vehicle that is looked at, and to no other, and asks what became of it.
 *
 * @param look finds the newest life that may be seen.
 * @param patience how long a worker may take to take it in, in milliseconds.
 * @throws VinError `MESSAGE_REFUSED` with the activation's own sentence, `MESSAGE_NOT_KNOWN` when the server may have it
 * or not, and what `look` throws.
 */
export async function sendMessage(
  client: Client,
  look: () => Promise<ActivationRun>,
  message: Message,
  patience: number = PATIENCE,
): Promise<MessageReply> {
  const sent = madeReady(message);
  const { vin, kind, words, request } = sent;
  const first = await look();
  const end = Date.now() + Math.max(PATIENCE, patience);
  const life = await deliver(client, look, first, sent, end);
  if (!life) return endedReply(sent, await statusOf(first));
  const outcome = await outcomeOf(client, look, life, request.id, Math.min(end, Date.now() + patience));
  if (outcome && (outcome.kind !== kind || outcome.words !== words)) {
    throw refused(vin, `The id ${request.id} is that of another message (${outcome.kind}). Take another id.`);
  }
  if (outcome?.outcome === 'refused') throw refused(vin, outcome.next);
  if (outcome) return replyOf(sent, 'taken', outcome.status, outcome.next);
  if (await hasEnded(life)) return endedReply(sent, await statusOf(life));
  return queuedReply(sent, await statusOf(life));
}

/** Gives a message its id and its time, and says no to what makes no sense before anybody is asked. */
function madeReady({ vin, kind, request }: Message): Sent {
  const now = Date.now();
  const {
    id = randomUUID(),
    sentAt = new Date(now).toISOString(),
    notAfter = new Date(now + VALIDITY).toISOString(),
  } = request;
  if (id.length === 0 || id.length > LIMITS.id) {
    throw refused(vin, `Send "id" as a text of 1 to ${LIMITS.id} characters.`);
  }
  const envelope = { ...request, id, sentAt, notAfter };
  const event = readMessage(kind, envelope, now);
  const times = [notAfter, 'until' in request ? String(request.until) : ''];
  const noDay = times.find(isNoDay);
  const problem =
    event.type === 'message-refused'
      ? event.problem
      : noDay !== undefined
        ? `No calendar has the day ${noDay.slice(0, 10)}.`
        : problemAtTheDoor(event, notAfter, now);
  if (problem !== null) throw refused(vin, problem);
  return { vin, kind, words: event.head?.words ?? '', request: envelope };
}

/** What no activation would take, whatever its state is. */
function problemAtTheDoor(event: MessageEvent, notAfter: string, now: number): string | null {
  if (Date.parse(notAfter) <= now) return `It counts until ${notAfter}, which is over.`;
  if (event.type === 'acknowledged' && event.until > now + LONGEST_SILENCE) {
    return 'Reminders can be stopped for 90 days at most.';
  }
  return event.type === 'amended' ? tagProblem(withTags({}, event.tags)) : null;
}

/**
 * Hands the message to the server, for one run by its id: a signal without one would go to whatever life is there. A
 * fresh run of the same life is followed.
 *
 * @returns the life as it was when the server took the message; null when it has ended before.
 */
async function deliver(
  client: Client,
  look: () => Promise<ActivationRun>,
  first: ActivationRun,
  { vin, kind, request }: Sent,
  end: number,
): Promise<ActivationRun | null> {
  const signal = SIGNALS[kind] as SignalDefinition<[Envelope]>;
  let life = first;
  try {
    for (let run = 1; run <= MOST_RUNS; run += 1) {
      if (isOver(life) || life.firstRunId !== first.firstRunId) return null;
      const { run: handle } = life;
      const taken = await client
        .withDeadline(end, () => handle.signal(signal, request))
        .then(() => true, isRunOver);
      if (taken) return life;
      life = await look();
    }
  } catch (error) {
    if (isRunFull(error)) throw runFull(vin, error);
    const isPlain = error instanceof VinError && error.code !== 'TEMPORAL_UNREACHABLE';
    if (isPlain || SURELY_NOT.includes(grpcCode(error) ?? -1)) throw error;
    throw notKnown(vin, request.id, error);
  }
  throw notKnown(vin, request.id);
}

/** @returns false when the server says that the run is over. @throws any other error. */
function isRunOver(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError || grpcCode(error) === FAILED_PRECONDITION) return false;
  throw error;
}

/**
 * Asks what became of a message until there is an answer, or the time is over. The server has it already: whatever goes
 * wrong here only means that nothing is known yet.
 */
async function outcomeOf(
  client: Client,
  look: () => Promise<ActivationRun>,
  life: ActivationRun,
  id: string,
  end: number,
): Promise<MessageOutcome | null> {
  let { run } = life;
  let until = end;
  for (let pause: number = PAUSE.first; Date.now() < until; pause = Math.min(pause * 2, PAUSE.longest)) {
    const deadline = Math.min(until, Date.now() + QUESTION);
    const asked = run;
    const outcome = await client
      .withDeadline(deadline, () => asked.query(messageOutcome, id))
      .catch(() => null);
    if (outcome) return outcome;
    await setTimeout(Math.max(0, Math.min(pause, until - Date.now())));
    // A fresh run knows what was taken in before it. One that was ended by force takes nothing in any more.
    const now = await look().catch(() => life);
    if (now.firstRunId !== life.firstRunId) continue;
    run = now.run;
    if (now.description.status.name === 'TERMINATED') until = Math.min(until, Date.now() + PATIENCE);
  }
  return null;
}

function isOver({ description }: ActivationRun): boolean {
  return description.status.name !== 'RUNNING';
}

/** Whether a life is over now, other than by a fresh run: who was terminated takes nothing in any more. */
async function hasEnded({ run }: ActivationRun): Promise<boolean> {
  const now = await run.describe().catch(() => null);
  return now !== null && !['RUNNING', 'CONTINUED_AS_NEW'].includes(now.status.name);
}

/** The newest status that the server has for this life. */
async function statusOf({ run, description }: ActivationRun): Promise<ClearanceStatus> {
  const now = await run.describe().catch(() => description);
  return parseStatus(rowOf(now).status);
}

function replyOf(
  { request }: Sent,
  outcome: MessageReply['outcome'],
  status: ClearanceStatus,
  next: string,
  countsUntil: string | null = null,
): MessageReply {
  return { outcome, id: request.id, status, next, countsUntil };
}

function endedReply(sent: Sent, status: ClearanceStatus): MessageReply {
  return replyOf(sent, 'ended', status, 'The activation has ended: there is nothing left to do.');
}

function queuedReply(sent: Sent, status: ClearanceStatus): MessageReply {
  const { notAfter } = sent.request;
  const next = `It is kept, and no worker has taken it in yet. It counts until ${notAfter}; asked again it is the same message.`;
  return replyOf(sent, 'queued', status, next, notAfter);
}

function refused(vin: string, sentence: string): VinError {
  return new VinError('MESSAGE_REFUSED', `${vin}: ${sentence}`, 'Correct the message and send it again.', {
    vin,
  });
}

/** Whether the server takes no more signals for a run: it keeps 10,000 by default. */
function isRunFull(error: unknown): boolean {
  const { details, cause } = error as { details?: unknown; cause?: { details?: unknown } };
  return grpcCode(error) === 3 && /limit for signal/.test(String(details ?? cause?.details));
}

function runFull(vin: string, cause: unknown): VinError {
  return new VinError(
    'RUN_FULL',
    `${vin}: the server takes no more messages for this run of the activation; nothing was changed`,
    'See that a worker runs: it continues in a fresh run, which takes messages again. To end the access now, request the cancellation of the workflow in Temporal.',
    { vin, cause },
  );
}

/** The server may have it or not, so nothing is said of what was changed. */
function notKnown(vin: string, id: string, cause?: unknown): VinError {
  return new VinError(
    'MESSAGE_NOT_KNOWN',
    `The server did not say whether it has the message for ${vin}: it may still be carried out`,
    `Ask again with the same id, ${id}: then it is the same message.`,
    { vin, cause },
  );
}
