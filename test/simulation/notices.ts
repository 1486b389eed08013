import type { Notice } from '../../workflows/contract/notice';
import { toldOf } from '../../workflows/lifecycle/attention';
import type { Decision } from '../../workflows/lifecycle/lifecycle';
import type { ActivationState } from '../../workflows/lifecycle/state';
import { DAY } from './clock';

/** What people are told: each level once and in its rhythm, with an id of its own, and nothing while they are silent. */
export class Notices {
  readonly #ids = new Set<string>();
  readonly #told = new Map<string, { level: number; at: number; mayFall?: true }>();

  constructor(private readonly complain: (what: string) => void) {}

  decided(before: ActivationState, { state, notices }: Decision): void {
    if (notices.length > 1) this.complain('tells two levels in one moment, and not the highest alone');
    // Other rules may have ladders with fewer levels.
    if (before.rules !== state.rules && laddersOf(before) !== laddersOf(state))
      for (const [key, last] of this.#told) this.#told.set(key, { ...last, mayFall: true });
    for (const notice of notices) this.#check(notice, before, state);
  }

  #check(notice: Notice, before: ActivationState, state: ActivationState): void {
    const { rules, topics } = state;
    const { id, kind, since, level } = notice;
    const now = Date.parse(notice.at);
    if (this.#ids.has(id)) this.complain(`the id of a notice is used twice: ${id}`);
    this.#ids.add(id);
    const isSilent = Object.values(before.topics).some(
      (topic) => new Date(topic.since).toISOString() === since && topic.silentUntil > now,
    );
    if (isSilent) this.complain('tells somebody who has acknowledged');
    // Two subjects may begin in the same moment: it is the one that has just changed.
    const topic = Object.keys(topics).find((one) => topics[one] !== before.topics[one]);
    const key = `${kind} ${since} ${topic}`;
    const last = this.#told.get(key);
    this.#told.set(key, { level, at: now });
    const due = levelDue(state, Date.parse(since), now);
    if (level < due) this.complain(`tells level ${level} of "${kind}", though level ${due} is due`);
    if (!last) return;
    if (level < last.level && !last.mayFall) {
      this.complain(`the ladder of "${kind}" goes from level ${last.level} to ${level}`);
    }
    const shortest = Math.min(
      ...Object.values(rules?.policy.ladders ?? {}).map((ladder) => ladder[level - 1]?.every ?? DAY),
    );
    if (level === last.level && now - last.at < shortest) {
      this.complain(`level ${level} of "${kind}" is told twice`);
    }
  }
}

/** The highest level whose age has come. */
function levelDue(state: ActivationState, since: number, now: number): number {
  const told = state.rules && toldOf(state);
  const ladder = told ? state.rules.policy.ladders[told.ladder] : undefined;
  return (ladder ?? []).filter(({ after }) => since + after <= now).length;
}

function laddersOf({ rules }: ActivationState): string {
  return JSON.stringify(rules?.policy.ladders ?? null);
}
