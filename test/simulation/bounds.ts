import type { LifecycleEvent } from '../../workflows/lifecycle/events';
import type { ActivationState, Command } from '../../workflows/lifecycle/state';
import { DAY, HOUR } from './clock';
import type { Decided } from './temporal/virtual-run';

/** So often in a day a command may be given without a new fact, and once for the fact itself. */
const MOST = 13;

/** Looks whether trouble of the whole application is over, every quarter of an hour. */
const LOOKS = 97;

/** Events that bring something from outside, which a command may answer. */
const NEWS: Readonly<Record<LifecycleEvent['type'], boolean>> = {
  started: true,
  submitted: false,
  'submission-stopped': false,
  observed: false,
  claimed: true,
  withdrawn: false,
  enabled: false,
  'command-failed': false,
  'defleet-asked': true,
  'stay-asked': true,
  'suspend-asked': true,
  suspended: false,
  'retry-asked': true,
  'resume-asked': true,
  'refresh-asked': true,
  amended: true,
  acknowledged: false,
  'data-seen': true,
  'message-refused': false,
  'data-checked': false,
  'eligibility-checked': false,
  // Other rules come with a message, or with a fresh run.
  'rules-read': false,
  'deadline-reached': false,
  'fresh-run-due': false,
  'fresh-run-begun': false,
};

/** What a command was given for since there was news, and when. */
interface Given {
  readonly facts: ReadonlySet<string>;
  readonly times: readonly number[];
}

/**
 * Nothing is repeated over its bound without new facts, whatever the provider answers. Facts for which the same was done before
 * are not new.
 */
export class Bounds {
  #given = new Map<Command, Given>();
  #looks: readonly number[] = [];

  constructor(private readonly complain: (what: string) => void) {}

  decided({ event, decision: { state, commands } }: Decided): void {
    if (NEWS[event.type]) {
      this.#given = new Map();
      this.#looks = [];
    }
    this.#looked(event);
    for (const command of commands) {
      if (command.startsWith('stop')) continue;
      const facts = factsOf(state);
      const before = this.#given.get(command);
      const known = before?.facts.has(facts) ? before.times : [];
      const times = [...known, event.at].filter((at) => at > event.at - DAY);
      this.#given.set(command, { facts: new Set([...(before?.facts ?? []), facts]), times });
      const most = MOST + looksADay(command, state);
      if (times.length > most) {
        this.complain(`spins: ${command} ${times.length} times in a day, and nothing has changed`);
      }
    }
  }

  /** What trouble of the whole application was in the way of looked whether that is over: such looks have a bound of their own. */
  #looked(event: LifecycleEvent): void {
    if (event.type !== 'command-failed' || event.trouble === undefined) return;
    this.#looks = [...this.#looks, event.at].filter((at) => at > event.at - DAY);
    if (this.#looks.length > LOOKS) this.complain(`spins: ${event.command} in trouble, all day`);
    const given = this.#given.get(event.command);
    if (given) this.#given.set(event.command, { ...given, times: given.times.slice(0, -1) });
  }
}

/** Looks in the rhythm of the policy have their wait. */
function looksADay(command: Command, { rules, data }: ActivationState): number {
  if (command === 'read') return Math.ceil(DAY / (rules?.policy.pollInterval ?? HOUR));
  return command === 'check-data' && data ? 24 : 0;
}

/** That a request of ours can no longer come to light is one as well. */
function factsOf({ clearance, ownClearance: own, defleet, parked, sent }: ActivationState): string {
  return [clearance.status, own?.since, defleet?.at, parked === null, sent?.at].join(' ');
}
