import { builtIn } from '../../../src/catalogue/catalogue';
import { catalogueSchema } from '../../../src/catalogue/schema';
import { rulesFor } from '../../../src/domain/rules';
import { otonomo } from '../../../src/providers/otonomo/profile';
import { Story } from './story';

/** What has ended stays as a record until it is removed, and can be taken up again until then. */

const RULES = rulesFor(catalogueSchema.parse(builtIn(otonomo)), 'bmw', { speed: 1 });
const TAKEN = { type: 'withdrawn', answer: { outcome: 'accepted', status: null } } as const;
const REFUSED = {
  type: 'withdrawn',
  answer: { outcome: 'not-supported', detail: 'cannot be removed' },
} as const;

const pending = (reason: string | null = null): Story =>
  new Story().tell({ type: 'started', rules: RULES }).accepted().reads('pending', { reason });
const approved = (): Story => pending().reads('approved');

it('is quiet when it is approved: no data is asked for', () => {
  const { commands, state } = approved();
  expect([commands, state.deadline]).toEqual([[], null]);
});

describe('a vehicle that leaves', () => {
  it('is withdrawn, and has left when the list does not show it any more', () => {
    const story = approved().defleet();
    expect(story.commands).toEqual(['withdraw']);
    expect(story.tell(TAKEN).commands).toEqual(['read']);
    expect(story.reads(null).state.ended).toBe(true);
    expect(story.view.status).toBe('absent');
  });

  it.each(['revoked', 'rejected'] as const)('and is %s has its record removed before it ends', (status) => {
    const story = approved().reads(status).defleet();
    story.reads(status, { reason: 'Disabled' });
    expect([story.commands, story.state.ended]).toEqual([['withdraw'], false]);
    expect(story.tell(TAKEN).reads(null).state.ended).toBe(true);
  });

  it('and was only disabled, as its removal was refused, is removed as soon as it can be', () => {
    const story = approved().defleet().tell(REFUSED).reads('revoked');
    expect([story.commands, story.state.ended]).toEqual([[], false]);
    expect(story.passes('15m').commands).toEqual(['withdraw']);
    expect(story.tell(TAKEN).reads(null).state.ended).toBe(true);
  });

  it.each([
    ['was refused', REFUSED],
    ['was accepted, and nobody has carried it out,', TAKEN],
  ])('ends disabled, with its record kept, only when its removal %s for a day', (_, answer) => {
    const story = approved().defleet().tell(answer).reads('revoked');
    const begin = story.now;
    for (let step = 0; step < 200 && !story.state.ended; step++) {
      story.passes('6h');
      if (story.commands.includes('withdraw')) story.tell(answer);
      if (story.commands.includes('read')) story.reads('revoked');
    }
    expect(story.view).toMatchObject({ status: 'revoked', step: 'ended' });
    const hours = (story.now - begin) / 3_600_000;
    expect([hours >= 24, hours < 36]).toEqual([true, true]);
  });

  it('is not taken for kept where it was open again since', () => {
    const story = approved().defleet().tell(REFUSED).reads('revoked');
    story.passes('15m');
    story.tell(REFUSED).reads('revoked');
    expect(story.running.keptSince).toEqual(expect.any(Number));
    expect(story.reads('approved').running.keptSince).toBeNull();
    story.now += 2 * 86_400_000;
    expect(story.reads('revoked').state.ended).toBe(false);
  });

  it('and is pending is tried, and waits for the decision where it cannot be removed', () => {
    const story = pending().defleet();
    expect(story.commands).toEqual(['withdraw']);
    story.tell(REFUSED).reads('pending');
    expect(story.commands).toEqual([]);
    expect(story.view.waitingFor).toContain('decision');
    expect(story.reads('approved').commands).toEqual(['withdraw']);
  });
});

describe('a vehicle that was disabled', () => {
  const disabled = (): Story => approved().reads('revoked', { reason: 'Disabled' });

  it('behind our back is a drift, and is asked for again when somebody says so', () => {
    const story = disabled();
    expect(story.state.parked).toMatchObject({ kind: 'drift', why: expect.stringContaining('revoked') });
    expect(story.tell({ type: 'resume-asked', by: 'ops' }).commands).toEqual(['submit']);
  });

  it('and was asked for again is given a moment to be shown so', () => {
    const story = disabled().tell({ type: 'resume-asked', by: 'ops' });
    const result = { outcome: 'accepted', status: 'pending', earlierChange: null, isTimeless: true } as const;
    story.tell({ type: 'submitted', result }).reads('revoked');
    expect([story.state.parked, story.commands]).toEqual([null, []]);
    expect(story.reads('pending').view).toMatchObject({ status: 'pending', step: 'waiting' });
  });

  it('and is still so after that moment is a drift again', () => {
    const story = disabled().tell({ type: 'resume-asked', by: 'ops' });
    const result = { outcome: 'accepted', status: 'pending', earlierChange: null, isTimeless: true } as const;
    story.tell({ type: 'submitted', result }).reads('revoked');
    story.now += 16 * 60_000;
    expect(story.reads('revoked').state.parked).toMatchObject({ kind: 'drift' });
  });
});

describe('its words', () => {
  it.each([
    [null, null],
    ['Pending Verification', 'driver'],
    ['pending_enablement', 'provider-support'],
    ['INCOMPLETE', 'fleet-manager'],
    ['On Hold', 'fleet-manager'],
  ])('%s: it is the turn of %s', (reason, owner) => {
    expect(pending(reason).view).toMatchObject({ status: 'pending', owner });
  });

  it('Error waits for a person, and is submitted again when it is said to be mended', () => {
    const story = pending().reads('rejected');
    expect(story.view).toMatchObject({ step: 'parked', owner: 'provider-support' });
    // A page is nobody to write to.
    expect(story.view.action).toMatch(
      /^Write to the provider's support \(https:\/\/docs\.otonomo\.io\), or your contact person there\. /,
    );
    expect(story.tell({ type: 'retry-asked', by: 'ops' }).commands).toEqual(['submit']);
  });
});
