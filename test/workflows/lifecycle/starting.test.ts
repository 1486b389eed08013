import type { Observation } from '../../../workflows/lifecycle/state';
import { START, Story } from './story';

const row = (status: Observation['status']): Observation => ({
  status,
  reason: null,
  changedAt: START - 1_000,
  createdAt: null,
});
const swept = (story: Story, clearance: Observation | null): Story =>
  story.tell({ type: 'observed', source: 'sweep', clearance, begun: START - 1 });
const started = (story: Story): Story => story.tell({ type: 'started', rules: story.rules });

describe('before its rules are known, an activation', () => {
  test('commands nothing, tells nobody and believes nothing, whatever it hears', () => {
    const story = swept(new Story(), row('approved')).hears('pending').defleet();
    story.tell({ type: 'retry-asked', by: null }).tell({ type: 'deadline-reached' });
    expect([story.done, story.told]).toEqual([[], []]);
    expect(story.state).toMatchObject({ rules: null, ownClearance: null, deadline: null, ended: false });
    expect(story.view).toMatchObject({ status: 'absent', owner: null, deadlineAt: null });
  });

  test.each([
    ['a sweep that shows a clearance open', (story: Story) => swept(story, row('approved'))],
    ['a webhook', (story: Story) => story.hears('approved', { deliveryId: 'delivery-1' })],
  ])('keeps in mind to read what %s tells of, before it submits', (_what, hear) => {
    const story = started(hear(new Story()));
    expect(story.commands).toEqual(['read']);
    expect(story.reads('approved').view).toMatchObject({ status: 'approved', step: 'first-data' });
    expect(story.done).not.toContain('submit');
  });

  test.each([null, row('revoked')])('submits at once where a sweep shows nothing open: %j', (clearance) => {
    expect(started(swept(new Story(), clearance)).commands).toEqual(['submit']);
  });

  test('knows a delivery again that comes once more when it has started', () => {
    const told = { deliveryId: 'delivery-1' };
    const story = started(new Story().hears('approved', told).hears('approved', told)).reads(null);
    expect(story.state.deliveries).toEqual(['delivery-1']);
    expect(story.hears('approved', told).commands).toEqual([]);
  });

  test('keeps the wish to leave, and reads for the proof as soon as it has started', () => {
    const story = started(new Story().defleet());
    expect(story.commands).toEqual(['read']);
    expect(story.reads(null).state.ended).toBe(true);
  });
});
