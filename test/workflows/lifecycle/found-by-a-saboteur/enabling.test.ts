import { TO_ENABLE } from '../with-traits';
import { pendingAt } from './support';

/** The endpoint that enables is away or without a turn: its command has the patience of three days. */
it('a vehicle that leaves while it is being enabled does not wait until that gets through', () => {
  const story = pendingAt({ enableStep: 'to-enable' }).reads('pending', { reason: TO_ENABLE });
  expect(story.commands).toEqual(['enable']);
  story.now += 60_000;
  story.defleet();
  // Nothing is stopped: access is still asked for, and given, after the wish to leave; DELETE waits for up to three days.
  expect(story.commands).not.toEqual([]);
});
