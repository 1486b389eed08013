import { loadCatalogue } from '../../../src/catalogue/catalogue';
import { rulesFor } from '../../../src/domain/rules';
import {
  lost,
  type SubmissionTrace,
  sending,
  told as sentBefore,
  traceFor,
} from '../../../workflows/lifecycle/submission-trace';
import { START, Story, standsStill } from './story';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const CONSENT = { reason: 'consent assignment missing' } as const;
const LONGER = { policy: { giveUp: { after: '12d', by: 'park' } } } as const;

/** Where sweeps run, what a webhook tells waits for one to confirm it. */
const rules = rulesFor(loadCatalogue(), 'ford', { speed: 1, sweepInterval: HOUR });

function later(story: Story, milliseconds: number): Story {
  story.now += milliseconds;
  return story;
}

/** The trace that the submission under way was given. */
const givenTo = (story: Story): SubmissionTrace => {
  expect(story.state.inFlight).toBe('submit');
  return traceFor(story.running);
};

/** A submission has sent nothing, and is tried again after its pause. */
function fails(story: Story, trace: SubmissionTrace): void {
  story.tell({
    type: 'command-failed',
    command: 'submit',
    message: 'no',
    next: 'wait',
    mayPass: true,
    trace,
  });
  story.passes('1d');
}

const retried = (story: Story): Story => story.tell({ type: 'retry-asked', by: 'owner' });

describe('a retry', () => {
  it('begins the escalation of the next rejection anew: its owner is told first, weeks after the first one', () => {
    const story = standsStill(Story.pending({ brand: 'ford' }).reads('rejected', CONSENT), 30);
    expect(story.view.escalationLevel).toBe(3);
    retried(story).accepted();
    expect(story.view).toMatchObject({ escalationLevel: 0, acknowledgedUntil: null });
    const before = story.told.length;
    expect(later(story, DAY).reads('rejected', CONSENT).told.slice(before)).toEqual(['owner 1']);
  });

  it('takes an acknowledgement of the old rejection with it', () => {
    const story = Story.pending({ brand: 'ford' }).reads('rejected', CONSENT);
    story.tell({ type: 'acknowledged', by: 'ops', until: START + 60 * DAY });
    retried(story).accepted();
    const before = story.told.length;
    expect(later(story, DAY).reads('rejected', CONSENT).told.slice(before)).toEqual(['owner 1']);
    expect(story.view.acknowledgedUntil).toBeNull();
  });

  describe('of a rejection whose record is known, though an attempt of which nothing is known may have been carried out', () => {
    const RECORD = { changedAt: START + 2_000, createdAt: START + 1_000, ...CONSENT };
    it.each([
      ['nothing', null],
      ['an older record', START - DAY],
    ])(
      'is not answered by that record: only what is newer is its answer, with %s before it',
      (_, earlierChange) => {
        const story = new Story({ brand: 'ford' }).tell({ type: 'started', rules });
        const trace = { ...givenTo(story), maySent: true, sentAt: START, isDouble: true };
        const result = {
          outcome: 'accepted',
          status: 'pending',
          earlierChange,
          ...sentBefore(trace),
        } as const;
        retried(story.tell({ type: 'submitted', result }).reads('rejected', RECORD));
        const seen = { any: true, newest: RECORD.changedAt };
        expect(givenTo(story)).toMatchObject({ maySent: true, isDouble: true, seen });
      },
    );
  });

  describe('where no row at the provider has a time', () => {
    const ROW = { status: 'rejected', changedAt: null, createdAt: null, ...CONSENT } as const;
    /** Sent, with so many rows before it, and the reply is lost; the next attempt finds one row more. */
    const found = (before: number, more: Partial<SubmissionTrace> = {}): Story => {
      const story = new Story({ brand: 'ford' }).tell({ type: 'started', rules });
      const seen = { any: before > 0, newest: null, ...(before > 0 && { rows: before }) };
      const trace = { ...sending({ ...givenTo(story), seen }, START), ...more };
      const clearance = { ...ROW, rows: before + 1 };
      return story.tell({ type: 'submitted', result: { outcome: 'found', clearance, ...sentBefore(trace) } });
    };

    it.each([0, 1, 2])(
      'asks for the vehicle again, and not for the record that was found beside %i',
      (before) => {
        const story = found(before);
        expect([story.view.step, story.state.sent]).toEqual(['parked', null]);
        const seen = { any: true, newest: null, rows: before + 1 };
        expect(givenTo(retried(story))).toMatchObject({ maySent: false, seen });
      },
    );

    it.each([0, 1])(
      'knows that record where two requests may have arrived, beside %i as well: only one more row is their answer',
      (before) => {
        const story = retried(found(before, { isDouble: true }));
        const seen = { any: true, newest: null, rows: before + 1 };
        expect(givenTo(story)).toMatchObject({ maySent: true, isDouble: true, seen });
      },
    );

    it('knows how many rows there were when it was asked whether one of them is of its request', () => {
      const story = new Story({ brand: 'ford' }).tell({ type: 'started', rules });
      const trace = lost(givenTo(story), 1);
      const clearance = { ...ROW, rows: 2 };
      story.tell({
        type: 'submitted',
        result: { outcome: 'found-ended', clearance, ...sentBefore(trace) },
      });
      expect(story.view.step).toBe('parked');
      expect(givenTo(retried(story))).toMatchObject({ maySent: true, seen: { rows: 2 } });
    });

    it('is answered by a sweep that shows one row more', () => {
      const story = new Story({ brand: 'ford' }).tell({ type: 'started', rules });
      const seen = { any: true, newest: null, rows: 1 };
      fails(story, sending({ ...givenTo(story), seen }, START));
      expect(story.state).toMatchObject({ inFlight: 'submit', sent: { seen } });
      const swept = (rows: number): Story =>
        story.tell({ type: 'observed', source: 'sweep', clearance: { ...ROW, rows } });
      expect(swept(1).state.sent).not.toBeNull();
      expect(swept(2).state.sent).toBeNull();
    });
  });

  it('of what was refused is answered by the record of its own request, whose reply was lost', () => {
    const story = new Story({ brand: 'ford' }).tell({ type: 'started', rules });
    story.tell({ type: 'submitted', result: { outcome: 'refused', description: 'The brand is invalid' } });
    expect(story.view).toMatchObject({ status: 'error', step: 'parked' });
    const trace = sending({ ...givenTo(retried(story)), seen: { any: false, newest: null } }, story.now);
    const record = { changedAt: story.now + 2_000, createdAt: story.now + 1_000, ...CONSENT };
    const clearance = { status: 'rejected', ...record } as const;
    story.tell({ type: 'submitted', result: { outcome: 'found', clearance, ...sentBefore(trace) } });
    expect(story.view).toMatchObject({ status: 'rejected', ...CONSENT, step: 'parked' });
    expect(story.state.sent).toBeNull();
  });

  describe('of a rejection that only a webhook has told so far', () => {
    const RECORD = { changedAt: START + 2_000, createdAt: START + 1_000, ...CONSENT };
    const REJECTED = { status: 'rejected', ...RECORD } as const;
    const finds = (story: Story, trace: SubmissionTrace): Story =>
      story.tell({
        type: 'submitted',
        result: { outcome: 'found', clearance: REJECTED, ...sentBefore(trace) },
      });
    const shownPending = (story: Story): Story =>
      story.reads('pending', { changedAt: START + 1_500, createdAt: START + 1_000 });
    const told = (): Story => {
      const story = new Story({ brand: 'ford' }).tell({ type: 'started', rules }).accepted();
      return story.hears('rejected', CONSENT);
    };

    it('submits the vehicle again, also where the submission finds the record of that rejection', () => {
      const story = retried(told());
      expect(story.commands).toEqual(['submit']);
      story.tell({ type: 'submitted', result: { outcome: 'found', clearance: REJECTED } });
      expect(story.commands).toEqual(['submit']);
      expect(story.state.sent).toBeNull();
    });

    it('submits the vehicle again once a look that was under way has confirmed it', () => {
      const story = retried(told().passes('2h'));
      expect([story.commands, story.state.inFlight]).toEqual([[], 'read']);
      expect(story.reads('rejected', RECORD).commands).toEqual(['submit']);
    });

    it.each([
      ['is under way', 0],
      ['has failed once', 1],
    ])('submits the vehicle again where a sweep confirms it while the submission %s', (_, failures) => {
      const story = retried(told());
      for (let failure = 0; failure < failures; failure++) fails(story, givenTo(story));
      const trace = givenTo(story);
      story.tell({ type: 'observed', source: 'sweep', clearance: REJECTED });
      expect([story.commands, story.state.inFlight]).toEqual([[], 'submit']);
      finds(story, trace);
      expect(story.commands).toEqual(['submit']);
      expect(traceFor(story.running)).toMatchObject({ maySent: false });
    });

    it('submits the vehicle again where the submission fails after a sweep has confirmed it', () => {
      const story = retried(told());
      const trace = givenTo(story);
      story.tell({ type: 'observed', source: 'sweep', clearance: REJECTED });
      fails(story, trace);
      finds(story, givenTo(story));
      expect(story.commands).toEqual(['submit']);
    });

    it.each([
      ['beside the one that was rejected before', (story: Story) => story, true],
      ['beside one that a look had shown pending', shownPending, true],
      ['beside one that a look had shown pending, as a submission finds it', shownPending, false],
    ])('waits for a person where its own request was rejected alike, %s', (_, seen, isSwept) => {
      const story = new Story({ brand: 'ford' }).tell({ type: 'started', rules }).accepted();
      retried(seen(story).hears('rejected', CONSENT));
      const trace = sending(givenTo(story), story.now);
      if (isSwept) story.tell({ type: 'observed', source: 'sweep', clearance: REJECTED });
      finds(story, trace);
      expect([story.commands, story.view.step]).toEqual([[], 'parked']);
    });

    it('waits for a person where it is another end than the one that was told', () => {
      const story = retried(told());
      const clearance = { ...REJECTED, status: 'error', reason: 'another' } as const;
      story.tell({ type: 'submitted', result: { outcome: 'found', clearance } });
      expect(story.view.step).toBe('parked');
    });
  });

  it('while it is pending tells nobody before the record was looked at, and then anew', () => {
    const story = Story.pending({ brand: 'audi' }).reads('pending', { reason: 'privacy mode is enabled' });
    const before = story.told.length;
    later(story, 9 * DAY);
    expect(retried(story).commands).toEqual(['read']);
    expect(story.told).toHaveLength(before);
    expect(story.reads('pending', { reason: 'privacy mode is enabled' }).told.slice(before)).toEqual([
      'owner 1',
    ]);
    expect(story.view.ownerSince).toBe(new Date(story.now).toISOString());
  });

  it('of a vehicle that drove, and is pending without a reason still, makes it the turn of the provider’s support at once', () => {
    const story = standsStill(Story.pending({ brand: 'opel' }), 6);
    expect(story.view.owner).toBe('driver');
    retried(story);
    expect(story.view.owner).toBe('driver');
    story.reads('pending');
    expect(story.told.at(-1)).toBe('operations 2');
    expect(story.view.owner).toBe('provider-support');
    expect(standsStill(story, 4).told.filter((told) => told === 'operations 2')).toHaveLength(1);
  });

  it('does not begin the wait of a vehicle anew that nobody has anything to do for', () => {
    const story = retried(standsStill(Story.pending({ brand: 'opel' }), 4)).reads('pending');
    expect(standsStill(story, 2).told).toEqual(['fleet-manager 1']);
  });
});

describe('a submission by a rule', () => {
  it('begins the escalation anew', () => {
    const timeout = { reason: 'VIN activation timeout' } as const;
    const story = Story.pending({ brand: 'mercedes-benz' }).reads('rejected', timeout);
    while (!story.commands.includes('submit')) story.passes('6h');
    story.accepted();
    later(story, 3 * DAY).reads('rejected', timeout);
    expect(story.view.escalationLevel).toBe(0);
    later(story, DAY).tell({ type: 'deadline-reached' });
    expect(story.notices).toMatchObject([{ level: 1, audience: 'owner', owner: 'driver' }]);
  });

  it('that has not helped as often as its rule says leaves the vehicle to somebody who can act', () => {
    const story = Story.pending({ brand: 'ford' });
    const reason = 'invalid OEM state: VIN revoke in progress';
    for (let times = 0; times < 9; times += 1) {
      story.reads('rejected', { reason });
      while (!story.state.parked && !story.commands.includes('submit')) story.passes('6h');
      if (story.commands.includes('submit')) story.accepted();
    }
    expect(story.view).toMatchObject({ step: 'parked', owner: 'provider-support' });
    expect(story.view.action).not.toMatch(/by itself|without anybody/);
    expect(story.told.at(-1)).toBe('operations 1');
  });
});

describe('of several levels that are due at once', () => {
  it('the highest is told, after a silence', () => {
    const story = Story.pending({ brand: 'ford' }).reads('pending', CONSENT);
    story.tell({ type: 'acknowledged', by: 'ops', until: START + 9 * DAY });
    expect(standsStill(story, 10).told).toEqual(['owner 1', 'operations 3']);
  });

  it('the highest is told, after an absence of the worker', () => {
    const story = Story.pending({ brand: 'ford' }).reads('pending', CONSENT);
    later(story, 9 * DAY).tell({ type: 'deadline-reached' });
    expect(story.notices.map(({ level }) => level)).toEqual([3]);
  });
});

describe('what waits for a person', () => {
  it('goes on when the reason is another one: what we try again by ourselves asks nobody', () => {
    const story = Story.pending({ brand: 'ford' }).reads('rejected', CONSENT);
    expect(story.view.step).toBe('parked');
    story.reads('rejected', { reason: 'invalid OEM state: VIN revoke in progress' });
    expect(story.view).toMatchObject({ step: 'waiting', owner: 'carmaker' });
    while (!story.commands.includes('submit')) story.passes('6h');
    expect(story.told).toEqual(['owner 1']);
  });

  it('because the policy gave up has somebody who acts, also where nobody had to before', () => {
    const story = standsStill(Story.pending({ brand: 'audi' }, LONGER), 13);
    expect(story.view).toMatchObject({ step: 'parked', owner: 'operations' });
    expect(story.view.action).not.toContain('Nothing');
  });

  it('because the policy gave up has the owner of a reason that comes later', () => {
    const story = standsStill(Story.pending({ brand: 'audi' }, LONGER), 13);
    story.reads('pending', { reason: 'privacy mode is enabled' });
    expect(story.view).toMatchObject({ step: 'parked', owner: 'driver' });
    expect(story.told.at(-1)).toBe('owner 1');
  });

  it('because the policy gave up tells of each reason that comes from the first level, and goes on where one comes again', () => {
    const story = standsStill(Story.pending({ brand: 'ford' }, LONGER).reads('pending', CONSENT), 30);
    expect(story.view).toMatchObject({ step: 'parked', owner: 'fleet-manager', escalationLevel: 3 });
    const consent = story.view.action;
    story.reads('pending', { reason: 'not added to ford portal' });
    expect(story.notices).toMatchObject([{ owner: 'fleet-manager', level: 1 }]);
    expect(story.view.action).not.toBe(consent);
    expect(story.reads('pending', CONSENT).notices).toEqual([]);
    expect(story.view).toMatchObject({ action: consent, escalationLevel: 3 });
  });

  it('because the policy gave up waits for as long again after a retry', () => {
    const story = retried(standsStill(Story.pending({ brand: 'audi' }, LONGER), 13)).reads('pending');
    expect(story.view.step).toBe('waiting');
    expect(standsStill(story, 11).view.step).toBe('waiting');
    expect(standsStill(story, 2).view.step).toBe('parked');
  });
});

describe('a clearance that was pending for 40 days when it was taken over', () => {
  const taken = (by: 'park' | 'withdraw'): Story =>
    Story.begun({ brand: 'audi' }, { policy: { giveUp: { after: '30d', by } } }).tell({
      type: 'submitted',
      result: {
        outcome: 'found',
        clearance: { status: 'pending', reason: null, changedAt: null, createdAt: START - 40 * DAY },
      },
    });

  it.each(['park', 'withdraw'] as const)('is not given up at once (%s)', (by) => {
    const story = taken(by);
    expect(story.view).toMatchObject({
      step: 'waiting',
      deadlineAt: new Date(START + 30 * DAY).toISOString(),
    });
    standsStill(story, 31);
    expect(by === 'park' ? story.view.step : story.done.at(-1)).toBe(by === 'park' ? 'parked' : 'withdraw');
  });

  it('is not lost by one empty list: an absence counts after a day, when it was seen twice', () => {
    const story = taken('park').passes('6h').reads(null);
    expect(story.view.step).toBe('waiting');
    expect(standsStill(story, 0.9).view.step).toBe('waiting');
    expect(standsStill(story, 0.2).view).toMatchObject({ step: 'parked', owner: 'provider-support' });
    expect(story.state.parked?.kind).toBe('drift');
  });
});

describe('of a trouble of the provider', () => {
  it('that keeps it from asking for eligibility the vehicle waits, and goes on by itself', () => {
    const blocking = { policy: { eligibility: 'blocking' } } as const;
    const story = Story.begun({ brand: 'bmw' }, blocking);
    expect(story.commands).toEqual(['check-eligibility']);
    story.tell({
      type: 'command-failed',
      command: 'check-eligibility',
      message: '503',
      next: '',
      mayPass: true,
    });
    expect(story.state.deadline).not.toBeNull();
    story.passes('12h');
    expect(story.commands).toEqual(['check-eligibility']);
    expect(story.tell({ type: 'eligibility-checked', verdict: 'eligible' }).commands).toEqual(['submit']);
  });
});
