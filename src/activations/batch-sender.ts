import type { BatchOutcome, BatchPage, PageDone, Verdict } from '../../workflows/contract/batch';
import { BATCH_BOUNDS } from '../../workflows/contract/batch';
import { fingerprint } from '../../workflows/contract/fingerprint';
import type { Envelope, MessageKind } from '../../workflows/contract/messages';
import { LIMITS } from '../../workflows/lifecycle/limits';
import { VinError } from '../base/errors';
import { VALIDITY } from '../config/bounds';
import type { Application } from '../domain/application';
import type { Budgets } from '../domain/endpoint';
import type { Activations, Sending } from './activations';
import { BATCH_KINDS } from './batch-kinds';
import type { MessageReply } from './sending';

/** Messages under way at the same time, of one page. */
const AT_ONCE = 32;
/** So long a worker has for a message, in milliseconds, once the one before it was not taken in: it is kept all the same. */
const SHORT_PATIENCE = 250;
/** Attempts at a page of which Temporal did not answer for each; then what is not known stays so. */
const ATTEMPTS = 6;
const OF_THE_SERVER: readonly (VinError['code'] | null)[] = ['TEMPORAL_UNREACHABLE', 'MESSAGE_NOT_KNOWN'];
const MINUTE = 60_000;

/** One attempt at a page. */
export interface PageAttempt {
  /** 1 is the first. */
  readonly attempt: number;
  /** What earlier attempts have done, by the place in the page. */
  readonly done: readonly (Verdict | null | undefined)[];
  /** When it aborts nothing more is begun. */
  readonly signal: AbortSignal;
  readonly onVerdict: (place: number, verdict: Verdict) => void;
}

/** Sends pages of batches. */
export interface BatchSender {
  /** @throws VinError where Temporal did not answer for some: another attempt has to send the rest. */
  send(page: BatchPage, attempt: PageAttempt): Promise<PageDone>;
}

/** Sends one message to one vehicle. */
export type SendOne = (
  activations: Activations,
  vin: string,
  message: Envelope,
  how: Sending,
) => Promise<MessageReply>;

/** How pages are sent. */
export interface SenderOptions {
  /** Kinds that are more than a message to the activation. */
  readonly sends?: Readonly<Partial<Record<MessageKind, SendOne>>>;
  /** Vehicles a minute, by kind. @default as `BATCH_KINDS` has it */
  readonly pace?: Readonly<Partial<Record<MessageKind, number>>>;
  /** Calls a minute at each endpoint of an application. @default 60 */
  readonly budgetsOf?: (app: Application) => Partial<Budgets>;
  /** How many times faster than real time a trial runs. @default 1 */
  readonly speed?: number;
}

/** Calls a minute of a budget that nobody has named. */
const USUAL_BUDGET = 60;

/** @param activationsOf the activations of an application, of every fleet. */
export function createBatchSender(
  activationsOf: (app: Application) => Activations,
  { pace: paces = {}, budgetsOf = () => ({}), speed = 1, sends = {} }: SenderOptions = {},
): BatchSender {
  const usualAt = (kind: MessageKind, app: Application): number => {
    const { pace } = BATCH_KINDS[kind];
    return typeof pace === 'number' ? pace : (budgetsOf(app)[pace] ?? USUAL_BUDGET);
  };
  return {
    async send(page, attempt) {
      const begun = performance.now();
      const usual = paces[page.kind] ?? usualAt(page.kind, page);
      const pace = Math.min(usual, page.pace ?? Number.POSITIVE_INFINITY) * speed;
      const count = Math.min(page.vins.length, atATime(pace));
      const activations = activationsOf(page).forFleets(page.fleets);
      const send = sends[page.kind] ?? ((to, ...message) => to.send(page.kind, ...message));
      const own = { ...page, vins: page.vins.slice(0, count) };
      const verdicts = await sendEach(own, (...message) => send(activations, ...message), attempt);
      const pause = Math.max(0, Math.round((count * MINUTE) / pace - (performance.now() - begun)));
      return { verdicts, pause };
    },
  };
}

/** Vehicles of one page: what the pace allows in ten seconds, so that it is kept evenly. */
function atATime(pace: number): number {
  return Math.max(1, Math.min(BATCH_BOUNDS.page, Math.floor(pace / 6)));
}

type Send = (vin: string, message: Envelope, how: Sending) => Promise<MessageReply>;

async function sendEach(
  page: BatchPage,
  send: Send,
  { attempt, done, signal, onVerdict }: PageAttempt,
): Promise<(Verdict | null)[]> {
  const verdicts = page.vins.map((_vin, place) => done[place] ?? null);
  const rest = verdicts.flatMap((verdict, place) => (verdict ? [] : [place])).values();
  let unanswered: VinError | null = null;
  let isUnheard = false;
  const work = async (): Promise<void> => {
    for (const place of rest) {
      if (signal.aborted || unanswered) return;
      const came = await sendOne(page, page.vins[place] as string, send, {
        ...(isUnheard && { patience: SHORT_PATIENCE }),
      });
      if (came instanceof VinError && attempt < ATTEMPTS) {
        unanswered = came;
        return;
      }
      const verdict = came instanceof VinError ? failure(page.vins[place] as string, came) : came;
      isUnheard = verdict.outcome === 'queued';
      verdicts[place] = verdict;
      onVerdict(place, verdict);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (unanswered && !signal.aborted) throw unanswered;
  return verdicts;
}

/** @returns the error where Temporal did not answer: it says nothing of the vehicle. */
async function sendOne(page: BatchPage, vin: string, send: Send, how: Sending): Promise<Verdict | VinError> {
  const { kind, request, by } = page;
  try {
    const envelope = { by, id: messageIdOf(page.id, vin), notAfter: notAfterOf(page, Date.now()) };
    const { outcome, status, next } = await send(vin, { ...request, ...envelope }, how);
    if (outcome !== 'ended' || BATCH_KINDS[kind].isEndFine) return verdict(outcome, { status, next });
    const problem = 'Its activation has ended, and takes no message.';
    return verdict(outcome, { status, code: 'ACTIVATION_ENDED', problem });
  } catch (error) {
    return error instanceof VinError && OF_THE_SERVER.includes(error.code) ? error : failure(vin, error);
  }
}

/** Characters that are left for what goes in front of an id. */
const ROOM = 40;

/** The same for the same batch and vehicle: sent again it is the same message. */
export function messageIdOf(batch: string, vin: string): string {
  const id = `${batch}:${vin}`;
  return id.length <= LIMITS.id - ROOM ? id : `${fingerprint(batch)}:${vin}`;
}

function notAfterOf({ validFor = VALIDITY, notAfter }: BatchPage, now: number): string {
  const own = new Date(now + validFor).toISOString();
  return notAfter !== undefined && Date.parse(notAfter) < now + validFor ? notAfter : own;
}

const OUTCOMES: Readonly<Partial<Record<VinError['code'], BatchOutcome>>> = {
  MESSAGE_REFUSED: 'refused',
  MESSAGE_NOT_KNOWN: 'not-known',
  ACTIVATION_UNKNOWN: 'not-found',
};

/** What an error says of one vehicle of a group. */
export function failure(vin: string, error: unknown): Verdict {
  if (!(error instanceof VinError)) {
    return verdict('failed', { code: 'UNEXPECTED', problem: (error as Error).message ?? String(error) });
  }
  const { code, message, next } = error;
  // Its row names the vehicle, and so the same words are the same for all.
  const without = message.replace(`${vin}: `, '');
  const problem = code === 'VIN_INVALID' ? without : without.replaceAll(vin, 'it');
  return verdict(OUTCOMES[code] ?? 'failed', { code, problem, remedy: next.replaceAll(vin, 'VIN') });
}

function verdict(outcome: BatchOutcome, facts: Partial<Verdict>): Verdict {
  return { outcome, status: null, next: null, code: null, problem: null, remedy: null, ...facts };
}
