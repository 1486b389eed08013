import type { WithdrawAnswer } from '../../../src/providers/provider';
import { isProvenGone } from '../../../workflows/lifecycle/ending';
import { mergeReading } from '../../../workflows/lifecycle/merge';
import type { Observation, Running } from '../../../workflows/lifecycle/state';
import { START, Story } from './story';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A DELETE is answered so. */
function answered(story: Story, outcome: Exclude<WithdrawAnswer['outcome'], 'accepted'>): Story {
  return story.tell({ type: 'withdrawn', answer: { outcome, detail: '' } });
}

/** The provider shows this in every reading, from now on for some days; DELETE is not answered. */
function shows(story: Story, status: Observation['status'] | null, days: number): Story {
  const end = story.now + days * DAY;
  for (let step = 0; step < 1_000 && story.now < end && !story.state.ended; step++) {
    if (story.commands.includes('read')) story.reads(status);
    else if (story.commands.includes('withdraw')) answered(story, 'in-transition');
    else story.passes('1h');
  }
  return story;
}

describe('an activation ends only on a reading that shows nothing open', () => {
  it.each<[string, () => Story]>([
    [
      'that was never submitted',
      () => {
        const story = new Story().defleet();
        return story.tell({ type: 'started', rules: story.rules });
      },
    ],
    [
      'whose submission was refused',
      () =>
        Story.begun()
          .tell({
            type: 'submitted',
            result: { outcome: 'refused', description: 'vehicle is already approved' },
          })
          .defleet(),
    ],
    ['whose submission was stopped', () => Story.begun().defleet().tell({ type: 'submission-stopped' })],
    [
      'whose submission failed',
      () =>
        Story.begun().tell({ type: 'command-failed', command: 'submit', message: '', next: '' }).defleet(),
    ],
    ['that is parked', () => Story.pending().reads('rejected', { reason: 'new to us' }).defleet()],
    [
      'that is not eligible',
      () =>
        Story.begun({ checkEligibility: 'blocking' })
          .tell({ type: 'eligibility-checked', verdict: 'ineligible' })
          .defleet(),
    ],
    ['that has drifted away', () => Story.approved().hears('revoked').reads('revoked').defleet()],
    [
      'that is cancelled in Temporal',
      () => Story.pending().reads('rejected', { reason: 'new to us' }).defleet('cancel'),
    ],
    ['of which only a webhook says that it is over', () => Story.pending().hears('rejected').defleet()],
  ])('of a vehicle %s: what is found open is withdrawn, whoever made it', (_, leaving) => {
    const story = leaving();
    expect(story.state.ended).toBe(false);
    expect(story.state.inFlight).toBe('read');
    expect(story.reads('approved').commands).toEqual(['withdraw']);
    expect(story.state.ended).toBe(false);
  });

  it.each(['absent', 'already-removed', 'refused', 'not-supported', 'in-transition', 'unclear'] as const)(
    'and never on the answer "%s" to a DELETE alone',
    (outcome) => {
      const story = answered(Story.approved().defleet(), outcome);
      expect(story.state.ended).toBe(false);
      expect(shows(story, 'approved', 3).state.ended).toBe(false);
      expect(story.done.filter((command) => command === 'withdraw').length).toBeGreaterThan(1);
    },
  );

  it('and not on one that began before the wish to leave was known', () => {
    const story = Story.pending().passes('6h');
    expect(story.commands).toEqual(['read']);
    story.defleet();
    story.tell({ type: 'observed', source: 'poll', clearance: row('rejected', 'ineligible VIN') });
    expect(story.state.ended).toBe(false);
    expect(story.commands).toEqual(['read']);
    expect(story.reads('rejected').state.ended).toBe(true);
  });

  it('which a sweep may have made, where it began after the wish', () => {
    const swept = (begun: number): Story =>
      answeredAccepted(Story.approved().defleet()).tell({
        type: 'observed',
        source: 'sweep',
        clearance: row('revoked'),
        begun,
      });
    expect(swept(START - 1).state.ended).toBe(false);
    expect(swept(START).state.ended).toBe(true);
  });

  it('asked to try again while it leaves, does not forget what it has to end', () => {
    const story = Story.pending().hears('rejected').defleet();
    story.tell({ type: 'retry-asked', by: 'ops' });
    expect(story.state.ended).toBe(false);
    expect(story.state.ownClearance).not.toBeNull();
    expect(story.reads('approved').commands).toEqual(['withdraw']);
  });

  it('with a status that nobody knows is sent a DELETE, whose answer tells', () => {
    const story = Story.pending().reads('unknown').defleet();
    expect(story.commands).toEqual(['withdraw']);
  });

  it('for good after a rejection, too', () => {
    const refused = { outcome: 'refused', description: 'ineligible VIN' } as const;
    const story = Story.begun().tell({ type: 'submitted', result: refused });
    const { parked, ended } = story.state;
    if (!parked) expect(ended).toBe(false);
    const rejected = Story.pending().hears('rejected', { reason: 'ineligible VIN' } as never);
    expect(rejected.state.ended).toBe(false);
    expect(rejected.commands).toEqual(['read']);
    expect(rejected.reads('rejected', { reason: 'ineligible VIN' }).state.ended).toBe(true);
  });
});

describe('an absence', () => {
  it('counts only after a day where a POST of ours may still take effect', () => {
    const story = Story.begun().defleet().tell({ type: 'submission-stopped' });
    shows(story, null, 0.9);
    expect(story.state.ended).toBe(false);
    shows(story, null, 0.5);
    expect(story.state.ended).toBe(true);
  });

  it('of a clearance that was seen is not believed after one empty list', () => {
    const story = answered(Story.approved().defleet(), 'in-transition').reads(null);
    expect(story.state.ended).toBe(false);
    expect(shows(story, 'approved', 1).state.ended).toBe(false);
  });

  it('of a clearance that was seen is believed when a DELETE says so as well', () => {
    const story = answered(Story.approved().defleet(), 'absent');
    expect(story.commands).toEqual(['read']);
    expect(story.reads(null).state.ended).toBe(true);
  });

  it('of an old pending clearance is looked at again before it counts as lost', () => {
    const story = Story.pending();
    for (let look = 0; look < 8; look++) story.passes('6h').reads('pending');
    story.passes('6h').reads(null);
    expect(story.view.step).toBe('waiting');
    expect(shows(story, null, 2).view).toMatchObject({ step: 'parked', owner: 'provider-support' });
  });
});

it('is a rule of its own, which the shell holds every end against', () => {
  const gone = (changes: Partial<Running>): boolean => {
    const { running } = Story.approved().defleet();
    return isProvenGone({ ...running, ...changes });
  };
  expect(gone({})).toBe(false);
  expect(gone({ lastReading: { begun: START, isOpen: true } })).toBe(false);
  expect(gone({ lastReading: { begun: START - 1, isOpen: false } })).toBe(false);
  expect(gone({ lastReading: { begun: START, isOpen: false } })).toBe(true);
  const sent = { at: START, seen: null };
  expect(gone({ lastReading: { begun: START, isOpen: false }, sent })).toBe(false);
  expect(gone({ lastReading: { begun: START + DAY, isOpen: false }, sent })).toBe(true);
  const absentSince = START;
  expect(gone({ lastReading: { begun: START, isOpen: false }, absentSince })).toBe(false);
  expect(gone({ lastReading: { begun: START, isOpen: false }, absentSince, deniedAt: START })).toBe(true);
  expect(gone({ lastReading: { begun: START + DAY, isOpen: false }, absentSince })).toBe(true);
});

describe('a sign that something may be open', () => {
  const gone = (changes: Partial<Running>): boolean => {
    const { running } = new Story().tell({ type: 'started', rules: Story.begun().rules }).defleet();
    return isProvenGone({ ...running, lastReading: { begun: START + 1, isOpen: false }, ...changes });
  };
  const absentSince = START + 1;

  it('asks more of an absence, and nothing of a record that has ended', () => {
    expect(gone({ openSeenAt: null, absentSince })).toBe(true);
    expect(gone({ openSeenAt: START, absentSince })).toBe(false);
    expect(gone({ openSeenAt: START, absentSince: null })).toBe(true);
    expect(gone({ openSeenAt: START, absentSince, deniedAt: START })).toBe(true);
    expect(gone({ openSeenAt: START, absentSince, deniedAt: START - 1 })).toBe(false);
  });

  it('is taken for given in the state of a run that was begun before signs were kept', () => {
    const { openSeenAt: _, endedAt: __, ...old } = new Story().state;
    const carried = { ...old, rules: Story.begun().rules } as Running;
    const lastReading = { begun: START + 1, isOpen: false };
    expect(isProvenGone({ ...carried, lastReading, absentSince })).toBe(false);
    expect(isProvenGone({ ...carried, lastReading, absentSince, deniedAt: START })).toBe(true);
  });

  it('begins the day of an absence anew, also one of which only an older reading tells', () => {
    const begun = START + 2 * DAY;
    const lastReading = { begun, isOpen: false };
    expect(gone({ openSeenAt: START, absentSince, lastReading })).toBe(true);
    expect(gone({ openSeenAt: begun - HOUR, absentSince, lastReading })).toBe(false);
  });

  it('leaves no single empty list as the proof, a day after it, where only an older reading told of it', () => {
    const story = answeredAccepted(Story.approved().defleet()).reads(null);
    const read = (state: Running, at: number, status: Observation['status'] | null): Running =>
      mergeReading(state, status && row(status), 'poll', at, at);
    const sign = read(story.running, START + 12 * HOUR, 'approved');
    expect(sign.clearance.status).toBe('absent');
    const once = read(sign, START + 37 * HOUR, null);
    expect(isProvenGone(once)).toBe(false);
    expect(isProvenGone(read(once, START + 60 * HOUR, null))).toBe(false);
    expect(isProvenGone(read(once, START + 61 * HOUR, null))).toBe(true);
  });

  it.each([
    ['a request that was taken', () => Story.pending()],
    ['one of which nobody knows whether it was', () => Story.begun().tell({ type: 'submission-stopped' })],
    ['a reading of what somebody else is ending', () => Story.begun().reads('revoking')],
    ['a reading with a word that nobody knows', () => Story.begun().reads('unknown')],
    [
      'a sweep before the rules are known',
      () => new Story().tell({ type: 'observed', source: 'sweep', clearance: row('approved'), begun: START }),
    ],
  ])('is %s', (_, told) => {
    expect(told().state.openSeenAt).toBe(START);
    expect(Story.begun().state.openSeenAt).toBeNull();
  });

  it('takes back a DELETE that was answered with a denial, and so does another answer', () => {
    const story = answered(Story.approved().defleet(), 'absent');
    expect(story.state.deniedAt).toBe(START);
    expect(
      answered(answered(Story.approved().defleet(), 'absent'), 'in-transition').state.deniedAt,
    ).toBeNull();
    expect(story.reads('approved').state.deniedAt).toBeNull();
  });
});

function row(status: Observation['status'], reason: string | null = null): Observation {
  return { status, reason, changedAt: null, createdAt: null };
}

function answeredAccepted(story: Story): Story {
  return story.tell({ type: 'withdrawn', answer: { outcome: 'accepted', status: 'revoking' } });
}

it('a reading that shows it open takes the proof away, also where it began before the one that showed nothing', () => {
  const { running, now } = Story.pending().reads('pending').defleet();
  const proven = { ...running, lastReading: { begun: now + 2, isOpen: false } };
  const merged = mergeReading(proven, row('pending'), 'sweep', now + 3, now + 1);
  expect(merged.lastReading).toBeNull();
  expect(mergeReading(proven, row('revoked'), 'sweep', now + 3, now + 1).lastReading).toEqual(
    proven.lastReading,
  );
});
