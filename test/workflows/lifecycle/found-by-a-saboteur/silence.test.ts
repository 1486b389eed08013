import { builtIn } from '../../../../src/catalogue/catalogue';
import { catalogueSchema } from '../../../../src/catalogue/schema';
import { rulesFor } from '../../../../src/domain/rules';
import { CATALOGUE } from '../../../toy-provider/catalogue';
import { Story } from '../story';

const TRAITS = { filteredList: false, firstData: false, enableStep: 'to-enable', endsAs: 'absent' } as const;

/** `LEAVING`, `DATA_LOST` and `NO_DATA` name ladders that no catalogue has to have, and the toy's has not. */
it('of a vehicle that leaves and does not end somebody hears, whatever ladders the catalogue of its provider has', () => {
  const rules = rulesFor(catalogueSchema.parse(builtIn({ traits: TRAITS, catalogue: CATALOGUE })), 'tin', {
    speed: 1,
  });
  const story = new Story().tell({ type: 'started', rules });
  story.accepted().reads('pending', { reason: 'Checking' }).reads('approved').defleet();
  const before = story.told.length;
  // The provider does not finish it, for a month.
  for (let turn = 0; turn < 5_000 && story.now < story.state.startedAt + 30 * 86_400_000; turn++) {
    story.now += 1_000;
    if (story.commands.includes('withdraw'))
      story.tell({ type: 'withdrawn', answer: { outcome: 'accepted', status: 'revoking' } });
    else if (story.commands.includes('read')) story.reads('revoking');
    else story.passes('1d');
  }
  expect(story.state.ended).toBe(false);
  expect(story.told.length).toBeGreaterThan(before);
});

/** The words of a failure may have something in them that is another one each time: seconds to wait, the id of a request. */
it('of one trouble people hear in the rhythm of its ladder, and not once for each wording', () => {
  const story = Story.approved().defleet();
  const before = story.told.length;
  const end = story.now + 86_400_000;
  for (let turn = 0; turn < 5_000 && story.now < end; turn++) {
    story.now += 1_000;
    if (story.state.inFlight === 'withdraw') {
      // Twelve tries, half an hour.
      story.now += 1_800_000;
      const message = `High Mobility answered 503: request ${turn} (DELETE /v1/fleets/vehicles/{vin}).`;
      story.tell({ type: 'command-failed', command: 'withdraw', message, next: '', mayPass: true });
      if (story.told.length === before + 1) {
        const until = story.now + 10 * 86_400_000;
        story.tell({ type: 'acknowledged', by: 'ops', until });
      }
    } else if (story.state.inFlight === 'read') story.reads('approved');
    else story.passes('1d');
  }
  // The first was acknowledged for ten days.
  expect(story.told.length - before).toBeLessThanOrEqual(1);
});

it('who has something to do is reminded in the rhythm of its ladder also while a look cannot get through for days', () => {
  const story = Story.pending({ brand: 'ford' }).reads('pending', { reason: 'consent assignment missing' });
  const before = story.told.length;
  expect(before).toBeGreaterThan(0);
  story.passes('6h');
  expect(story.commands).toEqual(['read']);
  // The list is down: the read has the patience of three days, and the ladder says "every day".
  story.passes('2d');
  expect(story.told.length).toBeGreaterThan(before);
});

/** An id is given by whoever sends; one that was used for another message must not make this one vanish without a word. */
it('a defleet with the id of an earlier retry is carried out, or refused in words', () => {
  const story = Story.pending().reads('rejected', { reason: 'the moon is in the wrong house' });
  const head = { id: 'job-17', words: 'x', sentAt: null, notAfter: null };
  story.tell({ type: 'retry-asked', by: 'ops', head: { ...head, kind: 'retry' } });
  story.tell({
    type: 'defleet-asked',
    via: 'defleet',
    by: 'ops',
    reason: null,
    head: { ...head, kind: 'defleet' },
  });
  const isTold = story.state.messages.some(({ kind }) => kind === 'defleet');
  expect(story.state.defleet !== null || isTold).toBe(true);
});

describe('a message with the id of another one of its kind', () => {
  const ask = (story: Story, id: string, words: string): Story => {
    const head = { kind: 'acknowledge', id, words, sentAt: null, notAfter: null } as const;
    return story.tell({ type: 'acknowledged', by: 'ops', until: story.now + 86_400_000, head });
  };
  const outcomes = (story: Story): string[] => story.state.messages.map(({ outcome }) => outcome);

  it('is refused where it says something else, and remembered once', () => {
    const story = ask(ask(Story.pending(), 'job-17', 'until May'), 'job-17', 'until June');
    expect(outcomes(story)).toEqual(['taken', 'refused']);
    expect(story.state.messages.at(-1)?.next).toContain('job-17 is that of another message (acknowledge)');
    expect(outcomes(ask(story, 'job-17', 'until May'))).toEqual(['taken', 'refused']);
  });

  it('is the same where it says the same', () => {
    expect(outcomes(ask(ask(Story.pending(), 'job-17', 'until May'), 'job-17', 'until May'))).toEqual([
      'taken',
    ]);
  });
});

it('a look has no timer beside it where nobody is to be told before it must come back', () => {
  const story = Story.pending().reads('pending').passes('6h');
  expect([story.commands, story.state.deadline]).toEqual([['read'], null]);
});
