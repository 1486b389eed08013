import { CallFailed } from '../../../workflows/contract/call-failed';
import type { Running } from '../../../workflows/lifecycle/state';
import { traceFor, traceOf } from '../../../workflows/lifecycle/submission-trace';
import { START, Story } from './story';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('what seeded lives have found', () => {
  const accepted = (earlierChange: number | null) =>
    ({ type: 'submitted', result: { outcome: 'accepted', status: 'pending', earlierChange } }) as const;

  it('takes a submission for lost when after a day the record is still that of an earlier life', () => {
    const story = Story.begun().tell(accepted(START - DAY));
    for (let look = 0; look < 9; look++) story.passes('6h').reads('revoked', { changedAt: START - DAY });
    expect(story.view).toMatchObject({ status: 'absent', step: 'parked' });
  });

  it('ends when only an earlier life of the vehicle is left to remove', () => {
    const story = Story.begun().tell(accepted(START - DAY));
    for (let look = 0; look < 4; look++) story.passes('6h').reads('revoked', { changedAt: START - DAY });
    story.reads('revoked', { changedAt: START - DAY });
    expect(story.defleet().commands).toEqual(['read']);
    story.reads('revoked', { changedAt: START - DAY });
    // The request was taken, and nothing has shown its end: a DELETE has to say so, too.
    expect([story.state.ended, story.commands]).toEqual([false, ['withdraw']]);
    story.tell({ type: 'withdrawn', answer: { outcome: 'already-removed', detail: '' } });
    expect(story.reads('revoked', { changedAt: START - DAY }).view).toMatchObject({
      status: 'absent',
      step: 'ended',
    });
  });

  it('waits, and does not read again and again, when the provider asks for time and shows no record', () => {
    const story = Story.approved().defleet();
    story.tell({ type: 'withdrawn', answer: { outcome: 'in-transition', detail: '' } });
    expect(story.reads(null).commands).toEqual([]);
    expect(story.passes('15m').commands).toEqual(['withdraw']);
  });

  it('looks, and does not hurry the provider, when an unseen clearance cannot be cancelled', () => {
    const story = Story.pending().defleet().passes('6h').reads(null);
    expect(story.commands).toEqual(['withdraw']);
    story.tell({ type: 'withdrawn', answer: { outcome: 'not-supported', detail: '' } });
    expect(story.commands).toEqual(['read']);
    expect(story.reads(null).commands).toEqual([]);
    expect(story.passes('6h').commands).toEqual(['read']);
  });

  it('hears a claim again after the record has refuted one that was later', () => {
    const story = Story.pending({}, { policy: { firstData: { ask: false } } });
    story.reads('approved', { changedAt: START }).hears('revoked', { providerTime: START + 600 } as never);
    story.passes('1h').reads('approved', { changedAt: START });
    expect(story.view.status).toBe('approved');
    expect(story.hears('revoked', { providerTime: START + 500 } as never).commands).toEqual(['read']);
  });

  it('reads before it ends when a submission failed that may have arrived', () => {
    const story = Story.begun().tell({ type: 'command-failed', command: 'submit', message: '', next: '' });
    expect(story.defleet().commands).toEqual(['read']);
    expect(story.reads('pending').state.ended).toBe(false);
  });

  it('reads before it ends a parked activation, because the provider may have changed its mind', () => {
    const story = Story.pending().reads('rejected', { reason: 'the moon is in the wrong house' });
    expect(story.passes('1h').defleet().commands).toEqual(['read']);
    expect(story.reads('approved').commands).toEqual(['withdraw']);
  });

  it('tells nobody of a rejection once the vehicle has left', () => {
    const story = Story.pending({ brand: 'ford' }).defleet();
    story.reads('rejected', { reason: 'consent assignment missing' });
    expect(story.view.step).toBe('ended');
    expect(story.told).toEqual([]);
  });

  it('stays ended, with its proof, when a wish to leave comes in the same moment as the end', () => {
    const story = Story.pending();
    story.passes('1d').reads('rejected', { reason: 'ineligible VIN' });
    expect(story.state.ended).toBe(true);
    const { state } = story;
    expect(story.defleet().state).toBe(state);
  });

  it('never takes an open clearance for one that is lost, however old its time is', () => {
    const story = Story.begun().tell({
      type: 'submitted',
      result: { outcome: 'accepted', status: 'pending', earlierChange: START + 1_000 },
    });
    // The provider's times are coarse, or a backup has brought an older row back.
    const shown = { changedAt: START + 1_000 };
    story.passes('2d').reads('approved', shown).defleet();
    expect(story.reads('approved', shown).state.ended).toBe(false);
    for (let reads = 0; reads < 50 && story.view.status !== 'approved'; reads++) {
      story.passes('1d').reads('approved', shown);
    }
    expect(story.commands).toEqual(['withdraw']);
  });

  it('ends on no old record while a request that nobody remembers may still come to light', () => {
    const story = new Story();
    const trace = { startedAt: START, maySent: true, seen: null };
    story.defleet().tell({ type: 'started', rules: story.rules, trace });
    expect(story.commands).toEqual(['read']);
    expect(story.reads('canceled', { changedAt: START - 1_000 }).state.ended).toBe(false);
    for (let reads = 0; reads < 50 && !story.state.ended; reads++) {
      story.passes('1d').reads('canceled', { changedAt: START - 1_000 });
    }
    expect(story.state.ended).toBe(true);
    expect(story.now).toBeGreaterThanOrEqual(START + 86_400_000);
  });

  it('asks a person only once whether a record is of this request', () => {
    const clearance = { status: 'rejected', reason: null, changedAt: START, createdAt: START } as const;
    const story = Story.begun().tell({
      type: 'submitted',
      result: { outcome: 'found-ended', clearance: { ...clearance, statusSince: START } },
    });
    expect(story.view.step).toBe('parked');
    expect(story.reads('rejected', { changedAt: START }).view.step).toBe('parked');
    expect(story.tell({ type: 'retry-asked', by: 'ops' }).commands).toEqual(['submit']);
    // What goes along with the next attempt: only a newer record is ours.
    const seen = { any: true, newest: START };
    expect(story.state.sent?.seen).toEqual(seen);
    story.tell({ type: 'submitted', result: { outcome: 'refused', description: '', maySent: true } });
    expect(story.state.sent?.seen).toEqual(seen);
  });

  it('answers for a clearance that has ended before its lost reply was read back, and does not submit it again', () => {
    const trace = { startedAt: START, maySent: true, seen: { any: false, newest: null } };
    const story = Story.begun().hears('rejected').tell({ type: 'submission-stopped', trace });
    expect(story.commands).toEqual(['read']);
    story.reads('rejected', { changedAt: START, reason: 'consent assignment missing' });
    expect(story.commands).toEqual([]);
    expect(story.view.step).toBe('parked');
  });

  it('takes no record without a time for the answer to its request, where one was there before', () => {
    const story = Story.begun().tell({
      type: 'submitted',
      result: { outcome: 'accepted', status: 'pending', earlierChange: null, isTimeless: true },
    });
    story.passes('1h').reads('rejected', { reason: 'ineligible VIN' });
    expect(story.state.ended).toBe(false);
    expect(story.passes('1d').commands).toEqual(['read']);
  });

  it('takes no end of an older row for the answer to its request', () => {
    const before = START - 1_000;
    const seen = { any: true, newest: before };
    const trace = { startedAt: START, maySent: true, seen };
    const story = Story.begun().defleet().tell({ type: 'submission-stopped', trace });
    const ended = { changedAt: START + 500, createdAt: before };
    expect(story.reads('rejected', ended).state.ended).toBe(false);
    for (let reads = 0; reads < 50 && !story.state.ended; reads++)
      story.passes('1d').reads('rejected', ended);
    expect(story.now).toBeGreaterThanOrEqual(START + 86_400_000);
  });
});

/** All of a vehicle that leaves, at a provider whose list may be empty for no reason. */
describe('one empty list', () => {
  it('is no proof while a POST of a minute ago may take effect, of which its worker did not live to tell', () => {
    const story = Story.begun();
    const trace = { startedAt: START, maySent: true, seen: { any: true, newest: null }, sentAt: START };
    story.tell({ type: 'command-failed', command: 'submit', message: '', next: '', trace });
    // A person asks again, four days after the first request.
    story.now += 4 * DAY;
    expect(story.tell({ type: 'retry-asked', by: 'ops' }).commands).toEqual(['submit']);
    story.now += 60_000;
    expect(story.defleet().commands).toEqual(['stop-submitting']);
    const details = { stopped: true, mayPass: true, next: null, wait: null, told: null, endedAt: null };
    const told = traceOf(new CallFailed('The worker was lost', details), traceFor(story.state as Running));
    expect(story.tell({ type: 'submission-stopped', trace: told }).reads(null).state.ended).toBe(false);
    expect(story.state.sent).toMatchObject({ at: story.now, isDouble: true });
  });

  it('is no proof for a clearance that somebody else began to end', () => {
    const story = new Story().defleet();
    story.tell({ type: 'started', rules: story.rules }).reads('revoking');
    expect(story.passes('1d').reads(null).commands).toEqual(['withdraw']);
    story.tell({ type: 'withdrawn', answer: { outcome: 'absent', detail: '' } });
    expect(story.reads(null).state.ended).toBe(true);
  });

  it('is no proof for a clearance that was taken, and never read since', () => {
    const story = Story.begun().accepted().hears('approved');
    story.tell({ type: 'data-checked', answer: 'flowing' });
    story.now += 30 * DAY;
    story.defleet().tell({ type: 'withdrawn', answer: { outcome: 'accepted', status: 'revoking' } });
    story.tell({ type: 'observed', source: 'sweep', clearance: null, begun: story.now });
    expect(story.state.ended).toBe(false);
    expect(story.commands).toEqual(['withdraw']);
  });

  it('is no proof after a DELETE that was taken, and that a later reading has refuted, also where ends leave no record', () => {
    const story = Story.approved();
    const rules = { ...story.rules, traits: { ...story.rules.traits, endsAs: 'absent' as const } };
    story.state = { ...story.state, rules };
    const taken = { type: 'withdrawn', answer: { outcome: 'accepted', status: null } } as const;
    story.now += DAY;
    story.defleet().tell(taken);
    story.now += 60_000;
    expect(story.reads('approved').passes('1d').commands).not.toEqual([]);
    if (story.commands.includes('withdraw'))
      story.tell({ type: 'withdrawn', answer: { outcome: 'in-transition', detail: '' } });
    expect(story.reads(null).state.ended).toBe(false);
  });
});

it('somebody hears of a vehicle that leaves, also where its status goes back and forth each day', () => {
  const story = Story.begun({ brand: 'ford' }).accepted().defleet();
  for (let day = 0; day < 8; day++) {
    story.now += DAY;
    story.reads('approved').tell({ type: 'withdrawn', answer: { outcome: 'absent', detail: '' } });
    story.reads('pending');
  }
  expect(story.told).not.toEqual([]);
});

it('a rejection without words that waits for a person is judged anew when its reason comes', () => {
  const story = Story.pending().reads('rejected');
  expect(story.view.step).toBe('parked');
  story.hears('rejected', { reason: 'ineligible VIN' });
  for (let looks = 0; looks < 9 && !story.state.ended; looks++)
    if (story.commands.includes('read')) story.reads('rejected');
    else story.passes('1d');
  expect(story.state.ended).toBe(true);
});

it('an open row that is older than what we know is read again soon, where the vehicle leaves', () => {
  const story = Story.approved({ brand: 'audi' }, { policy: { withdrawPollInterval: '12h' } }).defleet();
  story.tell({ type: 'withdrawn', answer: { outcome: 'accepted', status: 'revoking' } });
  story.now += HOUR;
  story.tell({ type: 'observed', source: 'sweep', clearance: APPROVED, begun: story.now });
  expect(story.passes('16m').commands).toEqual(['read']);
  expect(story.reads('approved').commands).toEqual(['withdraw']);
});

const APPROVED = { status: 'approved', reason: null, changedAt: null, createdAt: null } as const;

describe('"too early", which a DELETE of a pending clearance is told', () => {
  const TOO_EARLY = {
    type: 'withdrawn',
    answer: { outcome: 'too-early', detail: 'pending: after 1 day' },
  } as const;

  it('is over when the vehicle is approved: access that is to end does not last for a day', () => {
    const story = Story.pending({ brand: 'mercedes-benz' }).defleet();
    for (let looks = 0; looks < 20 && !story.commands.includes('withdraw'); looks += 1) story.passes('6h');
    story.tell(TOO_EARLY).reads('pending');
    expect(story.reads('approved').commands).toEqual(['withdraw']);
  });

  it('is asked for again soon where a reading shows it approved', () => {
    const story = Story.approved().defleet().tell(TOO_EARLY).reads('approved');
    expect(story.state.withdrawNotBefore - story.now).toBeLessThan(3_600_000);
  });
});

it('a record that a person was told of, and that says the same ever since, is not taken for a vehicle that was lost', () => {
  const story = new Story();
  const trace = { startedAt: START, maySent: true, seen: null, sentAt: START, isDouble: true };
  story.tell({ type: 'started', rules: story.rules, trace });
  // Before the start by the provider's clock, which is minutes behind.
  const record = {
    status: 'rejected',
    reason: null,
    changedAt: START - 500_000,
    createdAt: START - 500_000,
  } as const;
  story.tell({
    type: 'submitted',
    result: { outcome: 'found-ended', clearance: record, maySent: true, trace },
  });
  for (let days = 0; days < 10; days += 1) {
    story.now += DAY;
    story.tell({ type: 'observed', source: 'sweep', clearance: record, begun: story.now });
  }
  expect(story.state.clearance.status).toBe('rejected');
});
