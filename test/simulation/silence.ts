import { type Attention, attentionOf } from '../../workflows/lifecycle/attention';
import type { ActivationState } from '../../workflows/lifecycle/state';
import { DAY } from './clock';

/** Longer than this nobody may be left without a word: the slowest ladder begins after five days. */
const LONGEST = 12 * DAY;

/** So much later than its ladder says somebody may hear: a call may be tried again meanwhile. */
const MARGIN = DAY;

/** Approved, and nothing more to do. */
export function isQuiet({
  ownClearance: own,
  clearance,
  defleet,
  parked,
  deadline,
  inFlight,
  suspended,
}: ActivationState): boolean {
  if (suspended && !defleet && !parked && clearance.status === 'revoked') return true;
  return own !== null && clearance.status === 'approved' && !defleet && !parked && !deadline && !inFlight;
}

/** Every activation that is not quiet has an owner, or a time by which it gets one, and who has the turn has heard of it. */
export class Silence {
  /** Since when nobody's turn it is, or since somebody has asked to try again. */
  #since: number | null = null;
  #askedAt: number | null = null;

  /** What somebody was told about. */
  readonly #heard = new Set<string>();

  /** Since when there is what nobody was told about yet. */
  readonly #begun = new Map<string, number>();

  /** By when somebody has to be told of what there is to do now. */
  #due: { readonly topic: string; readonly at: number } | null = null;

  /** @param downtime how long the worker is away each time; it may be lost twice. */
  constructor(
    private readonly complain: (what: string) => void,
    private readonly downtime: number,
  ) {}

  decided(state: ActivationState, at: number, hasTold: boolean): void {
    this.#checkDue(at);
    const asked = state.countsSince ?? null;
    const before = asked === this.#askedAt ? this.#since : null;
    this.#askedAt = asked;
    const attention = attentionOf(state);
    // It is over, or somebody has asked to try again: it begins anew.
    for (const topic of this.#begun.keys()) if (!state.topics[topic]) this.#begun.delete(topic);
    if (attention) this.#hear(attention, state, hasTold);
    this.#due = attention && this.#dueOf(attention, state, at);
    const isFine = !attention || this.#isInHand(attention);
    if (!attention && !isNobodys(state))
      this.complain(`whose turn it is says nothing: ${state.clearance.status}`);
    this.#since = hasTold || isFine || isSilenced(state, at) ? null : (before ?? at);
    if (this.#since === null || at < this.#since + LONGEST) return;
    const days = Math.round((at - this.#since) / DAY);
    this.complain(`nobody's turn, or nobody was told, for ${days} days: ${state.clearance.status}`);
    this.#since = null;
  }

  /** Nothing may have come to pass since somebody had to be told: an alarm that is lost rings no more. */
  rested(at: number): void {
    this.#checkDue(at);
  }

  #checkDue(at: number): void {
    if (!this.#due || at < this.#due.at + MARGIN + 2 * this.downtime) return;
    const { topic, at: due } = this.#due;
    this.complain(`nobody was told of "${topic}", and its ladder began ${new Date(due).toISOString()}`);
    // Once is enough.
    this.#heard.add(topic);
  }

  #hear({ topic }: Attention, { topics }: ActivationState, hasTold: boolean): void {
    // It begins anew.
    if ((topics[topic]?.level ?? 0) === 0 && this.#heard.delete(topic)) this.#begun.delete(topic);
    if (hasTold) this.#heard.add(topic);
  }

  /** The first level of the ladder, counted from when we saw it first, or the end of a silence. */
  #dueOf({ topic, ladder }: Attention, { rules, topics }: ActivationState, at: number) {
    const [first] = rules?.policy.ladders[ladder] ?? [];
    if (!first || this.#heard.has(topic)) return null;
    const begun = this.#begun.get(topic) ?? at;
    this.#begun.set(topic, begun);
    return { topic, at: Math.max(begun + first.after, topics[topic]?.silentUntil ?? 0) };
  }

  /** Somebody has the turn and has heard of it. A carmaker is told nothing, and a trouble is told once for all vehicles. */
  #isInHand({ topic, owner }: Attention): boolean {
    return topic === 'trouble' || owner === 'carmaker' || (owner !== null && this.#heard.has(topic));
  }
}

/** Where nobody has to do anything: it has ended or not begun, or it is approved and its data flows, or nobody asks for it. */
function isNobodys({
  rules,
  ended,
  ownClearance: own,
  clearance,
  defleet,
  parked,
  data,
  suspended,
}: ActivationState): boolean {
  if (ended || !rules) return true;
  // Somebody wants it so.
  if (suspended && !defleet && !parked && clearance.status === 'revoked') return true;
  const isApproved = own !== null && clearance.status === 'approved' && !defleet && !parked;
  const isAsked = rules.policy.firstData.ask && rules.traits.firstData;
  return isApproved && (!isAsked || (data?.answer !== 'lost' && data?.answer !== 'not-yet'));
}

function isSilenced({ topics }: ActivationState, at: number): boolean {
  return Object.values(topics).some(({ silentUntil }) => silentUntil > at - LONGEST);
}
