import { decideDefleeting } from '../../../workflows/defleeting/decide';
import { live } from './lives';

/** `LIVES=100000` for more of them. */
const LIVES = Number(process.env['LIVES'] ?? 1_000);

test(`${LIVES} vehicles leave, whatever happens meanwhile: no certificate while anything is open, and each ends`, () => {
  const tally: Record<string, number> = {};
  for (let seed = 1; seed <= LIVES; seed += 1) {
    const { problems, counts } = live(seed);
    expect({ seed, problems }).toEqual({ seed, problems: [] });
    for (const [name, count] of Object.entries(counts)) tally[name] = (tally[name] ?? 0) + count;
  }
  // Every kind of thing has happened.
  for (const name of [
    ...['left', 'taken-back', 'ask', 'look', 'read', 'take-over', 'state', 'certify', 'notice', 'stayed'],
    ...['failed', 'part-failed', 'begun again', 'fresh run', 'terminated', 'activation-ended'],
  ]) {
    expect({ name, count: tally[name] ?? 0 }).toEqual({ name, count: expect.any(Number) });
    expect(tally[name] ?? 0).toBeGreaterThan(LIVES / 100);
  }
});

/** Seeds among which one has to show the bug. */
const SEARCHED = 300;

test.each<[string, typeof decideDefleeting]>([
  [
    'takes an activation that has ended for the proof',
    (state, event) => {
      if (event.type !== 'found' || event.found.kind !== 'ended') return decideDefleeting(state, event);
      const begun = event.at - 3 * 86_400_000;
      return decideDefleeting(state, {
        type: 'read',
        at: event.at,
        part: event.part,
        begun,
        read: { clearance: null },
      });
    },
  ],
  [
    'never looks by itself',
    (state, event) => {
      const decision = decideDefleeting(state, event);
      return { ...decision, commands: decision.commands.filter((command) => command.do !== 'look') };
    },
  ],
  ['forgets its timer', (state, event) => ({ ...decideDefleeting(state, event), wakeAt: null })],
  [
    'goes on after it was taken back',
    (state, event) => {
      const decision = decideDefleeting(state, event);
      const isBack = decision.state.outcome === 'taken-back';
      return isBack ? { ...decision, state: { ...decision.state, step: 'open', outcome: null } } : decision;
    },
  ],
  [
    'never asks again where nothing was open once, nor for new applications',
    (state, event) => {
      const parts = state.parts.map((part) => ({ ...part, seenAt: event.at }));
      return decideDefleeting({ ...state, plannedAt: event.at, parts }, event);
    },
  ],
  [
    'tells only those to stay of which it knows that they leave',
    (state, event) => {
      const decision = decideDefleeting(state, event);
      const commands = decision.commands.map((command) =>
        command.do === 'take-back' ? { ...command, others: [] } : command,
      );
      return { ...decision, commands };
    },
  ],
])('a defleeting that %s is found out', (_, decide) => {
  const seeds = Array.from({ length: SEARCHED }, (_unused, index) => index + 1);
  expect(seeds.some((seed) => live(seed, decide).problems.length > 0)).toBe(true);
});
