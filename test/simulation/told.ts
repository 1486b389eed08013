import type { LifecycleEvent } from '../../workflows/lifecycle/events';
import type { Observation } from '../../workflows/lifecycle/state';
import { DAY } from './clock';

const ENDED: readonly string[] = ['rejected', 'revoked', 'canceled', 'error'];
const LEAVING: readonly string[] = ['revoking', 'canceling'];

/** What the activation was told of its clearance by the provider: on an absence it may end only after some of it. */
export class Told {
  /** A clearance was taken, or may have been, or was shown open. */
  #wasThere = false;
  /** Since when no list shows a row; null where one has. */
  #absentSince: number | null = null;
  /** A DELETE since the wish to leave was answered as if there were nothing, and nothing has shown it open since. */
  #isDenied = false;
  /** When a DELETE was taken, that nothing has refuted since. */
  #takenAt: number | null = null;

  hear(event: LifecycleEvent, leaves: boolean): void {
    if (event.type === 'observed') this.#read(event.clearance, event.at, event.begun ?? event.at);
    if (event.type === 'submitted') this.#submitted(event.result, event.at);
    if (event.type === 'started' && event.trace?.maySent) this.#wasThere = true;
    const stopped =
      event.type === 'submission-stopped' || event.type === 'command-failed' ? event.trace : null;
    if (stopped?.maySent) this.#wasThere = true;
    if (event.type !== 'withdrawn') return;
    const { outcome } = event.answer;
    if (outcome === 'accepted') this.#takenAt = event.at;
    if (leaves && (outcome === 'absent' || outcome === 'already-removed')) this.#isDenied = true;
  }

  /**
   * Whether an end on an absence would be too early: one empty list is no proof of a clearance that was there.
   *
   * @param isForgetful whether the provider keeps no record of what a DELETE has ended.
   */
  isTooEarly(now: number, isForgetful: boolean): boolean {
    if (!this.#wasThere || this.#absentSince === null || this.#isDenied) return false;
    return !(isForgetful && this.#takenAt !== null) && now < this.#absentSince + DAY;
  }

  #submitted(result: Extract<LifecycleEvent, { type: 'submitted' }>['result'], at: number): void {
    // Refused, and nothing was open before it.
    if (result.outcome === 'refused') this.#wasThere = false;
    if (result.maySent) this.#wasThere = true;
    if (result.outcome === 'accepted') this.#shown(result.status, at);
    else if (result.outcome !== 'refused') this.#read(result.clearance, at);
  }

  #read(clearance: Observation | null, at: number, begun = at): void {
    if (clearance) this.#shown(clearance.status, begun);
    else this.#absentSince ??= at;
  }

  #shown(status: Observation['status'], begun: number): void {
    this.#absentSince = null;
    // Nothing is there any more.
    if (ENDED.includes(status)) {
      this.#wasThere = false;
      return;
    }
    this.#wasThere = true;
    this.#isDenied = false;
    // On its way out it is what was asked for.
    if (LEAVING.includes(status) || begun < (this.#takenAt ?? 0)) return;
    this.#takenAt = null;
  }
}
