import type { MessageKind } from '../../../workflows/contract/messages';
import type { TakenMessage } from '../../../workflows/lifecycle/intake';
import { readMessage } from '../../../workflows/lifecycle/read-message';
import { Story } from './story';

const HOUR = 3_600_000;
const TAG = 'vw-group-customer-name';
const MISSING = { reason: 'customer name tag missing' } as const;

function send(story: Story, kind: MessageKind, request: object): TakenMessage | undefined {
  const { at: _, ...event } = readMessage(kind, request, story.now);
  story.tell(event);
  return story.state.messages.at(-1);
}

/** One that was rejected for the tag that its brand needs. */
function rejected(): Story {
  return Story.pending({ brand: 'audi' }).reads('rejected', MISSING);
}

describe('an amendment', () => {
  test('of brand and policy in one message keeps both', () => {
    const story = Story.pending().reads('error', { reason: 'The brand is invalid' });
    send(story, 'amend', { brand: 'audi', policy: { pollInterval: '1h' } });
    expect(story.commands).toEqual(['read-rules']);
    story.tell({ type: 'rules-read', rules: Story.begun({ brand: 'audi' }).rules });
    expect(story.running.rules.brand.id).toBe('audi');
    expect(story.running.rules.policy.pollInterval).toBe(HOUR);
  });

  test('of the brand while the submission is under way is refused, and nothing is changed', () => {
    const story = Story.begun();
    expect(story.commands).toEqual(['submit']);
    expect(send(story, 'amend', { brand: 'audi' })).toMatchObject({ outcome: 'refused' });
    expect(story.state.vehicle.brand).toBe('bmw');
  });

  test.each([
    ['another tag', { tags: { depot: 'north' } }],
    ['the tag without a text', { tags: { [TAG]: ' ' } }],
    ['the policy', { policy: { pollInterval: '1h' } }],
    ['the fleet', { fleet: 'north' }],
  ])('of %s does not send again what was rejected for a tag that is missing', (_what, request) => {
    const story = rejected();
    expect(story.view.step).toBe('parked');
    expect(send(story, 'amend', request)).toMatchObject({ outcome: 'taken' });
    expect(story.view.step).toBe('parked');
    expect(story.done.filter((command) => command === 'submit')).toHaveLength(1);
  });

  test('with the tag that was missing sends it again', () => {
    const story = rejected();
    send(story, 'amend', { tags: { [TAG]: 'ACME' } });
    expect(story.commands).toEqual(['submit']);
  });

  test('of the interval moves the next look', () => {
    const story = Story.pending();
    send(story, 'amend', { policy: { pollInterval: '1h' } });
    expect(story.state.deadline?.at).toBe(story.now + HOUR);
    send(story, 'amend', { policy: { pollInterval: '12h' } });
    expect(story.state.nextPollAt).toBe(story.now + 12 * HOUR);
  });

  test('of a tag says that the clearance which is there stays as it was asked for', () => {
    expect(send(Story.approved(), 'amend', { tags: { depot: 'north' } })).toMatchObject({
      next: 'The clearance stays as it was asked for: the provider is told with the next submission.',
    });
    expect(send(Story.approved(), 'amend', { policy: { pollInterval: '1h' } })).toMatchObject({
      next: 'It counts from now on.',
    });
  });

  test('of the fleet moves the vehicle, and says since when and by whom', () => {
    const story = Story.approved({ fleet: 'south' });
    story.now += HOUR;
    expect(send(story, 'amend', { fleet: 'north', by: 'jane' })).toMatchObject({
      next: 'It belongs to the fleet north from now on.',
    });
    const fleetSince = new Date(story.now).toISOString();
    expect(story.view).toMatchObject({ fleet: 'north', fleetSince, changedAt: fleetSince });
    expect(story.view.history.at(-1)?.note).toBe(
      'amended the request (jane), and moved it to the fleet north',
    );
    send(story, 'amend', { fleet: 'north' });
    expect(story.view.history.at(-1)?.note).toBe('amended the request');
  });

  test.each([
    [{}, '59s', '1m'],
    [{ shortestPollInterval: '2h' }, '90m', '2h'],
    [{ shortestPollInterval: '1s' }, '59s', '1m'],
  ] as const)('of the interval to less than the policy %j allows is refused: %s', (policy, wanted, least) => {
    const story = Story.pending({}, { policy });
    expect(send(story, 'amend', { policy: { pollInterval: wanted } })).toMatchObject({
      outcome: 'refused',
      next: expect.stringContaining(`of at least ${least}.`),
    });
    story.now += 1;
    expect(send(story, 'amend', { policy: { pollInterval: least } })).toMatchObject({ outcome: 'taken' });
  });

  test('of the fleet has the people of the new one told, whatever those of the old one have said', () => {
    const story = Story.pending({ brand: 'ford', fleet: 'south' });
    story.reads('pending', { reason: 'consent assignment missing' });
    while (story.told.length === 0)
      story.passes('12h').reads('pending', { reason: 'consent assignment missing' });
    const { told } = story;
    const before = told.length;
    story.now += 1;
    send(story, 'acknowledge', { until: new Date(story.now + 80 * 24 * HOUR).toISOString() });
    story.now += 1;
    send(story, 'amend', { fleet: 'north' });
    expect(story.notices).toMatchObject([{ fleet: 'north', level: 1 }]);
    expect(told.slice(before)).toEqual([told[0]]);
    expect(story.view.acknowledgedUntil).toBeNull();
  });

  test('of the fleet needs a name', () => {
    for (const fleet of ['', ' ', 7, 'x'.repeat(201)]) {
      expect(send(Story.pending(), 'amend', { fleet })).toMatchObject({ outcome: 'refused' });
    }
  });
});

describe('an acknowledgement', () => {
  test('is for 90 days at most, also where it is sent by hand', () => {
    expect(send(Story.pending(), 'acknowledge', { until: '91d' })).toMatchObject({
      outcome: 'refused',
      next: 'Reminders can be stopped for 90 days at most.',
    });
    expect(send(Story.pending(), 'acknowledge', { until: '90d' })).toMatchObject({ outcome: 'taken' });
  });
});
