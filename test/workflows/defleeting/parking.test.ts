import { applicationKey } from '../../../src/domain/application';
import type { ActivationFound } from '../../../workflows/defleeting/state';
import { DAY, HM, HOUR, OTHER, PLAN, START, Story } from './story';

/** The parking of a vehicle's plate is one more access of a vehicle that leaves. */

const PLATE = 'NO-AA12345';
const PARKING = `autopay:${PLATE}`;
const PARKED = { parkings: [{ provider: 'autopay', application: PLATE }] };

const running: ActivationFound = {
  kind: 'leaving',
  status: null,
  reason: 'A stay goes on at Tunga, since 2026-11-27T08:00:00.000Z',
  brand: null,
  owner: 'driver',
  action: 'Have the vehicle leave the car park.',
};

function left(at: number): ActivationFound {
  return {
    kind: 'ended',
    status: 'absent',
    answer: { words: 'default: 2 payments locked', at },
    calls: 0,
    proof: { words: 'the provider has it no more', at },
  };
}

/** Its data has ended and was read back. */
function withoutData(): Story {
  const story = new Story().planned(PARKED);
  for (const key of [HM, OTHER]) story.ended(key).read(key, 'revoked');
  return story;
}

/** Answers what is asked once more before anything is certified, until it is. @returns what was asked, and the facts */
function toTheEnd(story: Story, leftAt: number) {
  const asked: string[] = [];
  const open = [...story.commands];
  for (let command = open.shift(); command; command = open.shift()) {
    asked.push('part' in command ? `${command.do} ${command.part.provider}` : command.do);
    if (command.do === 'certify') return { asked, facts: command.facts };
    if (command.do === 'plan') story.planned(PARKED);
    if ('part' in command) {
      const key = applicationKey(command.part);
      if (command.do === 'read') story.read(key, 'revoked');
      else if (key === PARKING) story.tell({ type: 'found', part: key, found: left(leftAt) });
      else story.ended(key);
    }
    open.push(...story.commands);
  }
  throw new Error(`It does not end: ${asked.join(', ')}`);
}

test('the parking is asked to leave beside the data, and read nowhere: its own end is the proof', () => {
  const story = new Story().planned(PARKED);
  expect(story.wanted).toEqual(['ask high-mobility', 'ask other', 'ask autopay']);
  story.tell({ type: 'found', part: PARKING, found: left(story.now) });
  expect(story.wanted).toEqual([]);
  expect(story.view.parts[2]).toMatchObject({ kind: 'parking', application: PLATE, state: 'gone' });
});

test('a stay that goes on keeps it open, with its own reason, and is looked at until it ends', () => {
  const story = withoutData().tell({ type: 'found', part: PARKING, found: running });
  expect(story.wanted).toEqual([]);
  expect(story.view).toMatchObject({ step: 'watching', outcome: null });
  expect(story.view.parts[2]).toMatchObject({
    reason: expect.stringContaining('A stay goes on at Tunga'),
    owner: 'driver',
  });
  story.until(story.now + HOUR);
  expect(story.wanted).toEqual(['look autopay']);
  story.tell({ type: 'found', part: PARKING, found: left(story.now) });
  expect(toTheEnd(story, story.now).asked.at(-1)).toBe('certify');
});

test('the certificate lists the data and the parking, with what was locked and the proof', () => {
  const story = withoutData().tell({ type: 'found', part: PARKING, found: running });
  story.now += HOUR;
  story.tell({ type: 'found', part: PARKING, found: left(story.now) });
  const { accesses } = toTheEnd(story, story.now).facts;
  expect(
    accesses.map(({ kind, provider, application, outcome }) => [kind, provider, application, outcome]),
  ).toEqual([
    ['parking', 'autopay', PLATE, 'ended'],
    [undefined, 'high-mobility', 'default', 'ended'],
    [undefined, 'other', 'default', 'ended'],
  ]);
  expect(accesses[0]).toMatchObject({
    asked: { words: 'end the parking' },
    answer: { words: 'default: 2 payments locked' },
    readBack: { words: 'the provider has it no more' },
  });
});

test('the proof of a parking is asked for once more before anything is certified, and never read anew, however old it is', () => {
  const story = new Story().planned(PARKED);
  story
    .tell({ type: 'found', part: PARKING, found: left(story.now) })
    .leaving(HM)
    .leaving(OTHER);
  story.until(START + 5 * DAY).tell({ type: 'stated' });
  for (const key of [HM, OTHER]) story.ended(key).read(key, 'revoked');
  const { asked } = toTheEnd(story, START);
  expect(asked).toContain('ask autopay');
  expect(asked).not.toContain('read autopay');
});

test('at the deadline the statement says that the parking is open, and why', () => {
  const story = withoutData().tell({ type: 'found', part: PARKING, found: running });
  let stated: unknown;
  while (story.wakeAt !== null && story.now < PLAN.deadlineAt + HOUR) {
    story.until(story.wakeAt);
    for (const command of story.commands) {
      if (command.do === 'look') story.tell({ type: 'found', part: PARKING, found: running });
      if (command.do === 'state') stated = command.facts;
    }
    if (stated) break;
  }
  const open = { kind: 'parking', outcome: 'open', why: expect.stringContaining('A stay goes on') };
  expect(stated).toMatchObject({ accesses: [open, {}, {}] });
  // Who delivers notices works for an application of data.
  expect(new Set(story.notices.map(({ provider }) => provider))).toEqual(new Set(['high-mobility']));
  const words = story.notices.map(({ action }) => action);
  expect(words).toContainEqual(
    expect.stringContaining(`its parking of ${PLATE} at autopay has not ended (A stay goes on`),
  );
});

test('a parking that nobody manages is begun as one that leaves', () => {
  const story = new Story().planned(PARKED).none(PARKING);
  expect(story.wanted).toEqual(['take-over autopay']);
});

test('taken back: activations stay, and a parking that was asked to leave begins again', () => {
  const story = new Story().planned(PARKED).leaving(HM, 'approved').leaving(OTHER, 'approved');
  story.tell({ type: 'found', part: PARKING, found: left(story.now) });
  story.tell({ type: 'message', asking: { kind: 'take-back', id: 'a', by: 'ops', via: 'message' } });
  expect(story.commands).toMatchObject([
    {
      do: 'take-back',
      applications: [{ provider: 'high-mobility' }, { provider: 'other' }],
      parkings: [{ provider: 'autopay', application: PLATE }],
    },
  ]);
});

test('taken back while the answer of its parking is not known: it may have heard, and is named', () => {
  const story = new Story().planned(PARKED).leaving(HM, 'approved').leaving(OTHER, 'approved');
  story.tell({ type: 'part-failed', part: PARKING, why: 'Temporal did not answer in time' });
  story.tell({ type: 'message', asking: { kind: 'take-back', id: 'a', by: 'ops', via: 'message' } });
  expect(story.commands).toMatchObject([
    { do: 'take-back', parkings: [{ provider: 'autopay', application: PLATE }] },
  ]);
});

test('a plate that has come since it was asked for leaves as well', () => {
  const later = START + 94 * DAY;
  const story = new Story({ eventDate: '2027-03-01' });
  story.planned({ beginsAt: later, deadlineAt: later + 2 * DAY }).until(later);
  story.planned(PARKED);
  expect(story.wanted).toEqual(['ask high-mobility', 'ask other', 'ask autopay']);
});
