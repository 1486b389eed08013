import { START, Story } from './story';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const notes = (story: Story): (string | null)[] => story.state.history.map(({ note }) => note);
const lastNote = (story: Story): string | null => notes(story).at(-1) ?? null;

/** Parked because the provider has refused what was asked of it. */
function unmended(): Story {
  return Story.pending({ brand: 'audi' }).reads('rejected', { reason: 'customer name tag missing' });
}

function parkedByFailure(command: 'submit' | 'read' | 'withdraw', story: Story): Story {
  return story.tell({ type: 'command-failed', command, message: '500', next: 'Look at the log.' });
}

describe('what a person has said is written down', () => {
  it.each<[string, (story: Story) => Story]>([
    ['asked to try again (ops)', (story) => story.tell({ type: 'retry-asked', by: 'ops' })],
    ['asked to try again', (story) => story.tell({ type: 'retry-asked', by: null })],
    ['asked to defleet (ops): sold', (story) => story.defleet()],
    [
      'asked to defleet',
      (story) => story.tell({ type: 'defleet-asked', via: 'defleet', by: null, reason: null }),
    ],
    [
      'amended the request (ops)',
      (story) => story.tell({ type: 'amended', by: 'ops', brand: null, tags: {}, policy: {} }),
    ],
    [
      'acknowledged until 2026-01-02T00:00:00.000Z (ops)',
      (story) => story.tell({ type: 'acknowledged', by: 'ops', until: START + DAY }),
    ],
    [
      'acknowledged until 2026-01-02T00:00:00.000Z',
      (story) => story.tell({ type: 'acknowledged', by: null, until: START + DAY }),
    ],
  ])('%s', (note, say) => {
    const story = say(Story.approved());
    expect(story.state.history.at(-1)).toMatchObject({ source: 'person', status: 'approved', note });
  });
});

describe('the answer to a DELETE is written down', () => {
  it.each(['in-transition', 'too-early', 'already-removed', 'not-supported'] as const)(
    '%s, in the words of the provider where it has any',
    (outcome) => {
      const answer = (detail: string): Story =>
        Story.approved().defleet().tell({ type: 'withdrawn', answer: { outcome, detail } });
      expect(answer('its words').state.history.at(-1)).toMatchObject({
        source: 'withdraw',
        note: 'its words',
      });
      expect(lastNote(answer(''))).toBe(outcome);
    },
  );

  it('refused, and a person is asked', () => {
    const story = Story.approved()
      .defleet()
      .tell({ type: 'withdrawn', answer: { outcome: 'refused', detail: 'no' } });
    expect(story.state.parked).toEqual({
      since: START,
      kind: 'parked',
      why: 'The provider refused to end the clearance: no',
      owner: 'provider-support',
      action: 'Ask why the access cannot be ended, then resume.',
      ladder: 'support',
      failed: 'withdraw',
      until: START + HOUR / 4,
    });
    expect(notes(story)).toContain('parked: The provider refused to end the clearance: no');
  });

  it('accepted, with what was believed before it', () => {
    const story = Story.approved().reads('approved', { changedAt: START, reason: 'so far' }).defleet();
    story.now += HOUR;
    story.tell({ type: 'withdrawn', answer: { outcome: 'accepted', status: 'revoking' } });
    expect(story.state.withdrawal).toMatchObject({
      at: START + HOUR,
      from: { status: 'approved', changedAt: START },
    });
    expect(story.state.clearance).toMatchObject({
      status: 'revoking',
      reason: null,
      since: START + HOUR,
      confirmed: true,
    });
    expect(story.state.inFlight).toBeNull();
  });
});

describe('a command that has failed', () => {
  it.each(['submit', 'read', 'withdraw'] as const)('to %s asks a person, and says why', (command) => {
    const story = parkedByFailure(command, Story.pending());
    expect(story.state.parked).toEqual({
      since: START,
      kind: 'parked',
      why: `Could not ${command}: 500`,
      owner: 'fleet-manager',
      action: 'Look at the log.',
      ladder: 'support',
      failed: command,
    });
    expect(notes(story)).toContain(`parked: Could not ${command}: 500`);
    expect(story.state).toMatchObject({ inFlight: null, needsRead: false });
  });
});

describe('what is said of data', () => {
  it.each([
    ['flowing', 'data flows'],
    ['not-yet', 'approved, but there is no data yet'],
    ['lost', 'consent was removed, or privacy mode is on: no data'],
    ['not-asked', 'the provider cannot be asked for data'],
  ] as const)('%s, is written down once', (answer, note) => {
    const story = Story.pending().hears('approved').tell({ type: 'data-checked', answer });
    story.tell({ type: 'data-checked', answer });
    expect(notes(story).filter((each) => each === note)).toHaveLength(1);
    expect(story.state.data).toMatchObject({ answer, checks: 2 });
  });

  it('counts for nothing when the access has ended meanwhile', () => {
    const story = Story.pending().hears('approved').hears('revoked');
    story.tell({ type: 'data-checked', answer: 'flowing' });
    expect(story.state.data).toBeNull();
    expect(notes(story)).not.toContain('data flows');
  });
});

describe('a look is due', () => {
  const nextPollAt = (story: Story): number => (story.state.nextPollAt - story.now) / HOUR;

  it.each<[string, number, () => Story]>([
    ['after the poll interval while the carmaker decides', 6, () => Story.pending().reads('pending')],
    ['sooner while the provider is revoking', 0.5, () => Story.approved().reads('revoking')],
    ['sooner while the provider is canceling', 0.5, () => Story.pending().reads('canceling')],
    [
      'sooner while a webhook has not been confirmed',
      0.5,
      () =>
        Story.pending()
          .reads('pending', { changedAt: START })
          .hears('rejected')
          .reads('pending', { changedAt: START }),
    ],
    [
      'after the poll interval once a webhook is confirmed',
      6,
      () => Story.pending().hears('approved').reads('approved'),
    ],
    [
      'sooner once a DELETE was accepted',
      0.5,
      () =>
        Story.approved()
          .defleet()
          .tell({ type: 'withdrawn', answer: { outcome: 'accepted', status: 'revoking' } }),
    ],
  ])('%s', (_, hours, story) => {
    expect(nextPollAt(story())).toBe(hours);
  });

  it('at once when a webhook has told of a step', () => {
    expect(nextPollAt(Story.pending().hears('canceling'))).toBe(0);
  });
});

describe('trying again', () => {
  it.each(['rejected', 'revoked', 'canceled', 'error'] as const)('submits again what is %s', (status) => {
    const story = Story.pending().reads(status, { reason: 'new to us' });
    expect(story.view.step).toBe('parked');
    story.tell({ type: 'retry-asked', by: 'ops' });
    expect(story.commands).toEqual(['submit']);
    expect(story.state).toMatchObject({ parked: null, needsRead: false, resubmissions: 0 });
  });

  it.each(['pending', 'approved', 'revoking', 'canceling', 'unknown'] as const)(
    'reads what is %s, and keeps it',
    (status) => {
      const story = Story.pending().reads(status).tell({ type: 'data-checked', answer: 'flowing' });
      story.tell({ type: 'retry-asked', by: null });
      expect(story.commands).toEqual(['read']);
      expect(story.state.ownClearance).not.toBeNull();
    },
  );

  it('begins to count again', () => {
    const story = Story.pending({ brand: 'mercedes-benz' });
    for (let attempt = 0; attempt < 3; attempt++) {
      story.reads('rejected', { reason: 'VIN activation timeout' }).passes('10d');
      story.accepted();
    }
    expect(story.state.resubmissions).toBe(3);
    story.reads('rejected', { reason: 'VIN activation timeout' });
    story.tell({ type: 'retry-asked', by: null }).accepted();
    expect(story.state.resubmissions).toBe(0);
  });
});

describe('amending', () => {
  const amend = (story: Story, tags: Record<string, string> = {}): Story =>
    story.tell({ type: 'amended', by: null, brand: null, tags, policy: {} });

  it('goes on only where the request itself was refused', () => {
    expect(amend(unmended(), { 'vw-group-customer-name': 'ACME' }).commands).toEqual(['submit']);
    const consent = Story.pending({ brand: 'ford' }).reads('rejected', {
      reason: 'consent assignment missing',
    });
    expect(amend(consent).commands).toEqual([]);
    expect(consent.view.step).toBe('parked');
    expect(amend(parkedByFailure('read', Story.pending())).view.step).toBe('parked');
    expect(amend(Story.pending()).commands).toEqual([]);
  });

  it('adds tags, and changes those that are there', () => {
    const story = Story.pending({ tags: { depot: 'north', cost: '7' } });
    expect(amend(story, { depot: 'south', owner: 'us' }).state.vehicle.tags).toEqual({
      depot: 'south',
      cost: '7',
      owner: 'us',
    });
    expect(story.state.vehicle.brand).toBe('bmw');
  });

  it('changes what it names of the policy, and keeps the rest', () => {
    const story = Story.pending();
    const before = story.state.rules?.policy;
    story.tell({ type: 'amended', by: null, brand: null, tags: {}, policy: { pollInterval: HOUR } });
    expect(story.state.rules?.policy).toEqual({ ...before, pollInterval: HOUR });
  });

  it('counts also before the rules are read', () => {
    const story = amend(new Story(), { depot: 'north' });
    expect(story.state).toMatchObject({ rules: null, vehicle: { tags: { depot: 'north' } } });
    expect(story.tell({ type: 'started', rules: story.rules }).state.vehicle.tags).toEqual({
      depot: 'north',
    });
  });
});

describe('acknowledging', () => {
  it('silences every topic that is open, and no other', () => {
    const story = Story.pending().reads('pending', { reason: 'new to us' });
    story.tell({ type: 'acknowledged', by: null, until: START + DAY });
    const silences = Object.values(story.state.topics).map(({ silentUntil }) => silentUntil);
    expect(silences).toEqual([START + DAY, START + DAY]);
    const quiet = Story.approved().tell({ type: 'acknowledged', by: null, until: START + DAY });
    expect(quiet.state.topics).toEqual({});
  });
});

describe('asking to defleet', () => {
  it('keeps who asked first, and unparks each time', () => {
    const story = parkedByFailure('withdraw', Story.approved().defleet('cancel'));
    expect(story.view.step).toBe('parked');
    story.now += HOUR;
    story.tell({ type: 'defleet-asked', via: 'defleet', by: 'someone else', reason: 'stolen' });
    const wish = { at: START, via: 'cancel', by: 'ops', reason: 'sold' };
    expect(story.state.defleet).toEqual({ ...wish, isSent: true });
    expect(story.state.parked).toBeNull();
    expect(story.commands).toEqual(['withdraw']);
    expect(notes(story).filter((note) => note?.startsWith('asked to defleet'))).toHaveLength(1);
  });
});
