import { START, Story } from './story';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('onboarding', () => {
  it('submits once it has its rules', () => {
    expect(new Story().tell({ type: 'deadline-reached' }).commands).toEqual([]);
    expect(Story.begun().commands).toEqual(['submit']);
  });

  it('takes the spelling of the brand and the default tags from the rules', () => {
    const story = Story.begun(
      { brand: 'VW', tags: { depot: 'north' } },
      { policy: { defaultTags: { 'vw-group-customer-name': 'Fleet Ltd' } } },
    );
    expect(story.state.vehicle.brand).toBe('volkswagen');
    expect(story.state.vehicle.tags).toEqual({ depot: 'north', 'vw-group-customer-name': 'Fleet Ltd' });
  });

  it('waits for the provider after the submission, and looks by itself once per poll interval', () => {
    const story = Story.pending();
    expect(story.commands).toEqual([]);
    expect(story.state.deadline?.at).toBe(START + 6 * HOUR);
    expect(story.passes('5h').commands).toEqual([]);
    expect(story.passes('1h').commands).toEqual(['read']);
    expect(story.reads('pending').state.deadline?.at).toBe(START + 12 * HOUR);
  });

  it('adopts an open clearance that it finds instead of submitting', () => {
    const clearance = {
      status: 'approved',
      reason: null,
      changedAt: START - DAY,
      createdAt: START - 2 * DAY,
    } as const;
    const story = Story.begun().tell({ type: 'submitted', result: { outcome: 'found', clearance } });
    expect(story.view).toMatchObject({ status: 'approved', settled: true });
    expect(story.done).toEqual(['submit', 'check-data']);
  });

  it('waits until an earlier withdrawal is over, and submits then', () => {
    const clearance = {
      status: 'revoking',
      reason: null,
      changedAt: START - HOUR,
      createdAt: START - DAY,
    } as const;
    const story = Story.begun().tell({ type: 'submitted', result: { outcome: 'found', clearance } });
    expect(story.commands).toEqual([]);
    expect(story.passes('6h').commands).toEqual(['read']);
    expect(story.reads('revoked', { changedAt: START }).commands).toEqual(['submit']);
  });

  it('parks a vehicle whose row the provider refuses in a way that a person can mend', () => {
    const result = { outcome: 'refused', description: 'The brand is invalid' } as const;
    const story = Story.begun().tell({ type: 'submitted', result });
    expect(story.view).toMatchObject({
      status: 'error',
      step: 'parked',
      settled: true,
      owner: 'fleet-manager',
    });
  });

  it('parks when the provider refuses the whole request, and goes on when told', () => {
    const story = Story.begun().tell({
      type: 'command-failed',
      command: 'submit',
      message: '422: the application is not configured',
      next: 'Ask support.',
    });
    expect(story.view).toMatchObject({ step: 'parked', settled: true, action: 'Ask support.' });
    expect(story.tell({ type: 'retry-asked', by: 'ops' }).commands).toEqual(['submit']);
  });
});

describe('approval', () => {
  it('takes the webhook at its word, looks once, and is quiet, with no timer open', () => {
    const heard = Story.pending().hears('approved').tell({ type: 'data-checked', answer: 'not-asked' });
    expect(heard.view).toMatchObject({ status: 'approved', settled: false });
    expect(heard.commands).toEqual(['read']);
    const story = Story.approved();
    expect(story.view).toMatchObject({ status: 'approved', step: 'quiet', settled: true });
    expect(story.state.deadline).toBeNull();
    expect(story.done).toEqual(['submit', 'check-data', 'read']);
  });

  it('is found by a look when the webhook is lost', () => {
    const story = Story.pending()
      .passes('6h')
      .reads('approved', { changedAt: START + HOUR });
    expect(story.view).toMatchObject({
      status: 'approved',
      settled: true,
      since: '2026-01-01T01:00:00.000Z',
    });
  });

  it('reads at once when the approval is heard of before the submission has come back', () => {
    const story = Story.begun().hears('approved');
    expect(story.commands).toEqual(['stop-submitting']);
    expect(story.accepted().commands).toEqual(['read']);
    expect(story.reads('approved').view.settled).toBe(true);
  });
});

describe('rejection', () => {
  it('reads before it believes a rejection, then ends when the reason is final', () => {
    const story = Story.pending().hears('rejected', { reason: 'ineligible VIN' } as never);
    expect(story.commands).toEqual(['read']);
    expect(story.state.ended).toBe(false);
    story.reads('rejected', { reason: 'ineligible VIN' });
    expect(story.view).toMatchObject({
      status: 'rejected',
      reason: 'ineligible VIN',
      step: 'ended',
      settled: true,
    });
  });

  it('waits for the owner where the owner can mend it, and submits again when told', () => {
    const story = Story.pending({ brand: 'volkswagen' }).passes('6h');
    story.reads('rejected', { reason: 'privacy mode is enabled' });
    expect(story.view).toMatchObject({ step: 'parked', owner: 'driver', settled: true });
    expect(story.tell({ type: 'retry-asked', by: 'driver' }).commands).toEqual(['submit']);
    expect(story.accepted().view).toMatchObject({ status: 'pending', attempts: { submit: 2 } });
  });

  it("submits again by itself, later each time, until the rule's attempts are used up", () => {
    const story = Story.pending({ brand: 'mercedes-benz' });
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 3; attempt++) {
      story.reads('rejected', { reason: 'VIN activation timeout' });
      const rejectedAt = story.now;
      story.passes('10d');
      expect(story.commands).toEqual(['submit']);
      waits.push((story.now - rejectedAt) / DAY);
      story.accepted();
    }
    expect(waits).toEqual([1, 2, 4]);
    expect(story.reads('rejected', { reason: 'VIN activation timeout' }).view.step).toBe('parked');
  });

  it('keeps an unknown reason word for word and asks a person', () => {
    const story = Story.pending().reads('rejected', { reason: 'the moon is in the wrong house' });
    expect(story.view).toMatchObject({
      reason: 'the moon is in the wrong house',
      step: 'parked',
      owner: 'fleet-manager',
    });
  });
});

describe('claims that cannot be taken at their word', () => {
  it('reads when a step is not legal', () => {
    const story = Story.approved().hears('pending');
    expect(story.view.status).toBe('approved');
    expect(story.commands).toEqual(['read']);
  });

  it('ignores a repeated delivery', () => {
    const story = Story.pending().hears('approved', { deliveryId: 'd1' } as never);
    const { history } = story.state;
    story.hears('approved', { deliveryId: 'd1' } as never);
    expect(story.state.history).toEqual(history);
    story.defleet().tell({ type: 'withdrawn', answer: { outcome: 'accepted', status: 'revoking' } });
    story.hears('approved', { deliveryId: 'd1' } as never);
    expect(story.commands).toEqual([]);
  });

  it('ignores a claim that is older, by the provider, than what is known', () => {
    const story = Story.pending().reads('approved', { changedAt: START + 2 * HOUR });
    story.hears('rejected', { providerTime: START + HOUR } as never);
    expect(story.view.status).toBe('approved');
    expect(story.commands).toEqual([]);
  });

  it('waits a moment, without hurrying the provider, when its record lags behind its webhook', () => {
    const story = Story.pending().reads('pending', { changedAt: START });
    story.hears('rejected', { providerTime: START + HOUR } as never);
    expect(story.commands).toEqual(['read']);
    expect(story.reads('pending', { changedAt: START }).commands).toEqual([]);
    expect(story.view.status).toBe('rejected');
    expect(story.state.deadline?.at).toBeGreaterThan(story.now);
    expect(story.passes('2h').commands).toEqual(['read']);
    expect(story.reads('pending', { changedAt: START }).view.status).toBe('pending');
  });

  it('takes a record that agrees for a confirmation, though its time is before the webhook', () => {
    const story = Story.pending().hears('rejected', { providerTime: START + HOUR } as never);
    story.reads('rejected', { changedAt: START + HOUR - 400, reason: 'ineligible VIN' });
    expect(story.view.step).toBe('ended');
  });

  it('ignores a webhook that tells of an earlier event than one before it', () => {
    const story = Story.pending().hears('approved', { providerTime: START + 2 * HOUR } as never);
    story.hears('rejected', { providerTime: START + HOUR } as never);
    expect(story.view.status).toBe('approved');
    expect(story.commands).toEqual([]);
  });

  it('ignores the record of an earlier life of the VIN', () => {
    const story = Story.begun().tell({
      type: 'submitted',
      result: { outcome: 'accepted', status: 'pending', earlierChange: START - DAY },
    });
    story.passes('6h').reads('revoked', { changedAt: START - DAY });
    expect(story.view.status).toBe('pending');
  });
});

describe('what nobody asked for', () => {
  it('parks when the access was revoked behind our back', () => {
    const story = Story.approved().hears('revoked').reads('revoked');
    expect(story.view).toMatchObject({ status: 'revoked', step: 'parked', settled: true });
    expect(story.done).not.toContain('withdraw');
  });

  it('goes on by itself when the provider changes its mind about a parked vehicle', () => {
    const story = Story.approved().hears('revoked').reads('revoked').hears('approved');
    expect(story.passes('1m').commands).toEqual(['read']);
    expect(story.reads('approved').view).toMatchObject({ status: 'approved', settled: true });
  });

  it('waits a while for a vehicle that the provider took and does not know, then asks a person', () => {
    const story = Story.pending().passes('6h').reads(null);
    expect(story.view).toMatchObject({ status: 'absent', settled: false });
    for (let look = 0; look < 3; look++) story.passes('6h').reads(null);
    expect(story.view).toMatchObject({ status: 'absent', step: 'parked' });
    expect(story.done.filter((command) => command === 'submit')).toHaveLength(1);
  });
});

describe('an old copy of the record, found by a submission', () => {
  it('is not answered with one submission after the other', () => {
    const found = (changedAt: number) =>
      ({
        type: 'submitted',
        result: {
          outcome: 'found',
          clearance: { status: 'revoking', reason: null, changedAt, createdAt: 0 },
        },
      }) as const;
    const story = Story.begun()
      .tell(found(START - HOUR))
      .passes('6h');
    expect(story.reads('revoked', { changedAt: START }).commands).toEqual(['submit']);
    expect(story.tell(found(START - HOUR)).commands).toEqual([]);
    expect(story.passes('15m').commands).toEqual(['submit']);
  });
});
