import { outlook } from '../../../workflows/lifecycle/outlook';
import { Story } from './story';

/** What a person is answered to "defleet". */
function answer(story: Story): string {
  const asked = { type: 'defleet-asked', at: story.now, via: 'defleet', by: 'ops', reason: null } as const;
  return outlook(story.state, asked);
}

describe('the answer to a defleet says what is to come, and nothing that is not so yet', () => {
  it.each<[string, () => Story, RegExp]>([
    ['approved', () => Story.approved(), /^The clearance will be withdrawn/],
    ['pending, and can be cancelled', () => Story.pending({ brand: 'audi' }), /will be cancelled as soon as/],
    [
      'pending, and cannot',
      () => Story.pending({ brand: 'bmw' }),
      /will be revoked the moment it is approved/,
    ],
    ['never submitted', () => new Story(), /where nothing is open the activation ends/],
    ['revoking already', () => Story.approved().reads('revoking'), /is ending the clearance already/],
    ['a word that nobody knows', () => Story.pending().reads('unknown'), /will be withdrawn/],
    ['not seen yet', () => Story.pending().reads(null), /may still come to light/],
    ['rejected', () => Story.pending().reads('rejected', { reason: 'new' }), /^The record says rejected:/],
  ])('%s', (_, story, words) => {
    expect(answer(story())).toMatch(words);
    expect(answer(story())).not.toMatch(/is withdrawn\.|was withdrawn/);
  });
});

it('the answer to a defleet while the provider is in trouble says that it waits for that', () => {
  const failure = { message: '503', next: 'Watch.', mayPass: true, trouble: 'away' } as const;
  const story = Story.approved()
    .defleet()
    .tell({ type: 'command-failed', command: 'withdraw', ...failure });
  expect(answer(story)).toMatch(/^The clearance will be withdrawn.* The provider is in trouble now/);
});

it("Temporal's own cancellation is written down with a name", () => {
  const by = 'Temporal (UI or CLI)';
  const story = Story.approved().tell({ type: 'defleet-asked', via: 'cancel', by, reason: null });
  expect(story.state.history.at(-1)).toMatchObject({ source: 'person', note: `asked to defleet (${by})` });
  expect(story.view.defleet).toMatchObject({ by });
});
