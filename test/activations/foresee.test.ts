import { foresee } from '../../src/activations/foresee';
import type { ActivationRow } from '../../src/activations/reports';
import { memoOf } from '../../workflows/contract/memo';
import { attentionOf } from '../../workflows/lifecycle/attention';
import type { MessageEvent } from '../../workflows/lifecycle/intake';
import { turnedAway } from '../../workflows/lifecycle/intake';
import { listedStep } from '../../workflows/lifecycle/listed';
import { shownOf } from '../../workflows/lifecycle/view';
import { START, Story } from '../workflows/lifecycle/story';

const row = (more: Partial<ActivationRow>): ActivationRow =>
  ({
    execution: 'RUNNING',
    status: 'pending',
    step: 'waiting',
    leaving: null,
    owner: null,
    brand: 'bmw',
    ...more,
  }) as ActivationRow;

describe('what a list shows tells of a message', () => {
  test.each([
    ['retry', {}, 'would-be-taken', 'It is looked at now (it is pending).'],
    ['retry', { status: 'rejected', step: 'parked' }, 'would-be-taken', 'submitted again (it is rejected)'],
    ['retry', { leaving: 'asked' }, 'would-be-refused', 'It is leaving'],
    ['retry', { step: 'parked', leaving: 'asked' }, 'would-be-refused', 'It is leaving'],
    ['stay', {}, 'would-be-refused', 'It is not leaving'],
    ['stay', { leaving: 'asked' }, 'would-be-taken', 'It stays'],
    ['stay', { leaving: 'final' }, 'would-be-refused', 'cannot be taken back'],
    ['retry', { execution: 'COMPLETED' }, 'ended', 'has ended'],
    ['resume', { step: 'parked' }, 'would-be-taken', 'goes on'],
    ['resume', {}, 'would-be-refused', 'It is not parked'],
    ['resume', { inTrouble: true }, 'would-be-taken', 'It waits for the provider'],
    ['data-seen', { status: 'approved' }, 'would-be-taken', 'data flows'],
    ['data-seen', {}, 'would-be-taken', 'looked at now'],
    ['suspend', { status: 'approved', step: 'quiet' }, 'would-be-taken', 'Its access is paused'],
    ['suspend', { status: 'pending', step: 'waiting' }, 'would-be-refused', 'only an access that is given'],
    ['suspend', { status: 'revoked', step: 'suspended' }, 'would-be-refused', 'paused already'],
    ['resume', { status: 'revoked', step: 'suspended' }, 'would-be-taken', 'asked for again'],
    ['refresh', { step: 'parked' }, 'would-be-taken', 'rules are read anew'],
    ['acknowledge', { owner: 'driver' }, 'would-be-taken', 'The reminders stop (driver).'],
    ['acknowledge', {}, 'would-be-taken', 'Nobody has to act'],
    ['amend', {}, 'would-be-taken', 'is changed'],
    ['defleet', {}, 'would-be-taken', 'Its access is ended (it is pending).'],
    ['defleet', { leaving: 'asked' }, 'would-be-taken', 'It is leaving already'],
    ['defleet', { execution: 'FAILED' }, 'ended', 'nothing left to do'],
  ] as const)('%s of %j is %s', (kind, more, outcome, says) => {
    expect(foresee(kind, row(more))).toEqual({ outcome, says: expect.stringContaining(says) });
  });

  test('another brand is refused while a clearance is open, and the same one is not', () => {
    expect(foresee('amend', row({}), 'mini').outcome).toBe('would-be-refused');
    expect(foresee('amend', row({}), 'bmw').outcome).toBe('would-be-taken');
    expect(foresee('amend', row({ status: 'rejected' }), 'mini').outcome).toBe('would-be-taken');
  });
});

const TROUBLE = {
  type: 'command-failed',
  command: 'read',
  message: '403',
  next: 'Ask.',
  mayPass: true,
  trouble: 'application-refused',
} as const;

/** The rules are those of the lifecycle: what a list shows must not promise anything else. */
describe('what is foreseen is what the activation does', () => {
  const rejected = { reason: 'privacy mode is enabled' };
  const story = (): Story => Story.pending({ brand: 'bmw' });
  const STORIES: Readonly<Record<string, () => Story>> = {
    pending: story,
    approved: () => Story.approved(),
    'rejected and parked': () => story().reads('rejected', rejected),
    revoked: () => Story.approved().reads('revoked'),
    'waiting for a provider in trouble': () => story().passes('6h').tell(TROUBLE),
    'pending, leaving': () => story().defleet(),
    'leaving, and its first DELETE is under way': () => Story.approved().defleet(),
    'leaving by the cancellation of Temporal': () => story().defleet('cancel'),
    'leaving, and parked': () =>
      Story.approved()
        .defleet()
        .tell({ type: 'withdrawn', answer: { outcome: 'refused', detail: 'no' } }),
    'approved, leaving': () =>
      Story.approved()
        .defleet()
        .tell({ type: 'withdrawn', answer: { outcome: 'accepted', status: 'revoking' } }),
  };
  const at = { by: null, head: undefined };
  const EVENTS = {
    retry: { type: 'retry-asked', ...at },
    stay: { type: 'stay-asked', ...at },
    resume: { type: 'resume-asked', ...at },
    refresh: { type: 'refresh-asked', ...at },
    'data-seen': { type: 'data-seen', ...at },
    acknowledge: { type: 'acknowledged', ...at, until: START + 30 * 86_400_000 },
    amend: { type: 'amended', ...at, brand: 'mini', tags: {}, policy: {} },
    defleet: { type: 'defleet-asked', ...at, via: 'defleet', reason: null },
  } as const;
  const CASES = Object.keys(STORIES).flatMap((name) =>
    (Object.keys(EVENTS) as (keyof typeof EVENTS)[]).map((kind) => [kind, name] as const),
  );

  test.each(CASES)('%s, where it is %s', (kind, name) => {
    const { state, now } = (STORIES[name] as () => Story)();
    const head = { kind, id: 'one', words: kind, sentAt: null, notAfter: null };
    const event = { ...EVENTS[kind], at: now, head } as MessageEvent;
    const isRefused = turnedAway(state, event) !== null;
    const shown = row({
      status: state.clearance.status,
      step: listedStep(state),
      inTrouble: shownOf(state).inTrouble,
      leaving: memoOf(shownOf(state)).leaving,
      owner: attentionOf(state)?.owner ?? null,
      brand: state.vehicle.brand,
    });
    expect(foresee(kind, shown, kind === 'amend' ? 'mini' : undefined).outcome).toBe(
      isRefused ? 'would-be-refused' : 'would-be-taken',
    );
  });
});
