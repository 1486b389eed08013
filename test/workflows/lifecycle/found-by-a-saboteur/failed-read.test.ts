import { parseDuration } from '../../../../src/domain/duration';
import { Story } from '../story';

it('a doubt is not forgotten because the read that it led to has failed', () => {
  const story = Story.approved();
  // A surprising word: from `approved` there is no step to `pending`.
  story.hears('pending');
  expect(story.commands).toEqual(['read']);
  story.now += parseDuration('3d');
  story.tell({ type: 'command-failed', command: 'read', message: '503', next: '', mayPass: true });
  expect(story.commands).toEqual([]);
  // Six hours later it goes on by itself, and the provider is back.
  story.passes('7h');
  expect(story.commands).toEqual(['read']);
});

it('a doubt is not forgotten because something else has failed', () => {
  const story = Story.begun({ checkEligibility: 'blocking' }).hears('approved');
  expect(story.state.inFlight).toBe('check-eligibility');
  story.tell({
    type: 'command-failed',
    command: 'check-eligibility',
    message: '503',
    next: '',
    mayPass: true,
  });
  expect(story.commands).toEqual(['read']);
});
