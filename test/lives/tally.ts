import type { Life } from './life';

/** What a life was about. Every one of these must occur among the lives of a run, else the run is blind to it. */
const TRAITS = {
  'approved and quiet': ({ state }: Life) => !state.ended && state.clearance.status === 'approved',
  'rejected for good': ({ state }: Life) =>
    state.ended && !state.defleet && state.clearance.status === 'rejected',
  'waits for a person': ({ state }: Life) => state.parked?.kind === 'parked',
  drift: ({ state }: Life) => state.parked?.kind === 'drift',
  'left: revoked': ({ state }: Life) => state.ended && state.clearance.status === 'revoked',
  'left: canceled': ({ state }: Life) => state.ended && state.clearance.status === 'canceled',
  'left: rejected meanwhile': ({ state }: Life) =>
    state.ended && state.defleet !== null && state.clearance.status === 'rejected',
  'left: nothing there': ({ state }: Life) => state.ended && state.clearance.status === 'absent',
  'left while being submitted': ({ auditor }: Life) => auditor.commands.includes('stop-submitting'),
  'asked to leave twice': ({ people }: Life) => people.asks > 1,
  'given up by the policy': ({ state }: Life) => state.defleet?.via === 'policy',
  'submitted again': ({ provider }: Life) => provider.posts > 1,
  'submitted in an earlier life': ({ world }: Life) => world.before !== 'nothing',
  'a write was lost': ({ provider }: Life) => provider.lostWrites > 0,
  'an old copy was read': ({ provider }: Life) => provider.staleReads > 0,
  'an answer was lost': ({ line }: Life) => line.ambiguous > 0,
  'the provider was away': ({ world }: Life) => world.away.length > 0,
  'all webhooks were lost': ({ world }: Life) => world.webhooks.lost === 1,
  'data came late': ({ auditor }: Life) => auditor.commands.filter((c) => c === 'check-data').length > 2,
  'went on in a fresh run': ({ restarts }: Life) => restarts > 0,
  'left behind by a fault that outlived it': ({ auditor }: Life) => auditor.leftBehindByFault,
};

export class Tally {
  readonly counts = new Map(Object.keys(TRAITS).map((trait) => [trait, 0]));
  commands = 0;
  most = 0;

  add(life: Life): void {
    const { length } = life.auditor.commands;
    this.commands += length;
    this.most = Math.max(this.most, length);
    for (const [trait, has] of Object.entries(TRAITS)) {
      if (has(life)) this.counts.set(trait, (this.counts.get(trait) ?? 0) + 1);
    }
  }

  /** What did not occur, of all that must. A fault may outlive a life, but need not. */
  get missing(): string[] {
    const must = [...this.counts].filter(([trait]) => !trait.startsWith('left behind'));
    return must.filter(([, count]) => count === 0).map(([trait]) => trait);
  }
}
