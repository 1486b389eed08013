import type { EligibilityMode } from '../../../src/domain/eligibility';
import { outlook } from '../../../workflows/lifecycle/outlook';
import { Story } from './story';

const asking = (mode: EligibilityMode, brand = 'bmw'): Story =>
  Story.begun({ brand, checkEligibility: mode });

describe('eligibility', () => {
  it('is not asked for unless the policy or the start of the activation wants it', () => {
    expect(Story.begun().commands).toEqual(['submit']);
    expect(Story.begun({}, { policy: { eligibility: 'advisory' } }).commands).toEqual(['check-eligibility']);
    expect(asking('off').commands).toEqual(['submit']);
  });

  it('is asked for before the submission, once', () => {
    const story = asking('advisory');
    expect(story.commands).toEqual(['check-eligibility']);
    story.tell({ type: 'eligibility-checked', verdict: 'eligible' });
    expect(story.commands).toEqual(['submit']);
    expect(story.view.eligibility).toBe('eligible');
  });

  it('is not asked of a brand that cannot be asked', () => {
    expect(asking('blocking', 'volkswagen').done).toEqual(['submit']);
  });

  it.each(['ineligible', 'unknown-vin', 'brand-not-enabled', 'not-known'] as const)(
    'that is %s stops the submission where the policy blocks, and only is shown where it advises',
    (verdict) => {
      const blocked = asking('blocking').tell({ type: 'eligibility-checked', verdict });
      expect(blocked.commands).toEqual([]);
      expect(blocked.view).toMatchObject({ step: 'parked', owner: 'fleet-manager', eligibility: verdict });
      const advised = asking('advisory').tell({ type: 'eligibility-checked', verdict });
      expect(advised.commands).toEqual(['submit']);
      expect(advised.view.eligibility).toBe(verdict);
    },
  );

  it('is asked for again when a person retries, and no more once the policy is amended', () => {
    const story = asking('blocking').tell({ type: 'eligibility-checked', verdict: 'ineligible' });
    story.passes('61m');
    expect(story.tell({ type: 'retry-asked', by: null }).commands).toEqual(['check-eligibility']);
    story.tell({ type: 'eligibility-checked', verdict: 'ineligible' });
    story.tell({ type: 'amended', by: null, brand: null, tags: {}, policy: { eligibility: 'off' } });
    expect(story.commands).toEqual([]);
    expect(story.tell({ type: 'retry-asked', by: null }).commands).toEqual(['submit']);
  });

  it('that the carmaker has answered counts for an hour, however often somebody asks to try again', () => {
    const story = asking('blocking').tell({ type: 'eligibility-checked', verdict: 'ineligible' });
    for (const type of ['retry-asked', 'resume-asked'] as const) {
      story.passes('10m');
      expect(story.tell({ type, by: null }).commands).toEqual([]);
      expect(story.view.step).toBe('parked');
    }
    const retry = { type: 'retry-asked', by: null, at: story.now } as const;
    expect(outlook(story.state, retry)).toMatch(
      /"ineligible" within the hour; it can be asked again from 20/,
    );
  });

  it('that could not be asked is asked for whenever somebody wants it', () => {
    const story = asking('blocking').tell({ type: 'eligibility-checked', verdict: 'not-known' });
    expect(story.tell({ type: 'retry-asked', by: null }).commands).toEqual(['check-eligibility']);
  });

  it('of another brand has not been asked', () => {
    const story = asking('blocking').tell({ type: 'eligibility-checked', verdict: 'ineligible' });
    story.tell({ type: 'amended', by: null, brand: 'ford', tags: {}, policy: {} });
    expect(story.state.eligibility).toBeNull();
  });

  it('without an answer never holds up an activation that only wants advice', () => {
    const story = asking('advisory');
    story.tell({ type: 'command-failed', command: 'check-eligibility', message: 'away', next: '' });
    expect(story.commands).toEqual(['submit']);
    expect(story.view.eligibility).toBe('not-known');
  });

  it('is not asked for once the vehicle leaves', () => {
    const story = asking('blocking').defleet();
    story.tell({ type: 'eligibility-checked', verdict: 'eligible' });
    expect(story.done).toEqual(['check-eligibility', 'stop-asking', 'read']);
    expect(story.reads(null).view.step).toBe('ended');
  });
});
