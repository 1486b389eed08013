import { START, Story } from './story';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('defleeting', () => {
  it('sends nothing when the vehicle was not submitted yet', () => {
    const story = new Story().defleet();
    story.tell({ type: 'started', rules: story.rules });
    expect(story.done).toEqual(['read']);
    expect(story.reads(null).state.ended).toBe(true);
  });

  it('withdraws what a reading finds, also where nothing was submitted', () => {
    const story = new Story().defleet();
    story.tell({ type: 'started', rules: story.rules }).reads('approved');
    expect(story.commands).toEqual(['withdraw']);
  });

  it('revokes an approved clearance and ends once the provider confirms', () => {
    const story = Story.approved().defleet();
    expect(story.commands).toEqual(['withdraw']);
    story.tell({ type: 'withdrawn', answer: { outcome: 'accepted', status: 'revoking' } });
    expect(story.view).toMatchObject({ status: 'revoking', settled: false });
    expect(story.hears('revoked').commands).toEqual(['read']);
    expect(story.reads('revoked').view).toMatchObject({ status: 'revoked', step: 'ended', settled: true });
  });

  it('asked twice, sends one DELETE', () => {
    const story = Story.approved().defleet().defleet();
    story.tell({ type: 'withdrawn', answer: { outcome: 'accepted', status: 'revoking' } }).defleet();
    expect(story.done.filter((command) => command === 'withdraw')).toHaveLength(1);
  });

  it('waits until a pending clearance is old enough to cancel', () => {
    const story = Story.pending({ brand: 'mercedes-benz' }).passes('1h').defleet();
    expect(story.commands).toEqual([]);
    for (let look = 0; look < 4; look++) {
      expect(story.passes('6h').commands).toEqual(look < 3 ? ['read'] : ['withdraw']);
      if (look < 3) story.reads('pending');
    }
    expect(story.now).toBe(START + DAY);
    story.tell({ type: 'withdrawn', answer: { outcome: 'accepted', status: 'canceling' } });
    expect(story.hears('canceled').reads('canceled').view).toMatchObject({
      status: 'canceled',
      step: 'ended',
    });
  });

  it('asks again later when the provider says too early', () => {
    const story = Story.pending({ brand: 'audi' }).passes('6h').reads('pending').defleet();
    story.now = START + DAY;
    story.tell({ type: 'deadline-reached' });
    expect(story.done).toContain('withdraw');
    story.tell({ type: 'withdrawn', answer: { outcome: 'too-early', detail: 'too early' } });
    expect(story.commands).toEqual(['read']);
    expect(story.reads('pending').commands).toEqual([]);
    expect(story.passes('1h').commands).toEqual(['withdraw']);
  });

  it('watches a brand that cannot cancel, and revokes the moment it is approved', () => {
    const story = Story.pending({ brand: 'bmw' }).defleet();
    expect(story.done).toEqual(['submit']);
    expect(story.state.deadline?.for).toContain('cannot cancel');
    expect(story.passes('2d').commands).toEqual(['read']);
    expect(story.reads('pending').hears('approved').commands).toEqual(['withdraw']);
  });

  it('ends with the rejection where a brand that cannot cancel is rejected', () => {
    const story = Story.pending({ brand: 'ford' }).defleet();
    story.hears('rejected').reads('rejected', { reason: 'consent assignment missing' });
    expect(story.view).toMatchObject({ status: 'rejected', step: 'ended' });
    expect(story.done).not.toContain('withdraw');
  });

  it('believes the provider when it says that this clearance cannot be cancelled', () => {
    const story = Story.pending({ brand: 'audi' }, { policy: { cancelPendingAfter: '1s' } })
      .passes('1m')
      .defleet();
    story.tell({ type: 'withdrawn', answer: { outcome: 'not-supported', detail: 'not supported' } });
    expect(story.commands).toEqual(['read']);
    expect(story.reads('pending').commands).toEqual([]);
    expect(story.passes('6h').commands).toEqual(['read']);
    expect(story.reads('approved').commands).toEqual(['withdraw']);
  });

  it('stops a submission that is under way, and leaves nothing behind whatever came of it', () => {
    const story = Story.begun().defleet();
    expect(story.commands).toEqual(['stop-submitting']);
    const arrived = story.accepted();
    expect(arrived.view.status).toBe('pending');
    expect(arrived.state.ended).toBe(false);

    const lost = Story.begun().defleet().tell({ type: 'submission-stopped' });
    expect(lost.commands).toEqual(['read']);
    expect(lost.reads(null).commands).toEqual(['withdraw']);

    const landed = Story.begun().defleet().tell({ type: 'submission-stopped' }).reads('approved');
    expect(landed.commands).toEqual(['withdraw']);
  });

  it.each(['already-removed', 'in-transition'] as const)(
    'reads what is true when the answer is %s',
    (outcome) => {
      const story = Story.approved()
        .defleet()
        .tell({ type: 'withdrawn', answer: { outcome, detail: '' } });
      expect(story.commands).toEqual(['read']);
      expect(story.reads('revoked').view).toMatchObject({ status: 'revoked', step: 'ended' });
    },
  );

  it('ends when neither a DELETE nor the reading after it finds the vehicle', () => {
    const story = Story.approved()
      .defleet()
      .tell({ type: 'withdrawn', answer: { outcome: 'absent', detail: '' } });
    expect(story.commands).toEqual(['read']);
    expect(story.reads(null).view).toMatchObject({ status: 'absent', step: 'ended' });
  });

  it('does not take a record from before the accepted DELETE for the truth', () => {
    const story = Story.approved().reads('approved', { changedAt: START }).defleet();
    story.tell({ type: 'withdrawn', answer: { outcome: 'accepted', status: 'revoking' } });
    story.passes('1h').reads('approved', { changedAt: START });
    expect(story.view.status).toBe('revoking');
    expect(story.done.filter((command) => command === 'withdraw')).toHaveLength(1);
  });
});
