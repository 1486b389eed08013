import { LIMITS } from '../../../workflows/lifecycle/limits';
import { claimed, readMessage } from '../../../workflows/lifecycle/read-message';
import type { ActivationState } from '../../../workflows/lifecycle/state';
import { viewOf } from '../../../workflows/lifecycle/view';
import { type Alphabet, claims, largestInput, largestTags, longestAcknowledgement, textOf } from './largest';
import { Story } from './story';

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** Everything that can grow in a state, at its bound: told through the same readers as on a server. */
function largestState(alphabet: Alphabet): ActivationState {
  const story = Story.pending(largestInput(alphabet, 'WBA8E9G50GNT00001'));
  for (let serial = 0; serial < 2 * LIMITS.topics; serial += 1) {
    story.reads('rejected', { reason: textOf(alphabet, 2 * LIMITS.text, serial) });
  }
  story.reads('pending');
  for (const claim of claims(alphabet, LIMITS.history + 20)) story.tell(claimed(claim, story.now));
  for (let serial = 0; serial < LIMITS.messages + 5; serial += 1) {
    story.tell(readMessage('acknowledge', longestAcknowledgement(alphabet, serial), story.now));
  }
  for (let serial = 0; serial < 3; serial += 1) {
    const tags = largestTags(alphabet);
    story.tell(readMessage('amend', { id: textOf(alphabet, LIMITS.id, 90 + serial), tags }, story.now));
  }
  for (const claim of claims(alphabet, LIMITS.history)) {
    story.tell(claimed({ ...claim, reason: `${claim.reason?.slice(0, -1)}!` }, story.now));
  }
  const reason = textOf(alphabet, LIMITS.name, 1);
  story.tell(readMessage('defleet', { by: textOf(alphabet, LIMITS.name, 2), reason }, story.now));
  const message = textOf(alphabet, 2 * LIMITS.text, 99);
  return story.tell({ type: 'command-failed', command: 'withdraw', message, next: 'Ask.' }).state;
}

describe('the largest state that an activation can have', () => {
  const state = largestState('emoji');

  it('keeps each thing that grows within its bound', () => {
    const textsOf = ({ reason, note }: ActivationState['history'][number]): number =>
      (reason?.length ?? 0) + (note?.length ?? 0);
    const texts = state.history.map(textsOf);
    expect(state.history.length).toBeLessThanOrEqual(LIMITS.history);
    expect(texts.reduce((sum, length) => sum + length)).toBeLessThanOrEqual(LIMITS.historyLength);
    expect(state.deliveries).toHaveLength(LIMITS.deliveries);
    expect(state.messages).toHaveLength(LIMITS.messages);
    expect(Object.keys(state.topics)).toHaveLength(LIMITS.topics);
    expect(Object.keys(state.vehicle.tags)).toHaveLength(LIMITS.tags);
    // Emoji are two units each, and none is halved.
    expect([LIMITS.text, LIMITS.text - 1]).toContain(state.parked?.why.length);
    expect(state.defleet?.reason).toHaveLength(LIMITS.name);
  });

  it('keeps the newest facts, in their order', () => {
    const newest = state.history.at(-1)?.note ?? '';
    expect(newest).toMatch(/^decided to tell|^parked: Could not withdraw/);
    const times = state.history.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  // A payload of 2 MB is refused by the server, and one of 512 KB is warned of.
  it.each([
    ['emoji', 384],
    ['hanzi', 512],
    ['control', 1_024],
  ] as const)('of %s it stays far below what a server takes, and so does its view', (alphabet, kilobytes) => {
    const largest = alphabet === 'emoji' ? state : largestState(alphabet);
    expect(bytesOf(largest)).toBeLessThan(kilobytes * 1_024);
    expect(bytesOf(viewOf(largest))).toBeLessThan(kilobytes * 1_024);
  });
});
