import type { LifecycleEvent } from '../../workflows/lifecycle/events';
import type { ActivationState } from '../../workflows/lifecycle/state';
import type { Decided } from './temporal/virtual-run';

/** What has the rules read anew. */
const WANTS: readonly LifecycleEvent['type'][] = [
  'retry-asked',
  'resume-asked',
  'refresh-asked',
  'fresh-run-begun',
];

/** New rules reach a life where they have to, and what a person has amended of the policy stays with whatever comes. */
export class Governing {
  /** By the setting of the policy, as JSON. */
  readonly #amended = new Map<string, string>();

  constructor(private readonly complain: (what: string) => void) {}

  decided({ before, event, decision: { state } }: Decided): void {
    if (!before.rules || !state.rules || state.ended) return;
    const isWanted =
      WANTS.includes(event.type) && (event.type === 'fresh-run-begun' || isTaken(before, state));
    const isMoved = before.vehicle.fleet !== state.vehicle.fleet;
    if ((isWanted || isMoved) && !areComing(state)) {
      this.complain(`goes on by the old rules (${event.type})`);
    }
    if (state.rulesDue && !state.inFlight && !state.isHandingOver)
      this.complain('has to read its rules, and does not');
    if (event.type === 'amended' && isTaken(before, state)) {
      for (const [setting, value] of Object.entries(event.policy)) {
        this.#amended.set(setting, JSON.stringify(value));
      }
    }
    const policy = state.rules.policy as Readonly<Record<string, unknown>>;
    for (const [setting, value] of this.#amended) {
      if (JSON.stringify(policy[setting]) !== value) {
        this.complain(`the amended ${setting} is lost (${event.type})`);
        this.#amended.delete(setting);
      }
    }
  }
}

/** Whether the rules are being read, or will be. */
function areComing({ rulesDue, inFlight }: ActivationState): boolean {
  return rulesDue === true || inFlight === 'read-rules';
}

/** Whether the message of this event counts. */
function isTaken(before: ActivationState, { messages }: ActivationState): boolean {
  return messages !== before.messages && messages.at(-1)?.outcome === 'taken';
}
