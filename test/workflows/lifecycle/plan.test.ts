import { START, Story } from './story';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const IN_PROGRESS = { reasons: [{ id: 'in-progress', texts: ['', 'in progress'] }] };

/** A story that found an earlier life of the VIN, whose access is still being ended. */
function found(status: 'revoking' | 'canceling'): Story {
  const clearance = { status, reason: null, changedAt: START - HOUR, createdAt: START - DAY };
  return Story.begun().tell({ type: 'submitted', result: { outcome: 'found', clearance } });
}

describe('whom an activation waits for, in words', () => {
  it.each<[string, () => Story]>([
    ['the carmaker (BMW) to approve', () => Story.pending()],
    ['the provider to finish the withdrawal', () => Story.approved().reads('revoking')],
    ['the provider to finish the withdrawal', () => Story.pending().reads('canceling')],
    ['the provider to finish an earlier withdrawal', () => found('revoking')],
    ['the provider to finish an earlier withdrawal', () => found('canceling')],
    ['a status that we know', () => Story.pending().reads('unknown')],
    ['the provider to know the vehicle', () => Story.pending().reads(null)],
    ['the first data: the vehicle has to be driven', () => firstData('not-yet')],
    ["the carmaker's decision: BMW cannot cancel a pending clearance", () => Story.pending().defleet()],
    ['the clearance to be old enough to cancel', () => youngAndLeaving(DAY - HOUR)],
    ['the provider to finish a change', () => answered('in-transition').reads('approved')],
    [
      'the provider to confirm what its webhook says',
      () => laggingRecord('rejected', Story.pending().reads('pending', { changedAt: START })),
    ],
    [
      'the provider to confirm what its webhook says',
      () => laggingRecord('revoked', Story.pending().reads('approved', { changedAt: START })),
    ],
    ['the day on which the policy gives up', () => leftToGiveUp()],
    [
      'the driver: Turn privacy mode off in the settings of the vehicle, then confirm.',
      () => Story.pending({ brand: 'audi' }).reads('pending', { reason: 'privacy mode is enabled' }),
    ],
    [
      'the fleet manager: Ask the support of the provider what this reason means, follow the answer, then confirm.',
      () => Story.pending().reads('pending', { reason: 'new to us' }),
    ],
    [
      'the carmaker: in progress',
      () => Story.pending({}, IN_PROGRESS).reads('pending', { reason: 'in progress' }),
    ],
    [
      'the time to submit again: Drive the vehicle where there is mobile reception: the carmaker cannot reach it.',
      () => Story.pending({ brand: 'mercedes-benz' }).reads('rejected', { reason: 'VIN activation timeout' }),
    ],
  ])('%s', (waitingFor, story) => {
    expect(story().view).toMatchObject({ waitingFor, step: expect.not.stringContaining('parked') });
  });
});

function firstData(answer: 'not-yet' | 'flowing' | 'not-asked' | 'lost'): Story {
  return Story.pending().reads('approved').tell({ type: 'data-checked', answer });
}

/** A pending clearance that can be cancelled at an age, and whose next look comes much later. */
function youngAndLeaving(age: number): Story {
  const policy = { pollInterval: '10d', cancelPendingAfter: `${age}ms` };
  return Story.pending({ brand: 'audi' }, { policy }).defleet();
}

function answered(outcome: 'in-transition' | 'not-supported' | 'already-removed'): Story {
  return Story.approved()
    .defleet()
    .tell({ type: 'withdrawn', answer: { outcome, detail: '' } });
}

function laggingRecord(status: 'rejected' | 'revoked', story: Story): Story {
  const { status: before } = story.state.clearance;
  story.tell({ type: 'data-checked', answer: 'not-asked' }).hears(status);
  return before === 'absent' ? story : story.reads(before, { changedAt: START });
}

function leftToGiveUp(): Story {
  return Story.pending({}, { policy: { pollInterval: '30d', giveUp: { after: '4d', by: 'park' } } });
}

describe('a deadline', () => {
  it('is reached to the millisecond, and not before', () => {
    const story = youngAndLeaving(DAY);
    expect(story.state.deadline?.at).toBe(START + DAY);
    story.now = START + DAY - 1;
    expect(story.tell({ type: 'deadline-reached' }).commands).toEqual([]);
    story.now = START + DAY;
    expect(story.tell({ type: 'deadline-reached' }).commands).toEqual(['withdraw']);
  });

  it('is the sooner of the next look and the day of giving up', () => {
    expect(leftToGiveUp().state.deadline?.at).toBe(START + 4 * DAY);
    const soon = Story.pending({}, { policy: { pollInterval: '1d', giveUp: { after: '4d', by: 'park' } } });
    expect(soon.state.deadline?.at).toBe(START + DAY);
  });

  it('of giving up is counted from the submission', () => {
    const story = leftToGiveUp();
    story.now = START + 4 * DAY - 1;
    expect(story.tell({ type: 'deadline-reached' }).view.step).toBe('waiting');
    story.now += 1;
    expect(story.tell({ type: 'deadline-reached' }).view.step).toBe('parked');
  });

  it('of first data becomes a weekly one after the time that the policy gives it', () => {
    const story = firstData('not-yet');
    expect(story.state.deadline?.at).toBe(START + HOUR);
    story.now = START + 14 * DAY - 1;
    expect(story.tell({ type: 'deadline-reached' }).commands).toEqual(['check-data']);
    story.tell({ type: 'data-checked', answer: 'not-yet' });
    expect(story.passes('30d').now).toBe(START + 21 * DAY - 1);
    expect(story.commands).toEqual(['check-data']);
  });

  it('of a vehicle that the provider does not know is a day after the submission', () => {
    const story = Story.pending().passes('6h').reads(null);
    story.now = START + DAY - 1;
    story.tell({ type: 'deadline-reached' });
    expect(story.commands).toEqual(['read']);
    expect(story.reads(null).view.step).toBe('waiting');
    story.now = START + DAY;
    expect(story.tell({ type: 'deadline-reached' }).view).toMatchObject({
      step: 'parked',
      owner: 'provider-support',
      action:
        'Write to support@high-mobility.com, or your contact person there. Ask what has become of the vehicle. Then retry, or defleet it.',
    });
    expect(story.state.parked).toMatchObject({
      kind: 'drift',
      why: 'The provider took the vehicle and does not know it any more',
      ladder: 'support',
    });
  });

  it('of a submission by a retry rule is never later than its maximum', () => {
    const rule = { kind: 'after', delay: '1h', backoff: 10, maximum: '5h', attempts: 3 } as const;
    const unknownReason = { retry: rule };
    const story = Story.pending({}, { unknownReason });
    const waits: number[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      story.reads('rejected', { reason: 'new to us' });
      const before = story.now;
      story.passes('9h');
      expect(story.commands).toEqual(['submit']);
      waits.push((story.now - before) / HOUR);
      story.accepted();
    }
    expect(waits).toEqual([1, 5, 5]);
    expect(story.state.resubmissions).toBe(3);
  });
});

describe('once the data is known', () => {
  it('nothing more is asked where the provider cannot be asked', () => {
    const story = firstData('not-asked');
    story.now += 2 * DAY;
    expect(story.tell({ type: 'deadline-reached' }).commands).toEqual([]);
    expect(story.state.deadline).toBeNull();
  });

  it('it is asked for once a week when it flows', () => {
    const story = firstData('flowing');
    expect(story.state.deadline?.at).toBe(START + 7 * DAY);
    story.now += 7 * DAY;
    expect(story.tell({ type: 'deadline-reached' }).commands).toEqual(['check-data']);
  });

  it('is asked for again when consent was lost, because it may come back', () => {
    const story = firstData('lost');
    expect(story.passes('1h').commands).toEqual(['check-data']);
  });
});

describe('parking', () => {
  it.each(['revoked', 'canceled'] as const)('says what has drifted when it is %s', (status) => {
    const story = Story.pending().reads(status);
    expect(story.state.parked).toEqual({
      since: START,
      kind: 'drift',
      why: `The clearance was ${status} at the provider, and not by us`,
      owner: 'fleet-manager',
      action: 'Find out who ended the access. Then retry to ask for it again, or defleet the vehicle.',
      ladder: 'default',
    });
    expect(story.state.history.at(-2)?.note).toBe(
      `parked: The clearance was ${status} at the provider, and not by us`,
    );
  });

  it('names the status and the reason of what was refused', () => {
    const story = Story.pending({ brand: 'ford' }).reads('rejected', {
      reason: 'consent assignment missing',
    });
    expect(story.state.parked).toMatchObject({
      kind: 'parked',
      why: 'rejected: consent assignment missing',
      ladder: 'consent',
    });
    const overrides = { reasons: [{ id: 'unspecified', retry: { kind: 'owner' } }] } as const;
    const silent = Story.pending({}, overrides as never).reads('rejected');
    expect(silent.state.parked?.why).toBe('rejected: no reason given');
  });

  it('by giving up names the age, and whose turn it is', () => {
    const story = leftToGiveUp();
    story.now += 4 * DAY;
    story.tell({ type: 'deadline-reached' });
    expect(story.state.parked).toMatchObject({
      kind: 'parked',
      why: 'the clearance is pending for longer than the policy allows',
      owner: 'operations',
      action: 'Decide what becomes of the vehicle: retry to wait for as long again, or defleet it.',
      ladder: 'support',
    });
  });

  it('is over when something is in doubt: the provider is read first', () => {
    const story = Story.pending({ brand: 'audi' }).reads('rejected', { reason: 'privacy mode is enabled' });
    expect(story.view.step).toBe('parked');
    expect(story.hears('approved').commands).toEqual(['read']);
    expect(story.reads('approved').view.step).toBe('first-data');
  });
});

describe('a vehicle that leaves', () => {
  it.each(['revoking', 'canceling'] as const)('waits for the end of an earlier life that is %s', (status) => {
    const story = found(status).defleet();
    while (!story.commands.includes('read')) story.passes('6h');
    const over = status === 'revoking' ? 'revoked' : 'canceled';
    expect(story.reads(over, { changedAt: START }).view).toMatchObject({ status: over, step: 'ended' });
    expect(story.done).not.toContain('withdraw');
  });

  it('is told once more to stop submitting only once', () => {
    const story = Story.begun().defleet();
    expect(story.commands).toEqual(['stop-submitting']);
    expect(story.state).toMatchObject({ inFlight: 'submit', stopping: true });
    expect(story.hears('pending').commands).toEqual([]);
    expect(story.done).toEqual(['submit', 'stop-submitting']);
    expect(story.tell({ type: 'submission-stopped' }).state.stopping).toBe(false);
  });

  it('does not have its looks hurried by a DELETE that cannot be', () => {
    const story = answered('not-supported').reads('approved');
    story.now += 15 * MINUTE - 1;
    expect(story.tell({ type: 'deadline-reached' }).commands).toEqual([]);
    story.now += 1;
    expect(story.tell({ type: 'deadline-reached' }).commands).toEqual(['withdraw']);
  });

  it('is counted as withdrawn by the policy where the policy gave up', () => {
    const policy = { pollInterval: '30d', giveUp: { after: '4d', by: 'withdraw' } } as const;
    const story = Story.pending({ brand: 'audi' }, { policy });
    story.now += 4 * DAY;
    expect(story.tell({ type: 'deadline-reached' }).commands).toEqual(['withdraw']);
    const reason = 'the clearance is pending for longer than the policy allows';
    expect(story.state.defleet).toEqual({
      at: START + 4 * DAY,
      via: 'policy',
      by: null,
      reason,
    });
    expect(story.state.history.map(({ source, note }) => [source, note])).toContainEqual([
      'activation',
      reason,
    ]);
  });
});
