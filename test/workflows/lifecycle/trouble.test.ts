import type { CommandType } from '../../../workflows/lifecycle/state';
import { START, Story } from './story';

const REFUSED = {
  type: 'command-failed',
  message: 'High Mobility answered 422: application is not configured (POST /v1/fleets/vehicles).',
  next: 'Look at the application.',
  mayPass: true,
  trouble: 'application-refused',
} as const;
const AWAY = { ...REFUSED, message: 'High Mobility answered 503.', trouble: 'away' } as const;
const NO_ANSWER = {
  type: 'command-failed',
  message: 'High Mobility did not answer in time.',
  next: 'It is tried again by itself.',
  mayPass: true,
  isNoAnswer: true,
} as const;

const failed = (story: Story, command: CommandType, how: object = REFUSED): Story =>
  story.tell({ ...(how as typeof REFUSED), command });

describe('an application that the provider refuses', () => {
  it('parks no vehicle: it is operations’ turn, in the provider’s words, and it is tried again every 15 minutes', () => {
    const story = failed(Story.begun(), 'submit');
    expect(story.commands).toEqual([]);
    expect(story.view).toMatchObject({
      step: 'submitting',
      owner: 'operations',
      inTrouble: true,
      settled: false,
    });
    expect(story.view.action).toBe(
      'Waits: the provider refuses the application since 2026-01-01T00:00Z: High Mobility answered 422: application is not configured (POST /v1/fleets/vehicles). Look at the application.',
    );
    expect(story.view.waitingFor).toMatch(/^the provider: .*application is not configured/);
    expect(story.passes('14m').commands).toEqual([]);
    for (let days = 0; days < 96; days++) {
      expect(story.passes('15m').commands).toEqual(['submit']);
      failed(story, 'submit');
    }
    expect(story.view).toMatchObject({ step: 'submitting', inTrouble: true });
    expect(story.told).toEqual([]);
    expect(story.state.history.filter(({ note }) => note?.startsWith('waits'))).toHaveLength(1);
  });

  it('is shown as long as the server tries the call again, and is over with its answer', () => {
    const story = failed(Story.begun(), 'submit').passes('15m');
    expect(story.view).toMatchObject({ owner: 'operations', inTrouble: true });
    expect(story.accepted().view).toMatchObject({ status: 'pending', owner: null, inTrouble: false });
  });

  it.each(['retry-asked', 'resume-asked'] as const)('is tried at once after %s', (type) => {
    const story = failed(Story.begun(), 'submit');
    expect(story.tell({ type, by: 'ops' }).commands).toEqual(['submit']);
  });

  it('keeps nothing of what is known: whose turn it was comes back when it is over', () => {
    const story = Story.pending().reads('pending', { reason: 'privacy mode is enabled' });
    const { owner } = story.view;
    expect(owner).toMatch(/driver|fleet-manager/);
    story.passes('6h');
    expect(failed(story, 'read').view.owner).toBe('operations');
    const told = story.told.length;
    story.passes('15m');
    expect(story.told).toHaveLength(told);
    expect(story.reads('pending', { reason: 'privacy mode is enabled' }).view.owner).toBe(owner);
  });

  it('is not in the way of a vehicle that needs no call', () => {
    const story = Story.pending().passes('6h');
    failed(story, 'read');
    expect(story.view.inTrouble).toBe(true);
    story.tell({
      type: 'observed',
      source: 'sweep',
      clearance: { status: 'pending', reason: null, changedAt: null, createdAt: null },
    });
    expect(story.view).toMatchObject({ inTrouble: false, owner: null });
  });

  it('leaves a rejection that waits for a person where it was', () => {
    const story = Story.pending().hears('rejected').reads('rejected', { reason: 'a word that nobody knows' });
    expect(story.view.step).toBe('parked');
    story.hears('approved');
    expect(story.commands).toEqual(['read']);
    expect(failed(story, 'read').view).toMatchObject({ step: 'parked', inTrouble: true });
  });
});

describe('an outage', () => {
  it.each<CommandType>(['submit', 'check-eligibility'])(
    'of %s parks for no person, however long it lasts',
    (command) => {
      const story = Story.begun({ checkEligibility: command === 'submit' ? 'off' : 'blocking' });
      expect(story.commands).toEqual([command]);
      for (let day = 0; day < 5; day++) {
        failed(story, command, AWAY);
        expect(story.view).toMatchObject({ step: 'submitting', owner: 'operations', inTrouble: true });
        expect(story.passes('15m').commands).toEqual([command]);
        story.passes('1d');
      }
      expect(story.told).toEqual([]);
    },
  );

  it('ends a vehicle’s access by itself when it is over, and reads before it asks again', () => {
    const story = Story.approved().defleet();
    expect(story.commands).toEqual(['withdraw']);
    failed(story, 'withdraw', AWAY);
    expect(story.view).toMatchObject({ step: 'withdrawing', owner: 'operations', inTrouble: true });
    expect(story.passes('15m').commands).toEqual(['read']);
    story.reads('approved');
    expect(story.commands).toEqual(['withdraw']);
    expect(story.view.inTrouble).toBe(false);
  });

  it('of the list does not keep a DELETE back', () => {
    const story = Story.pending({ brand: 'mercedes-benz' });
    while (story.now < START + 2 * 86_400_000) failed(story.passes('6h'), 'read', AWAY);
    expect(story.commands).toEqual([]);
    expect(story.defleet().commands).toEqual(['withdraw']);
  });

  it('that has only begun, or is met by this vehicle alone, is waited for; after a day a person has to look', () => {
    const story = Story.approved().defleet();
    let tries = 0;
    for (; story.now < START + 20 * 3_600_000; tries++) {
      failed(story, story.state.inFlight as CommandType, NO_ANSWER);
      expect(story.view).toMatchObject({ step: 'withdrawing', inTrouble: true });
      story.passes('6h');
    }
    expect(tries).toBeLessThan(10);
    story.now += 6 * 3_600_000;
    failed(story, story.state.inFlight as CommandType, NO_ANSWER);
    expect(story.view).toMatchObject({ step: 'parked', inTrouble: true });
  });

  it('whose tries have taken days, and that only this vehicle meets, is a person’s at once', () => {
    const story = Story.begun().passes('3d');
    expect(failed(story, 'submit', NO_ANSWER).view).toMatchObject({ step: 'parked' });
  });
});
