import fc from 'fast-check';
import { CLEARANCE_STATUSES } from '../../../src/domain/status';
import type { LifecycleEvent } from '../../../workflows/lifecycle/events';
import { decide } from '../../../workflows/lifecycle/lifecycle';
import type { ActivationState } from '../../../workflows/lifecycle/state';
import { START, Story } from './story';

const MINUTE = 60_000;

const text = fc.constantFrom(null, 'queued', 'privacy mode is enabled', 'ineligible VIN', 'new to us');
const time = fc.option(fc.integer({ min: START - MINUTE, max: START + 100 * MINUTE }));
const status = fc.constantFrom(...CLEARANCE_STATUSES);
const reading = fc.record({ status, reason: text, changedAt: time, createdAt: time });
const person = fc.constantFrom(null, 'ops');
const detail = fc.constantFrom('', 'its words');
const just = <const T>(value: T): fc.Arbitrary<T> => fc.constant(value);

/** Anything at all that can be said to an activation, in any order. */
const anything = fc.oneof(
  fc.record({ type: just('claimed'), status, reason: text, deliveryId: text, providerTime: time }),
  fc.record({
    type: just('observed'),
    source: fc.constantFrom('poll' as const, 'sweep' as const),
    clearance: fc.option(reading),
  }),
  fc.record({
    type: just('submitted'),
    result: fc.oneof(
      fc.record({ outcome: just('found'), clearance: reading }),
      fc.record({ outcome: just('accepted'), status, earlierChange: time }),
      fc.record({ outcome: just('refused'), description: detail }),
    ),
  }),
  fc.record({
    type: just('withdrawn'),
    answer: fc.oneof(
      fc.record({
        outcome: just('accepted'),
        status: fc.constantFrom('revoking' as const, 'canceling' as const),
      }),
      fc.record({
        outcome: fc.constantFrom(
          'already-removed',
          'in-transition',
          'not-supported',
          'too-early',
          'absent',
          'refused',
        ),
        detail,
      }),
    ),
  }),
  fc.record({
    type: just('command-failed'),
    command: fc.constantFrom('submit', 'read', 'withdraw', 'check-data'),
    message: detail,
    next: detail,
  }),
  fc.record({ type: just('submission-stopped') }),
  fc.record({
    type: just('defleet-asked'),
    via: fc.constantFrom('cancel', 'defleet'),
    by: person,
    reason: text,
  }),
  fc.record({ type: just('retry-asked'), by: person }),
  fc.record({
    type: just('acknowledged'),
    by: person,
    until: fc.integer({ min: START, max: START + 1_000 * MINUTE }),
  }),
  fc.record({
    type: just('data-checked'),
    answer: fc.constantFrom('flowing', 'not-yet', 'lost', 'not-asked'),
  }),
  fc.record({ type: just('amended'), by: person, brand: just(null), tags: just({}), policy: just({}) }),
  fc.record({ type: just('deadline-reached') }),
);
const story = fc.array(fc.tuple(anything, fc.integer({ min: 0, max: 10 * MINUTE })), { maxLength: 25 });

describe('deciding', () => {
  it('is pure: it changes nothing that it is given, and says the same twice', () => {
    fc.assert(
      fc.property(story, (events) => {
        everyState(events, (state, event) => {
          const frozen = freeze(state);
          expect(decide(frozen, freeze(event))).toStrictEqual(decide(frozen, event));
        });
      }),
    );
  });

  it('goes on in the same way from a state that has been to JSON and back', () => {
    fc.assert(
      fc.property(story, (events) => {
        everyState(events, (state, event) => {
          const carried = JSON.parse(JSON.stringify(state)) as ActivationState;
          expect(decide(carried, event)).toEqual(decide(state, event));
        });
      }),
    );
  });

  it('asks for one command at a time, and has an open way on, whatever is said to it', () => {
    fc.assert(
      fc.property(story, (events) => {
        everyState(events, (state, event) => {
          const { state: next, commands } = decide(state, event);
          expect(commands.length).toBeLessThanOrEqual(1);
          expect(next.history.length).toBeLessThanOrEqual(200);
          if (commands[0] && !commands[0].startsWith('stop')) expect(next.inFlight).toBe(commands[0]);
          const isQuiet = next.ownClearance !== null && next.clearance.status === 'approved';
          const goesOn =
            next.ended || next.parked !== null || next.inFlight !== null || next.deadline !== null || isQuiet;
          expect(goesOn).toBe(true);
          if (next.defleet && !next.ended && !next.parked && !next.inFlight)
            expect(next.deadline).not.toBeNull();
        });
      }),
    );
  });

  it('does nothing more once the activation has ended', () => {
    fc.assert(
      fc.property(anything, (event) => {
        const ended = Story.pending().reads('rejected', { reason: 'ineligible VIN' });
        expect(ended.state.ended).toBe(true);
        ended.tell(event as never);
        expect(ended).toMatchObject({ commands: [], notices: [] });
        expect(ended.state.ended).toBe(true);
      }),
    );
  });
});

/** Looks at every state that the events lead through, together with the event that comes next. */
function everyState(
  events: readonly (readonly [object, number])[],
  look: (state: ActivationState, event: LifecycleEvent) => void,
): void {
  let { state, now: at } = Story.begun();
  for (const [event, pause] of events) {
    at += pause;
    const timed = { ...event, at } as LifecycleEvent;
    look(state, timed);
    state = decide(state, timed).state;
  }
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}
