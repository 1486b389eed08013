import type { LifecycleEvent } from '../../workflows/lifecycle/events';
import type { Life } from './life';

/** What a life was about. Every one of these must occur among the lives of a run, else the run is blind to it. */
const TRAITS = {
  'approved and quiet': ({ state }: Life) => !state?.ended && state?.clearance.status === 'approved',
  'rejected for good': ({ state }: Life) =>
    state?.ended && !state.defleet && state.clearance.status === 'rejected',
  'waits for a person': ({ state }: Life) => state?.parked?.kind === 'parked',
  drift: ({ state }: Life) => state?.parked?.kind === 'drift',
  'left: revoked': ({ state }: Life) => state?.ended && state.clearance.status === 'revoked',
  'left: canceled': ({ state }: Life) => state?.ended && state.clearance.status === 'canceled',
  'left: rejected meanwhile': ({ state }: Life) =>
    state?.ended && state.defleet !== null && state.clearance.status === 'rejected',
  'left: nothing there': ({ state }: Life) => state?.ended && state.clearance.status === 'absent',
  'left while being submitted': ({ auditor }: Life) => auditor.commands.includes('stop-submitting'),
  'left by the cancellation of Temporal': ({ workflow }: Life) => workflow.closed?.as === 'canceled',
  'asked to leave twice': ({ people }: Life) => people.asks > 1,
  'stayed after all': ({ people }: Life) => people.stays > 0,
  'left after it had stayed': ({ people, state }: Life) =>
    people.stays > 0 && state?.ended && state.defleet !== null,
  'began again once it had left': ({ comings }: Life) => comings.again > 0,
  'began again some day after its end': ({ comings }: Life) => comings.afresh > 0,
  'ended by force': ({ comings }: Life) => comings.forced > 0,
  'taken over, with nobody to manage it': ({ comings }: Life) => comings.adopted > 0,
  'taken over from the first': ({ vehicle }: Life) => vehicle.lives[0]?.input.adopt === true,
  'nothing there to take over': ({ state }: Life) => state?.ended && !state.defleet && state.isAdopting,
  'given up by the policy': ({ state }: Life) => state?.defleet?.via === 'policy',
  'enabled at a provider of the other kind': ({ auditor, state }: Life) =>
    auditor.commands.includes('enable') && state?.clearance.status === 'approved',
  'left at a provider that keeps no record': ({ world, state, provider }: Life) =>
    world.isForgetful && state?.ended && state.defleet !== null && provider.deletes > 0,
  'disabled by somebody else': ({ provider }: Life) => provider.books.rows.some((row) => row.switchedOff),
  'asked to try again what only a webhook had told': ({ eager }: Life) => eager.asks > 0,
  'submitted again': ({ provider }: Life) => provider.posts > 1,
  'submitted in an earlier life': ({ world }: Life) => world.before !== 'nothing',
  'a write was lost': ({ provider }: Life) => provider.lostWrites > 0,
  'an old copy was read': ({ provider }: Life) => provider.lists.stale > 0,
  'open rows took turns': ({ provider }: Life) => provider.lists.inTurn > 0,
  'a DELETE was denied an open clearance': ({ provider }: Life) => provider.denials > 0,
  'a row had no name': ({ provider }: Life) => provider.lists.nameless > 0,
  'a reply to a POST had no name': ({ provider }: Life) => provider.namelessAnswers > 0,
  'a row stood in a list twice': ({ provider }: Life) => provider.lists.repeated > 0,
  'one kind of request had no reply for days': ({ world }: Life) => world.awkward.deaf !== null,
  'an answer was lost': ({ line }: Life) => line.ambiguous > 0,
  'the provider was away': ({ world }: Life) => world.faults.away.length > 0,
  'all webhooks were lost': ({ world }: Life) => world.webhooks.lost === 1,
  'restored from a backup': ({ provider }: Life) => provider.restored > 0,
  'data came late': ({ auditor }: Life) => auditor.commands.filter((c) => c === 'check-data').length > 2,
  'went on in a fresh run': ({ auditor }: Life) => auditor.freshRuns > 0,
  'a worker died': ({ temporal }: Life) => temporal.crashes > 0,
  'a run was made again from its history': ({ temporal }: Life) => temporal.replays > 0,
  'a workflow task was lost': ({ workflow }: Life) => workflow.lost > 0,
  'a sweep told something': ({ sweeps }: Life) => sweeps.signals > 0,
  'other rules came while it ran': ({ rules }: Life) => rules.hasChanged,
  'no sweep at all': ({ world }: Life) => world.sweeps === 'none',
  'a hundred messages': ({ people }: Life) => people.sent > 50,
  'a second clearance that nobody could know of': ({ provider }: Life) => provider.unseenSeconds > 0,
  'ended, and no client could know better': ({ auditor }: Life) => auditor.leftBehindByFault,
};

/** Where each event of a life comes from. A new type has to be given a place here. */
const EVENTS: Readonly<Record<LifecycleEvent['type'], string>> = {
  started: 'the first activity',
  submitted: 'the provider',
  'submission-stopped': 'a vehicle that leaves, or a clearance that is known',
  observed: 'looks and sweeps',
  claimed: 'webhooks',
  withdrawn: 'the provider',
  enabled: 'the provider, where it has such a step',
  'command-failed': 'faults that last',
  'defleet-asked': 'people, and Temporal',
  'stay-asked': 'people',
  'suspend-asked': 'people, at a provider that can pause',
  suspended: 'such a provider',
  'retry-asked': 'people',
  'resume-asked': 'people',
  'refresh-asked': 'people',
  amended: 'people',
  acknowledged: 'people',
  'data-seen': 'who reads the data',
  'message-refused': 'people who press the wrong thing',
  'data-checked': 'the provider',
  'eligibility-checked': 'the provider',
  'rules-read': 'another brand, a message, and fresh runs',
  'deadline-reached': 'time',
  'fresh-run-due': 'the engine',
  'fresh-run-begun': 'the engine',
};

export class Tally {
  readonly counts = new Map(Object.keys(TRAITS).map((trait) => [trait, 0]));
  readonly events = new Map(Object.keys(EVENTS).map((type) => [type, 0]));
  #lives = 0;
  #commands = 0;
  #jobs = 0;
  #largestState = 0;

  add(life: Life): void {
    this.#lives += 1;
    this.#commands += life.auditor.commands.length;
    this.#jobs += life.jobs;
    this.#largestState = Math.max(this.#largestState, life.auditor.largestState);
    for (const [trait, has] of Object.entries(TRAITS)) {
      if (has(life)) this.counts.set(trait, (this.counts.get(trait) ?? 0) + 1);
    }
    for (const [type, times] of life.auditor.events) {
      this.events.set(type, (this.events.get(type) ?? 0) + times);
    }
  }

  get lines(): string[] {
    const line = ([name, count]: readonly [string, number]): string =>
      `  ${String(count).padStart(7)}  ${name}`;
    const average = (sum: number): number => Math.round(sum / this.#lives);
    return [
      `  ${average(this.#commands)} commands and ${average(this.#jobs)} moments each; the largest state carried: ${this.#largestState} characters`,
      ...[...this.counts].map(line),
      '  events:',
      ...[...this.events].map(line),
    ];
  }

  /** What did not occur, of all that must. Faults that nobody could know of may be missing. */
  get missing(): string[] {
    const must = [...this.counts, ...this.events].filter(([name]) => !/no(?: client|body) could/.test(name));
    // Those are lived in otonomo-lives.test.ts.
    return must.filter(([name, count]) => count === 0 && !name.startsWith('suspend')).map(([name]) => name);
  }
}
