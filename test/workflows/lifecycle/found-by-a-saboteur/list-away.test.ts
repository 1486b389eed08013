import { parseDuration } from '../../../../src/domain/duration';
import { Story } from '../story';

/** Lets time pass while the list is down and DELETE works: a look of a vehicle that leaves gives up after its tries. */
function deletesWhileListIsDown(story: Story, duration: string): number {
  const end = story.now + parseDuration(duration);
  let deletes = 0;
  for (let turn = 0; turn < 500 && story.now < end; turn++) {
    if (story.commands.includes('withdraw')) {
      deletes += 1;
      story.tell({ type: 'withdrawn', answer: { outcome: 'in-transition', detail: '' } });
    } else if (story.state.inFlight === 'read') {
      story.now += parseDuration('10m');
      story.tell({ type: 'command-failed', command: 'read', message: '503', next: '', mayPass: true });
    } else story.passes('5m');
  }
  return deletes;
}

it('a vehicle that leaves is sent the next DELETE also while the looks after the first one cannot get through', () => {
  const story = Story.approved().defleet();
  // "In transition mode": in a quarter of an hour it would be taken.
  story.tell({ type: 'withdrawn', answer: { outcome: 'in-transition', detail: '' } });
  expect(story.commands).toEqual(['read']);
  const deletes = deletesWhileListIsDown(story, '2d');
  expect(deletes).toBeGreaterThan(4);
  expect(deletes).toBeLessThan(25);
});
