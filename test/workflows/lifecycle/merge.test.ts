import fc from 'fast-check';
import { CLEARANCE_STATUSES, type ClearanceStatus } from '../../../src/domain/status';
import type { Belief } from '../../../workflows/lifecycle/state';
import { START, Story } from './story';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

interface Moment {
  readonly status: ClearanceStatus;
  readonly reason: string | null;
  readonly time: number;
}
type News = { readonly moment: number; readonly by: 'reading' | 'claim' };

/** What can truly happen to one clearance after it is pending. */
const PATHS: readonly (readonly ClearanceStatus[])[] = [
  ['pending', 'approved'],
  ['pending', 'pending', 'approved'],
  ['pending', 'pending', 'rejected'],
  ['pending', 'canceling', 'canceled'],
  ['pending', 'approved', 'revoked'],
  ['pending', 'pending', 'approved', 'revoking', 'revoked'],
];

/** A true sequence at the provider, with strictly rising times and a reason of its own while it is pending. */
const truth = fc
  .tuple(
    fc.constantFrom(...PATHS),
    fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 5, maxLength: 5 }),
  )
  .map(([path, gaps]) => {
    let time = START;
    return path.map((status, index): Moment => {
      time += (gaps[index] ?? 1) * SECOND;
      return { status, reason: status === 'pending' ? `step ${index}` : null, time };
    });
  });

/** News of a sequence: repeated, late, in any order, and with any of them missing. */
const newsOf = (moments: readonly Moment[]): fc.Arbitrary<News[]> =>
  fc.array(
    fc.record({
      moment: fc.nat(moments.length - 1),
      by: fc.constantFrom('reading' as const, 'claim' as const),
    }),
    { maxLength: 12 },
  );

const lives = truth.chain((moments) =>
  fc.record({ moments: fc.constant(moments), before: newsOf(moments), after: newsOf(moments) }),
);

function tell(story: Story, moments: readonly Moment[], { moment, by }: News): Story {
  const { status, reason, time } = moments[moment] as Moment;
  story.now += SECOND;
  if (by === 'reading') return story.reads(status, { reason, changedAt: time, createdAt: START });
  return story.hears(status, { reason, providerTime: time, deliveryId: `delivery-${moment}` } as never);
}

/** The belief without the time at which we came to it. */
function contentOf({ since: _, ...content }: Belief): Omit<Belief, 'since'> {
  return content;
}

describe('what is believed of a clearance', () => {
  it('is the same in the end, however repeated, late and mixed up the news was', () => {
    fc.assert(
      fc.property(lives, ({ moments, before, after }) => {
        const last: News = { moment: moments.length - 1, by: 'reading' };
        const inOrder = Story.pending();
        moments.forEach((_, moment) => {
          tell(inOrder, moments, { moment, by: 'reading' });
        });
        const mixed = Story.pending();
        for (const news of [...before, last, ...after]) tell(mixed, moments, news);
        expect(contentOf(mixed.state.clearance)).toEqual(contentOf(inOrder.state.clearance));
        expect(mixed.state.clearance).toMatchObject({ status: moments.at(-1)?.status, confirmed: true });
      }),
    );
  });

  it('never moves for news that is older, by the provider, than a reading that was taken', () => {
    fc.assert(
      fc.property(lives, ({ moments, before }) => {
        const story = Story.pending();
        for (const news of before) {
          const { clearance } = story.state;
          const known = clearance.changedAt ?? 0;
          tell(story, moments, news);
          if ((moments[news.moment]?.time ?? 0) < known) expect(story.state.clearance).toEqual(clearance);
          expect(story.state.clearance.changedAt ?? 0).toBeGreaterThanOrEqual(known);
        }
      }),
    );
  });

  it('never moves for a claim that is older than a claim that was taken', () => {
    fc.assert(
      fc.property(truth, ([first, ...rest]) => {
        const [second] = rest;
        const story = Story.pending();
        const claim = (moment: Moment | undefined, deliveryId: string): Story =>
          story.hears(moment?.status ?? 'unknown', { providerTime: moment?.time, deliveryId } as never);
        claim({ ...(second as Moment), status: 'approved' }, 'new');
        const { clearance } = story.state;
        claim({ ...(first as Moment), status: 'rejected' }, 'old');
        // Another status with an older time: the record tells.
        expect(story.state).toMatchObject({ clearance, needsRead: true });
      }),
    );
  });

  it('follows a claim only along a legal step, and only until a read refutes it', () => {
    const legal = ['approved', 'rejected', 'canceling', 'canceled'];
    fc.assert(
      fc.property(fc.constantFrom(...CLEARANCE_STATUSES), (status) => {
        const story = Story.pending().hears(status);
        const isTaken = legal.includes(status);
        expect(story.state.clearance).toMatchObject({
          status: isTaken ? status : 'pending',
          confirmed: !isTaken,
        });
        if (status !== 'pending' && status !== 'approved' && status !== 'canceling')
          expect(story.commands).toEqual(['read']);
        story.reads('pending', { changedAt: START + MINUTE, reason: 'so it stands' });
        expect(story.view).toMatchObject({ status: 'pending', reason: 'so it stands' });
      }),
    );
  });

  it('does not change when a delivery is repeated', () => {
    fc.assert(
      fc.property(lives, fc.integer({ min: 0, max: 11 }), ({ moments, before }, index) => {
        const story = Story.pending();
        const delivered = before.filter(({ by }) => by === 'claim');
        for (const news of before) tell(story, moments, news);
        const again = delivered[index % (delivered.length || 1)];
        if (!again) return;
        story.tell({ type: 'deadline-reached' });
        const { state } = story;
        const { status, reason, time } = moments[again.moment] as Moment;
        story.hears(status, { reason, providerTime: time, deliveryId: `delivery-${again.moment}` } as never);
        expect(story.state).toEqual(state);
        expect(story.notices).toEqual([]);
        expect(story.commands.filter((command) => command !== 'stop-submitting')).toEqual([]);
      }),
    );
  });
});

describe('the memory of an activation', () => {
  it('is bounded, and keeps the newest', () => {
    const story = Story.pending();
    for (let change = 1; change <= 300; change++) {
      story.now += MINUTE;
      story.hears('pending', { reason: `reason ${change}`, deliveryId: `delivery ${change}` } as never);
    }
    expect(story.state.history).toHaveLength(200);
    expect(story.state.history.at(-1)).toMatchObject({ source: 'webhook', reason: 'reason 300' });
    expect(story.state.deliveries).toHaveLength(100);
    expect(story.state.deliveries.at(-1)).toBe('delivery 300');
  });

  it('has a fact for each thing that is new, and none for what is known', () => {
    const story = Story.pending().reads('pending').reads('pending').hears('pending');
    story.reads('pending', { reason: 'queued' }).hears('pending', { reason: 'queued' } as never);
    const told = story.state.history.filter(({ source }) => source !== 'activation');
    expect(told.map(({ source, reason }) => [source, reason])).toEqual([
      ['submit', null],
      ['poll', 'queued'],
    ]);
    expect(story.hears('approved').state.history.at(-1)).toMatchObject({
      source: 'webhook',
      status: 'approved',
    });
  });
});
