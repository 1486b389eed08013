import type { CatalogueOverrides } from '../../../src/catalogue/schema';
import { START, Story, standsStill } from './story';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const LADDER: CatalogueOverrides = {
  policy: {
    ladders: {
      privacy: [
        { after: '0s', audience: 'owner', every: '2d' },
        { after: '3d', audience: 'fleet-manager' },
        { after: '8d', audience: 'operations' },
      ],
    },
  },
};

function inPrivacyMode(): Story {
  const story = Story.pending({ brand: 'volkswagen' }, LADDER).passes('6h');
  return story.reads('pending', { reason: 'privacy mode is enabled' });
}

describe('the ladder of a reason', () => {
  it('tells each level once at its age, and again in its rhythm until the next', () => {
    const story = standsStill(inPrivacyMode(), 12);
    expect(story.told).toEqual(['owner 1', 'owner 1', 'fleet-manager 2', 'operations 3']);
    expect(story.view.escalationLevel).toBe(3);
  });

  it('says in the notice who has to act, on what, and since when; each has an id of its own', () => {
    const story = inPrivacyMode();
    expect(story.notices).toEqual([
      expect.objectContaining({
        kind: 'reminder',
        brand: 'volkswagen',
        reason: 'privacy mode is enabled',
        owner: 'driver',
        level: 1,
        since: new Date(START + 6 * HOUR).toISOString(),
      }),
    ]);
    const first = story.notices[0]?.id;
    standsStill(story, 2);
    expect(story.told).toHaveLength(2);
    expect(story.state.noticeCount).toBe(2);
    expect(first).toMatch(/-1$/);
  });

  it('never submits again while the clearance is pending, however old it is', () => {
    expect(standsStill(inPrivacyMode(), 40).done.filter((command) => command === 'submit')).toHaveLength(1);
  });

  it('is silent until the date that somebody has acknowledged it to, and then goes on', () => {
    const story = inPrivacyMode();
    story.tell({ type: 'acknowledged', by: 'ops', until: START + 6 * DAY });
    expect(standsStill(story, 5).told).toEqual(['owner 1']);
    expect(story.view.acknowledgedUntil).toBe(new Date(START + 6 * DAY).toISOString());
    expect(standsStill(story, 2).told).toEqual(['owner 1', 'fleet-manager 2']);
  });

  it('goes on where it was when the reason flaps', () => {
    const story = inPrivacyMode();
    story.reads('pending').reads('pending', { reason: 'privacy mode is enabled' });
    expect(story.told).toEqual(['owner 1']);
  });

  it('begins again after an approval', () => {
    const story = inPrivacyMode().hears('approved');
    expect(story.view.escalationLevel).toBe(0);
  });

  it('escalates an unknown reason', () => {
    const story = Story.pending().passes('6h').reads('pending', { reason: 'nobody has seen this' });
    expect(story.told).toEqual(['fleet-manager 1']);
    expect(standsStill(story, 1).told).toEqual(['fleet-manager 1', 'operations 2']);
  });

  it('opens no second timer: the one that is open rings at the sooner deadline', () => {
    const story = Story.pending({ brand: 'mercedes-benz' }, { policy: { pollInterval: '30d' } });
    expect(story.state.deadline?.at).toBe(START + 5 * DAY);
    expect(story.passes('5d').told).toEqual(['fleet-manager 1']);
    expect(story.commands).toEqual([]);
  });

  it('tells that a parked vehicle waits, and reminds', () => {
    const story = Story.pending({ brand: 'ford' }).passes('6h');
    story.reads('rejected', { reason: 'consent assignment missing' });
    expect(story.notices[0]).toMatchObject({ kind: 'parked', audience: 'owner', owner: 'fleet-manager' });
    expect(standsStill(story, 4).told.at(-1)).toBe('fleet-manager 2');
  });

  it('says once that a rejection is final', () => {
    const story = Story.pending().passes('6h').reads('rejected', { reason: 'ineligible VIN' });
    expect(story.told).toEqual(['fleet-manager 1']);
    expect(story.state.ended).toBe(true);
  });

  it('tells that an access has ended behind our back', () => {
    const story = Story.approved().hears('revoked').reads('revoked');
    expect(story.notices[0]).toMatchObject({ kind: 'drift', status: 'revoked' });
  });

  it('tells when a vehicle that leaves does not come free', () => {
    const story = Story.pending({ brand: 'bmw' }).defleet();
    expect(standsStill(story, 6).told).toEqual(['operations 1']);
  });
});

describe('giving up', () => {
  const giveUp = (by: 'withdraw' | 'park') => ({ policy: { giveUp: { after: '20d', by } } });

  it('withdraws a clearance that is pending for longer than the policy allows', () => {
    const story = standsStill(Story.pending({ brand: 'audi' }, giveUp('withdraw')), 21);
    expect(story.commands).toEqual(['withdraw']);
    expect(story.view.defleet?.reason).toContain('longer than the policy allows');
  });

  it('parks it where the policy says so', () => {
    const story = standsStill(Story.pending({ brand: 'audi' }, giveUp('park')), 21);
    expect(story.view).toMatchObject({ step: 'parked', status: 'pending' });
    expect(story.done).not.toContain('withdraw');
  });

  it('never does so by itself where the policy says nothing', () => {
    const story = standsStill(Story.pending({ brand: 'audi' }), 60);
    expect(story.view).toMatchObject({ step: 'waiting', settled: false });
  });
});

describe('drift', () => {
  it('is answered with a new submission where the policy says so, but not for ever', () => {
    const story = Story.approved({}, { policy: { drift: 'resubmit' } });
    for (let time = 0; time < 3; time++) {
      story.now += HOUR;
      story.hears('revoked').reads('revoked');
      expect(story.commands).toEqual(['submit']);
      story.accepted().hears('approved').tell({ type: 'data-checked', answer: 'flowing' }).reads('approved');
    }
    story.now += HOUR;
    expect(story.hears('revoked').reads('revoked').view.step).toBe('parked');
  });
});

describe('first data', () => {
  const approved = (): Story => Story.pending().reads('approved');

  it('is asked for at once, then with rising waits, and is quiet when it flows', () => {
    const story = approved();
    expect(story.commands).toEqual(['check-data']);
    const waits: number[] = [];
    for (let check = 0; check < 4; check++) {
      story.tell({ type: 'data-checked', answer: 'not-yet' });
      const before = story.now;
      story.passes('2d');
      waits.push((story.now - before) / HOUR);
      expect(story.commands).toEqual(['check-data']);
    }
    expect(waits).toEqual([1, 2, 4, 8]);
    expect(story.view).toMatchObject({ data: 'not-yet', step: 'first-data', settled: true });
    story.tell({ type: 'data-checked', answer: 'flowing' });
    expect(story.view).toMatchObject({ data: 'flowing', step: 'quiet' });
    expect(story.state.deadline?.at).toBe(story.now + 7 * DAY);
  });

  it('tells the fleet manager when consent or privacy was lost', () => {
    const story = approved().tell({ type: 'data-checked', answer: 'lost' });
    expect(story.notices[0]).toMatchObject({ kind: 'data-lost', owner: 'fleet-manager' });
  });

  it('is given up after the time of the policy, without parking anything', () => {
    const story = Story.pending({}, { policy: { firstData: { within: '2d', every: 'off' } } }).reads(
      'approved',
    );
    for (let check = 0; check < 20 && story.commands.includes('check-data'); check++) {
      story.tell({ type: 'data-checked', answer: 'not-yet' }).passes('2d');
    }
    expect(story.commands).toEqual([]);
    expect(story.view).toMatchObject({ settled: true });
  });

  it('never stands in the way: when it cannot be asked for, the next look just comes later', () => {
    const story = approved();
    story.tell({ type: 'command-failed', command: 'check-data', message: 'no', next: '' });
    expect(story.view).toMatchObject({ data: null, settled: true, step: 'first-data' });
    expect(story.defleet().commands).toEqual(['withdraw']);
  });

  it('is not asked for where the policy says so', () => {
    const story = Story.pending({}, { policy: { firstData: { ask: false } } }).reads('approved');
    expect(story.commands).toEqual([]);
    expect(story.view.step).toBe('quiet');
  });
});

describe('amending', () => {
  it('submits again at once when the request was what was wrong', () => {
    const story = Story.pending({ brand: 'audi' }).passes('6h');
    story.reads('rejected', { reason: 'customer name tag missing' });
    expect(story.view.step).toBe('parked');
    story.tell({
      type: 'amended',
      by: 'ops',
      brand: null,
      tags: { 'vw-group-customer-name': 'ACME' },
      policy: {},
    });
    expect(story.commands).toEqual(['submit']);
    expect(story.state.vehicle.tags).toEqual({ 'vw-group-customer-name': 'ACME' });
  });

  it('reads the rules of another brand before it goes on', () => {
    const story = Story.begun({ brand: 'audi' });
    story.tell({ type: 'submitted', result: { outcome: 'refused', description: 'The brand is invalid' } });
    story.tell({ type: 'amended', by: null, brand: 'bmw', tags: {}, policy: {} });
    expect(story.commands).toEqual(['read-rules']);
    const { rules } = new Story({ brand: 'bmw' });
    expect(story.tell({ type: 'rules-read', rules }).commands).toEqual(['submit']);
    expect(story.state.vehicle.brand).toBe('bmw');
  });

  it('changes the policy of one activation', () => {
    const story = Story.pending();
    const policy = { giveUp: { after: DAY, by: 'park' } } as const;
    story.tell({ type: 'amended', by: null, brand: null, tags: {}, policy });
    expect(standsStill(story, 2).view.step).toBe('parked');
  });
});
