import { parseDuration } from '../../../src/domain/duration';
import { START, Story } from './story';

/** Results wait for a worker while the world goes on: what the list said of a clearance may be over when it is heard. */
describe('a submission that finds a clearance which has ended before its result is heard', () => {
  const found = {
    status: 'approved',
    reason: null,
    changedAt: START + 2_000,
    createdAt: START + 1_000,
  } as const;

  it.each(['revoked', 'rejected'] as const)('(%s) makes no second one: a person decides', (status) => {
    const story = Story.begun();
    expect(story.commands).toEqual(['submit']);
    story.now += 60_000;
    const clearance = { status, reason: null, changedAt: START + 3_000, createdAt: START + 1_000 };
    story.tell({ type: 'observed', source: 'sweep', clearance, begun: story.now - 1_000 });
    story.tell({ type: 'submitted', result: { outcome: 'found', clearance: found } });
    expect(story.state.parked).not.toBeNull();
    story.passes('30d');
    expect(story.done.filter((command) => command === 'submit')).toHaveLength(1);
  });

  it('is made again where the list only lags behind an end that was known before', () => {
    const story = Story.approved().reads('revoked', { changedAt: START + 3_000 });
    story.tell({ type: 'retry-asked', by: 'ops' });
    expect(story.commands).toEqual(['submit']);
    story.tell({ type: 'submitted', result: { outcome: 'found', clearance: found } });
    story.passes('1h');
    expect(story.commands).toEqual(['submit']);
  });
});

it('a record that has ended is not forgotten where a worker was lost that may have asked for it, however long ago', () => {
  const story = new Story();
  const trace = { startedAt: START, maySent: true, seen: null, sentAt: START, isDouble: true } as const;
  story.tell({ type: 'started', rules: story.rules, trace });
  story.now += parseDuration('3d');
  story.reads('revoked', { changedAt: START + 3_000, createdAt: START + 1_000 });
  // The attempt is told what may have been sent: it finds the record, and sends nothing.
  expect(story.commands).toEqual(['submit']);
  expect(story.state.sent).toMatchObject({ at: START, seen: null, isDouble: true });
});

it('a record of long before does not keep back a request that a lost worker may have sent long ago', () => {
  const story = new Story();
  const trace = { startedAt: START, maySent: true, seen: null, sentAt: START, isDouble: true } as const;
  story.tell({ type: 'started', rules: story.rules, trace });
  story.now += parseDuration('3d');
  const before = START - parseDuration('30d');
  story.reads('revoked', { changedAt: before, createdAt: before });
  expect(story.commands).toEqual(['submit']);
  expect(story.state.sent).toBeNull();
});

it('a vehicle that leaves is not left to a person where a record has ended and nobody knows of which request it is', () => {
  const story = Story.begun();
  story.defleet();
  const clearance = {
    status: 'rejected',
    reason: 'nobody knows',
    changedAt: 2_000,
    createdAt: 1_000,
  } as const;
  story.tell({ type: 'submitted', result: { outcome: 'found-ended', clearance } });
  expect(story.state.parked).toBeNull();
  expect(story.commands).toEqual(['read']);
  // Until a request of ours could no longer come to light.
  for (let look = 0; look < 100 && !story.state.ended; look += 1) {
    if (!story.state.inFlight) story.passes('7d');
    story.reads('rejected', { changedAt: 2_000 });
  }
  expect(story.state.ended).toBe(true);
  expect(story.now - START).toBeLessThanOrEqual(parseDuration('31h'));
});

it.each([
  ['sweep', { type: 'observed', source: 'sweep', begun: START + 91_000, clearance: revoked() }],
  ['webhook', { type: 'claimed', status: 'revoked', reason: null, deliveryId: 'd', providerTime: null }],
] as const)(
  'an end that a %s tells before the DELETE is answered is what the activation ends with',
  (_, told) => {
    const story = Story.approved();
    story.now = START + 90_000;
    story.tell({ type: 'defleet-asked', via: 'defleet', by: 'ops', reason: 'sold' });
    expect(story.commands).toEqual(['withdraw']);
    story.now += 2_000;
    story.tell(told);
    story.tell({ type: 'withdrawn', answer: { outcome: 'accepted', status: 'revoking' } });
    expect(story.state.clearance.status).toBe('revoked');
    // It is read all the same: what is no news may be wrong.
    expect(story.commands).toEqual(['read']);
    story.now += 1_000;
    story.reads('revoked', { changedAt: START + 90_500 });
    expect([story.state.ended, story.state.clearance.status]).toEqual([true, 'revoked']);
  },
);

it('a DELETE that is taken after a day of empty lists is no end: what it ends was there', () => {
  const story = Story.approved();
  story.now = START + 90_000;
  story.defleet();
  expect(story.commands).toEqual(['withdraw']);
  for (const wait of ['1m', '25h']) {
    story.now += parseDuration(wait);
    story.tell({ type: 'observed', source: 'sweep', begun: story.now - 1_000, clearance: null });
  }
  story.now += 1_000;
  story.tell({ type: 'withdrawn', answer: { outcome: 'accepted', status: 'revoking' } });
  expect([story.state.ended, story.state.clearance.status]).toEqual([false, 'revoking']);
  story.passes('1d').reads('revoked', { changedAt: story.now });
  expect([story.state.ended, story.state.clearance.status]).toEqual([true, 'revoked']);
});

function revoked() {
  return { status: 'revoked', reason: null, changedAt: START + 90_500, createdAt: START + 1_000 } as const;
}
