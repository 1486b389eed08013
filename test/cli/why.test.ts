import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { ActivationReport } from '../../src/activations/reports';
import { underWayIn } from '../../src/activations/under-way';
import { whyOf } from '../../src/cli/why';
import { whyAsText } from '../../src/cli/why-words';
import type { DefleetingRow } from '../../src/defleetings/defleeting-rows';
import type { NoticeRecord } from '../../workflows/contract/notices';
import { Story } from '../workflows/lifecycle/story';
import { NOTICE as KNOWN } from './small-world/facts';

const HOUR = 3_600_000;

/** A Volkswagen in privacy mode since yesterday morning. */
function inPrivacyMode(): Story {
  const story = Story.pending({
    brand: 'volkswagen',
    fleet: 'acme',
    tags: { 'vw-group-customer-name': 'A' },
  });
  story.now += 9 * HOUR;
  const reason = 'privacy mode is enabled';
  story.hears('pending', { reason, providerTime: story.now - HOUR });
  return story.reads('pending', { reason });
}

function reportOf({ view }: Story, more: Partial<ActivationReport> = {}): ActivationReport {
  return {
    ...view,
    workflowId: `activation:high-mobility:default:${view.vin}`,
    execution: 'RUNNING',
    complete: true,
    trouble: null,
    ...more,
  };
}

const QUIET = { calls: [], failingTask: null, problems: [] };
const NOTICE = { ...KNOWN, vin: 'WBA8E9G50GNT00001' } as const satisfies NoticeRecord;

type Found = Parameters<typeof whyOf>[0];
const found = (report: ActivationReport, more: Partial<Found> = {}): Found => ({
  report,
  underWay: QUIET,
  changelog: null,
  notices: [],
  defleeting: null,
  ...more,
});
const printed = (story: Story, more: Partial<Found> = {}, of: Partial<ActivationReport> = {}): string =>
  whyAsText(whyOf(found(reportOf(story, of), more)), { now: story.now + HOUR, width: 80, zone: 'UTC' });

describe('vin why', () => {
  test('says on one screen what it waits for, whose turn it is, until when, what was said and who was told', () => {
    const text = printed(inPrivacyMode(), { notices: [NOTICE] });
    expect(text).toBe(GOLDEN);
    expect(text.split('\n').length).toBeLessThanOrEqual(40);
  });

  test("shows the provider's own record beside our history, in the order of time", () => {
    const changelog = [
      { status: 'pending', reason: null, at: Date.parse('2026-01-01T00:00:01.000Z') },
      { status: 'pending', reason: 'privacy mode is enabled', at: Date.parse('2026-01-01T08:00:00.000Z') },
    ] as const;
    const text = printed(inPrivacyMode(), { changelog });
    expect(text.match(/^ {2}.*(its record|webhook|submit|activation) .*$/gm)).toEqual([
      '  00:00             submit      pending',
      '  00:00             its record  pending',
      '  08:00             its record  pending (privacy mode is enabled)',
      '  09:00             webhook     pending (privacy mode is enabled)',
      '  09:00             activation  decided to tell the driver (level 1)',
    ]);
    expect(text).not.toContain('--ask-provider');
  });

  test('says which call fails, for the how manieth time and when it is tried again', () => {
    const story = inPrivacyMode();
    const nextAttemptAt = new Date(story.now + HOUR + 3 * 60_000).toISOString();
    const call = { command: 'readClearance', attempt: 4, problem: '503 from the provider', nextAttemptAt };
    expect(printed(story, { underWay: { ...QUIET, calls: [call] } })).toContain(
      'Under way    readClearance, attempt 4: 503 from the provider; again in 3m\n',
    );
  });

  test('names a fault of the program, and the command that sets it free', () => {
    const underWay = {
      ...QUIET,
      problems: ['category=WorkflowTaskFailed'],
      failingTask: { attempt: 7, since: null },
    };
    const text = printed(inPrivacyMode(), { underWay });
    expect(text).toContain(
      'Fault        of the program: category=WorkflowTaskFailed; a step fails again and',
    );
    expect(text).toContain('  vin unstick WBA8E9G50GNT00001');
  });

  test('says of a vehicle that leaves how far that is, and what is open', () => {
    const part = { provider: 'high-mobility', application: 'default', state: 'leaving', status: 'revoking' };
    const defleeting = {
      step: 'watching',
      outcome: null,
      deadlineAt: '2026-01-04T00:00:00.000Z',
      parts: [part],
      certificate: null,
      execution: 'RUNNING',
    } as unknown as DefleetingRow;
    const text = printed(inPrivacyMode(), { defleeting });
    expect(text).toContain('Leaves       watching · deadline Sun 4 Jan 00:00 (in 2d) · open at');
    expect(text).toContain('vin defleet show WBA8E9G50GNT00001');
  });

  test('gives nobody an order for what has ended', () => {
    const text = printed(inPrivacyMode(), {}, { execution: 'COMPLETED', owner: null, action: null });
    expect(text).toContain('Waits for    nothing: it has ended (completed)');
    expect(text).not.toMatch(/Whose turn|A retry|vin retry|vin acknowledge/);
  });

  test('says where nobody knows what became of notices', () => {
    expect(printed(inPrivacyMode(), { notices: null })).toContain('Told: not known, no worker has answered');
  });

  test('does not obey what others wrote, and keeps it within 80 characters', () => {
    const story = Story.pending().hears('pending', { reason: `\u001b[2J${'very long '.repeat(40)}` });
    const text = printed(story);
    expect(text).not.toContain('\u001b');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('has a version for machines, what was said last, and times as they are', () => {
    const story = inPrivacyMode();
    const changelog = [{ status: 'pending', reason: null, at: 0 }] as const;
    expect(whyOf(found(reportOf(story), { changelog }))).toMatchObject({
      version: 1,
      activation: { vin: 'WBA8E9G50GNT00001', owner: 'driver', canRetry: false },
      lastAnswer: { source: 'webhook', reason: 'privacy mode is enabled', at: '2026-01-01T09:00:00.000Z' },
      changelog: [{ at: '1970-01-01T00:00:00.000Z', status: 'pending', reason: null }],
      underWay: QUIET,
      notices: [],
      defleeting: null,
    });
  });
});

describe('what Temporal knows of what is under way', () => {
  const described = (raw: object, problems: string[] = []): WorkflowExecutionDescription =>
    ({
      raw,
      searchAttributes: { TemporalReportedProblems: problems },
    }) as unknown as WorkflowExecutionDescription;

  test('is each call with its attempt, its failure and its next attempt', () => {
    const { calls } = underWayIn(
      described({
        pendingActivities: [
          {
            activityType: { name: 'submitClearance' },
            attempt: 3,
            lastFailure: { message: 'no answer' },
            scheduledTime: { seconds: 1_767_225_600 },
          },
          { activityType: { name: 'readClearance' }, attempt: 1, scheduledTime: { seconds: 1 } },
        ],
      }),
    );
    expect(calls).toEqual([
      {
        command: 'submitClearance',
        attempt: 3,
        problem: 'no answer',
        nextAttemptAt: '2026-01-01T00:00:00.000Z',
      },
      { command: 'readClearance', attempt: 1, problem: null, nextAttemptAt: null },
    ]);
  });

  test('is a step of the workflow that fails again and again, and none that waits for a worker', () => {
    const task = { originalScheduledTime: { seconds: 1_767_225_600 } };
    expect(underWayIn(described({ pendingWorkflowTask: { ...task, attempt: 6 } }, ['a fault']))).toEqual({
      calls: [],
      failingTask: { attempt: 6, since: '2026-01-01T00:00:00.000Z' },
      problems: ['a fault'],
    });
    expect(underWayIn(described({ pendingWorkflowTask: { ...task, attempt: 1 } })).failingTask).toBeNull();
  });
});

const GOLDEN = `WBA8E9G50GNT00001 · volkswagen · fleet acme · high-mobility:default
pending: privacy mode is enabled

Waits for    the driver: Turn privacy mode off in the settings of the vehicle,
             then confirm.
Whose turn   driver, since 09:00 (1h ago)
Until        Fri 16 Jan 09:00 (in 14d): then the carmaker or our policy gives up
Next         it looks by itself at 15:00 (in 5h)
A retry      While it is pending the provider tries by itself: a retry says that
             it is done, and looks.
Tried        submitted once, read once
Last answer  pending: "privacy mode is enabled" (by webhook at 09:00 (1h ago))
What happened
  00:00             submit      pending
  09:00             webhook     pending (privacy mode is enabled)
  09:00             activation  decided to tell the driver (level 1)
Told
  12:00             driver, reminder 1: Turn privacy mode off in the vehicle.
                    webhook: delivered to https://fleet.example

  vin retry WBA8E9G50GNT00001   # when it is done
  vin acknowledge WBA8E9G50GNT00001 --until 3d
  vin why WBA8E9G50GNT00001 --ask-provider`;
