import { DAY, HM, HOUR, OTHER, START, Story, VIN } from './story';

/** Two applications: in one the vehicle has an activation, in the other nobody has heard of it. */
function open(): Story {
  return new Story().planned();
}

describe('a vehicle that leaves', () => {
  test('is asked for in all applications at once', () => {
    expect(open().wanted).toEqual(['ask high-mobility', 'ask other']);
  });

  test('is read back after its activation has ended, and certified once everything is', () => {
    const story = open().leaving(HM).none(OTHER);
    expect(story.wanted).toEqual(['read other']);
    story.read(OTHER, null);
    expect([story.wanted, story.view.step]).toEqual([[], 'watching']);
    story.tell({ type: 'activation-ended', part: HM });
    expect(story.wanted).toEqual(['look high-mobility']);
    story.ended(HM);
    expect(story.wanted).toEqual(['read high-mobility']);
    story.read(HM, 'revoked');
    expect(story.commands).toMatchObject([
      {
        do: 'certify',
        facts: {
          vin: VIN,
          event: { kind: 'sold', date: '2026-11-27' },
          asked: { by: 'fleet manager', channel: 'cli' },
          endedAt: new Date(story.now).toISOString(),
          accesses: [
            {
              provider: 'high-mobility',
              outcome: 'ended',
              answer: { words: 'accepted' },
              readBack: { words: 'revoked' },
              calls: 1,
            },
            {
              provider: 'other',
              outcome: 'ended',
              asked: null,
              readBack: { words: 'the provider knows no such vehicle' },
              calls: 0,
            },
          ],
        },
      },
    ]);
    story.tell({ type: 'certified', certificate: { number: 7, issuedAt: 'now' } });
    expect(story.view).toMatchObject({ step: 'ended', outcome: 'left', certificate: { number: 7 } });
    expect(story.wakeAt).toBeNull();
  });

  test('whose record the provider keeps, though it gives no access, is certified as such', () => {
    const keepingRecords = [{ provider: 'other', application: 'default' }];
    const story = new Story().planned({ keepingRecords });
    story.ended(HM).read(HM, 'revoked').ended(OTHER).read(OTHER, 'revoked');
    expect(story.commands).toMatchObject([
      {
        do: 'certify',
        facts: {
          accesses: [
            { provider: 'high-mobility', outcome: 'ended', kept: null },
            {
              provider: 'other',
              outcome: 'ended-data-kept',
              kept: expect.stringContaining('keeps its record'),
            },
          ],
        },
      },
    ]);
  });

  test('whose record is gone at such a provider leaves nothing behind', () => {
    const keepingRecords = [{ provider: 'other', application: 'default' }];
    const story = new Story().planned({ keepingRecords });
    story.ended(HM).read(HM, 'revoked').ended(OTHER).read(OTHER, null);
    expect(story.commands).toMatchObject([{ facts: { accesses: [{}, { outcome: 'ended', kept: null }] } }]);
  });

  test('without an activation has its open clearance withdrawn by one that submits nothing', () => {
    const story = open().none(HM);
    story.read(HM, 'approved', 'bmw');
    expect(story.commands).toMatchObject([{ do: 'take-over', part: { brand: 'bmw' } }]);
    story.leaving(HM, 'approved');
    expect(story.view.parts[0]).toMatchObject({ state: 'leaving', status: 'approved' });
  });

  test('whose brand nobody knows stays open, and says who can help', () => {
    const story = open().none(HM);
    story.read(HM, 'approved', null);
    expect(story.wanted).toEqual([]);
    expect(story.view.parts[0]).toMatchObject({
      state: 'to-ask',
      owner: 'operations',
      action: expect.stringMatching(/vin stay.*vin activate.*defleet it again/),
    });
  });

  test('says so where somebody has cancelled one of its activations in Temporal, and is read back all the same', () => {
    const story = open().leaving(HM).tell({ type: 'activation-ended', part: HM });
    const found = { kind: 'ended', status: 'revoked', answer: null, calls: 1, isCancelled: true } as const;
    story.tell({ type: 'found', part: HM, found });
    expect(story.wanted).toEqual(['read high-mobility']);
    expect(story.view.history.at(-1)?.note).toContain('cancelled in Temporal');
  });

  test('that is read back open after the end of its activation is asked for again', () => {
    const story = open().leaving(HM).tell({ type: 'activation-ended', part: HM }).ended(HM);
    story.read(HM, 'approved');
    expect(story.wanted).toEqual(['take-over high-mobility']);
  });

  test('is looked at in growing pauses where nobody tells of the end', () => {
    const story = open().leaving(HM).none(OTHER).read(OTHER, null);
    const looks: number[] = [];
    while (looks.length < 8) {
      story.until(story.wakeAt as number);
      if (!story.wanted.includes('look high-mobility')) continue;
      looks.push(story.now - START);
      story.leaving(HM);
    }
    expect(looks.map((at) => at / HOUR)).toEqual([0.25, 0.5, 1, 2, 4, 8, 14, 20]);
  });

  test('is not certified where one application was read back a day ago: it is asked for once more', () => {
    const story = new Story().planned({ deadlineAt: START + 30 * DAY }).leaving(HM);
    story.none(OTHER).read(OTHER, null);
    story.now += 3 * DAY;
    story.tell({ type: 'activation-ended', part: HM }).ended(HM).read(HM, 'revoked');
    expect(story.wanted).toEqual(['plan']);
    expect(story.planned().wanted).toEqual(['ask other']);
    story.leaving(OTHER, 'approved');
    expect(story.view).toMatchObject({ step: 'watching', certificate: null });
  });

  test('where an application cannot be asked stays open with the reason, and goes on by itself', () => {
    const story = open().leaving(HM).none(OTHER);
    story.tell({ type: 'part-failed', part: OTHER, why: 'The provider does not answer' });
    expect(story.view.parts[1]).toMatchObject({
      state: 'to-ask',
      reason: 'The provider does not answer',
      owner: 'operations',
    });
    story.until(story.now + HOUR / 4);
    expect(story.wanted).toContain('ask other');
  });
});
