import { BUILT_IN } from '../../../src/catalogue/catalogue';
import { detailsOf, lineOf } from '../../../workflows/lifecycle/view';
import { START, Story } from './story';

const DAY = 86_400_000;
const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

describe('the step of an activation', () => {
  it.each<[string, () => Story, object]>([
    [
      'submitting',
      () => new Story(),
      { status: 'absent', since: null, settled: false, catalogueVersion: null },
    ],
    [
      'submitting',
      () => Story.begun(),
      { catalogueVersion: BUILT_IN.version, attempts: { submit: 1, read: 0, withdraw: 0 } },
    ],
    ['waiting', () => Story.pending(), { status: 'pending', since: iso(START), settled: false }],
    ['first-data', () => Story.pending().reads('approved'), { status: 'approved', settled: true }],
    ['quiet', () => Story.approved(), { data: 'not-asked', nextAt: null, waitingFor: null, settled: true }],
    [
      'withdrawing',
      () => Story.approved().defleet(),
      { settled: false, defleet: { at: iso(START), by: 'ops', reason: 'sold' } },
    ],
    [
      'parked',
      () => Story.pending().reads('rejected', { reason: 'new to us' }),
      { settled: true, owner: 'fleet-manager' },
    ],
    [
      'ended',
      () => Story.pending().reads('rejected', { reason: 'ineligible VIN' }),
      { settled: true, nextAt: null },
    ],
  ])('is %s', (step, story, more) => {
    expect(story().view).toMatchObject({ step, ...more });
  });
});

describe('whose turn it is', () => {
  it('is nobody in particular where the provider gives no reason', () => {
    expect(Story.pending().view).toMatchObject({ owner: null, action: null });
    expect(Story.approved().view).toMatchObject({ owner: null, action: null });
  });

  it('is the owner of the reason, with what that person has to do', () => {
    const story = Story.pending({ brand: 'audi' }).reads('pending', { reason: 'privacy mode is enabled' });
    expect(story.view).toMatchObject({ owner: 'driver', action: expect.stringContaining('privacy mode') });
  });
});

describe('the view', () => {
  it('says until when nobody is reminded, and how far the ladder was climbed', () => {
    const story = Story.pending().reads('pending', { reason: 'new to us' });
    expect(story.view).toMatchObject({ escalationLevel: 1, acknowledgedUntil: null });
    story.tell({ type: 'acknowledged', by: 'ops', until: START + DAY });
    expect(story.view).toMatchObject({ escalationLevel: 1, acknowledgedUntil: iso(START + DAY) });
  });

  it('keeps the history with the source and both times of each fact', () => {
    const story = Story.pending().reads('approved', { changedAt: START - DAY });
    expect(story.view.history).toEqual([
      { at: iso(START), source: 'submit', status: 'pending', reason: null, providerTime: null, note: null },
      {
        at: iso(START),
        source: 'poll',
        status: 'approved',
        reason: null,
        providerTime: iso(START - DAY),
        note: null,
      },
    ]);
  });
});

describe('the page in the Temporal UI', () => {
  it('has a row for what is known, and none for what is not', () => {
    const story = Story.pending({ fleet: 'north' });
    const version = story.rules.catalogueVersion;
    expect(detailsOf(story.view).split('\n')).toEqual([
      '| | |',
      '|---|---|',
      '| Vehicle | WBA8E9G50GNT00001 (bmw, fleet north) |',
      '| Status | **pending** |',
      `| Since | ${iso(START)} |`,
      '| Step | waiting |',
      '| Waiting for | the carmaker (BMW) to approve |',
      `| Next look | ${iso(START + DAY / 4)} |`,
      `| Rules | catalogue ${version}, since ${iso(START)} |`,
      '',
      'Last facts:',
      '',
      `- ${iso(START)} submit: pending`,
    ]);
  });

  it('shows the reason, who acts, the ladder, the silence and the leaving', () => {
    const story = Story.pending({ brand: 'audi' }).reads('pending', { reason: 'privacy mode is enabled' });
    story.tell({ type: 'acknowledged', by: null, until: START + DAY });
    const waiting = detailsOf(story.view);
    expect(waiting).toContain('| Whose turn | driver |');
    expect(waiting).toContain('| To do | Turn privacy mode off');
    expect(waiting).toContain('| Escalation | level 1 |');
    expect(waiting).toContain(`| Acknowledged | until ${iso(START + DAY)} |`);
    const page = detailsOf(story.defleet().view);
    expect(page).toContain('| Vehicle | WBA8E9G50GNT00001 (audi) |');
    expect(page).toContain('| Status | **pending**: privacy mode is enabled |');
    // Nobody is told to mend what is to end.
    expect(page).not.toContain('| Whose turn |');
    expect(page).not.toContain('| Escalation |');
    expect(page).toContain(`| Leaving | asked at ${iso(START)} by ops |`);
    expect(detailsOf(Story.approved().view)).toContain(`| Data | not-asked (asked ${iso(START)}) |`);
  });

  it('gives no orders any more once the vehicle has left', () => {
    const story = Story.pending({ brand: 'audi' })
      .reads('pending', { reason: 'privacy mode is enabled' })
      .defleet();
    expect(story.view).toMatchObject({ owner: null, escalationLevel: 0 });
    story.state = { ...story.running, ended: true };
    expect(story.view).toMatchObject({ owner: null, action: null, escalationLevel: 0 });
  });

  it('lets no text of a provider break the table', () => {
    const story = Story.pending().reads('pending', { reason: 'a | b\n\n c' });
    expect(detailsOf(story.view)).toContain('| Status | **pending**: a \\| b c |');
  });

  it('shows the words of others as they are: no link, no picture, also in the last facts', () => {
    const link = '[pay](https://evil.example) ![x](y) <b>';
    const shown = '\\[pay\\](https://evil.example) \\!\\[x\\](y) \\<b\\>';
    const story = Story.pending({ fleet: link }).reads('pending', { reason: link });
    const page = detailsOf(story.view);
    expect(page).toContain(`| Vehicle | WBA8E9G50GNT00001 (bmw, fleet ${shown}) |`);
    expect(page).toContain(`| Status | **pending**: ${shown} |`);
    expect(page.split('\n')).toContain(`- ${iso(START)} poll: pending (${shown})`);
    expect(page).not.toMatch(/(?<!\\)[[\]<>!]/);
  });

  it('shows the last five facts', () => {
    const story = Story.pending();
    for (let change = 1; change <= 6; change++) story.hears('pending', { reason: `r ${change}` } as never);
    const { view } = story;
    const facts = detailsOf(view)
      .split('\n')
      .filter((line) => line.startsWith('- '));
    expect(facts).toHaveLength(5);
    const last = view.history.at(-1);
    expect(facts.at(-1)).toContain(last && lineOf(last));
  });
});

describe('a fact in a few words', () => {
  const fact = { at: iso(START), source: 'poll', status: 'pending', providerTime: null } as const;

  it.each([
    [{ reason: null, note: null }, 'pending'],
    [{ reason: 'queued', note: null }, 'pending (queued)'],
    [{ reason: 'queued', note: 'told the driver (level 1)' }, 'told the driver (level 1)'],
  ])('of %j', (more, words) => {
    expect(lineOf({ ...fact, ...more })).toBe(words);
  });
});
