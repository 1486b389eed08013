import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities } from '../../../../activities';
import { submitTogether } from '../../../../activities/submission';
import { parseDuration } from '../../../../src/domain/duration';
import { CallFailed } from '../../../../workflows/contract/call-failed';
import {
  lost,
  type SubmissionTrace,
  traceFor,
  traceOf,
} from '../../../../workflows/lifecycle/submission-trace';
import type { SubmitResult } from '../../../../workflows/lifecycle/submit-result';
import { vehicle, vin } from '../../../activities/support';
import { APP_KEY } from '../../../support/application';
import { ProviderDouble, unreachable } from '../../../support/provider-double';
import { Story } from '../story';

const MINUTE = 60_000;

/** The replies to two POSTs were lost, each long enough ago that it was sent again. */
const TWICE: SubmissionTrace = {
  startedAt: Date.now() - 10 * MINUTE,
  maySent: true,
  seen: { any: false, newest: null },
  sentAt: Date.now() - 5 * MINUTE,
  isDouble: true,
  settles: 2 * MINUTE,
};

async function nextAttempt(provider: ProviderDouble): Promise<SubmitResult> {
  const sendBy = Number.POSITIVE_INFINITY;
  const [outcome] = await submitTogether(provider, [{ vehicle: vehicle(vin(0)), sendBy, trace: TWICE }]);
  if (outcome instanceof Error) throw outcome;
  return outcome as SubmitResult;
}

/** The row of one of them is there, is withdrawn, and has ended, all within an hour. Whether that ends all. */
function endsWithOne(story: Story, createdAt = story.now): boolean {
  const carryOut = (status: 'approved' | 'revoked'): void => {
    for (let turn = 0; turn < 5 && story.state.inFlight && !story.state.ended; turn++) {
      const { inFlight } = story.state;
      if (inFlight === 'read') story.reads(status, { changedAt: story.now, createdAt });
      else if (inFlight === 'check-data') story.tell({ type: 'data-checked', answer: 'not-asked' });
      else story.tell({ type: 'withdrawn', answer: { outcome: 'in-transition', detail: '' } });
    }
  };
  const observed = (status: 'approved' | 'revoked'): void => {
    story.now += 10 * MINUTE;
    const clearance = { status, reason: null, changedAt: story.now, createdAt };
    story.tell({ type: 'observed', source: 'sweep', begun: story.now, clearance });
    carryOut(status);
  };
  observed('approved');
  story.defleet();
  carryOut('approved');
  observed('revoked');
  expect(story.now - story.state.startedAt).toBeLessThan(parseDuration('1d'));
  return story.state.ended;
}

/** The row of the other may still come: a list lags, as where the second of two POSTs was answered. */
describe('where two POSTs of ours may have arrived, the end of the one is no proof for the other', () => {
  it('also where the next attempt has found the one', async () => {
    const provider = new ProviderDouble();
    provider.set('pending');
    const result = await nextAttempt(provider);
    if (result.outcome !== 'found') throw new Error(result.outcome);
    const story = Story.begun({ brand: 'mercedes-benz' });
    // On the story's clock.
    const clearance = { ...result.clearance, changedAt: story.now, createdAt: story.now };
    story.tell({ type: 'submitted', result: { ...result, clearance } });
    expect(endsWithOne(story)).toBe(false);
  });

  it('also where the next one was refused for another reason', async () => {
    const provider = new ProviderDouble();
    provider.submit = async ([request]) => [
      { vin: request?.vin ?? '', outcome: 'refused', description: 'The brand is invalid' },
    ];
    const result = await nextAttempt(provider);
    expect(result).toMatchObject({ outcome: 'refused', maySent: true });
    expect(endsWithOne(Story.begun({ brand: 'mercedes-benz' }).tell({ type: 'submitted', result }))).toBe(
      false,
    );
  });

  it('also where a sweep has told of the one while the other was on its way, and was accepted', () => {
    const story = Story.begun({ brand: 'mercedes-benz' });
    story.now += 3 * MINUTE;
    const clearance = {
      status: 'pending',
      reason: null,
      changedAt: story.now,
      createdAt: story.now,
    } as const;
    story.tell({ type: 'observed', source: 'sweep', begun: story.now, clearance });
    expect(story.commands).toEqual(['stop-submitting']);
    // Too late: the second POST has left, behind a list that did not show the first yet.
    story.now += 1_000;
    story.tell({
      type: 'submitted',
      result: { outcome: 'accepted', status: 'pending', earlierChange: null, maySent: true },
    });
    expect(endsWithOne(story)).toBe(false);
  });

  it('also where the one is of long before our POST: the list behind which it was sent did not show it', () => {
    const story = Story.begun({ brand: 'mercedes-benz' }).accepted();
    expect(endsWithOne(story, story.now - parseDuration('40d'))).toBe(false);
  });

  it('also where the submission was told to stop between two attempts, and tells nothing', () => {
    const story = Story.begun({ brand: 'mercedes-benz' });
    const known = traceFor(story.running);
    story.now += 10 * MINUTE;
    // Any number of attempts: what they have told goes with the task that is taken back.
    const details = { stopped: true, mayPass: false, next: null, wait: null, told: null, endedAt: null };
    const trace = traceOf(new CallFailed('cancelled', details), known);
    story.defleet();
    expect(story.commands).toEqual(['stop-submitting']);
    story.tell({ type: 'submission-stopped', trace });
    expect(endsWithOne(story)).toBe(false);
  });

  it('also where the attempts of the submission ran out of time, and tell nothing', () => {
    const story = Story.begun({ brand: 'mercedes-benz' });
    const known = traceFor(story.running);
    story.now += 10 * MINUTE;
    const details = { stopped: false, mayPass: true, next: null, wait: null, told: null, endedAt: null };
    const trace = traceOf(new CallFailed('timed out', details), known);
    story.defleet();
    story.tell({ type: 'command-failed', command: 'submit', message: '', next: '', mayPass: true, trace });
    expect(story.state.sent).toEqual({ at: story.now, seen: null, isDouble: true });
  });

  it('also where a record has ended of which nobody remembers whose it is', () => {
    const story = Story.begun({ brand: 'mercedes-benz' });
    const { now } = story;
    const trace = { startedAt: now, maySent: true, seen: null, sentAt: now, isDouble: true };
    story.now += 10 * MINUTE;
    const clearance = { status: 'revoked', reason: null, changedAt: story.now, createdAt: now } as const;
    story.tell({ type: 'submitted', result: { outcome: 'found-ended', clearance, maySent: true, trace } });
    story.defleet();
    story.reads('revoked', { changedAt: story.now, createdAt: now });
    expect(story.state.ended).toBe(false);
  });

  it('also where the first step was lost with its worker, more than once', async () => {
    const provider = new ProviderDouble();
    provider.set('pending');
    const trace = lost({ startedAt: Date.now(), maySent: false, seen: null }, 2);
    const sendBy = Number.POSITIVE_INFINITY;
    const [result] = await submitTogether(provider, [{ vehicle: vehicle(vin(0)), sendBy, trace }]);
    expect(result).toMatchObject({ outcome: 'found', maySent: true, trace: { isDouble: true } });
  });

  it('also where the worker of the second was killed right after it: its first heartbeat says so', async () => {
    const provider = new ProviderDouble();
    provider.submit = async () => {
      throw unreachable();
    };
    const activities = createActivities({
      providers: { [APP_KEY]: provider },
      rulesOf: () => {
        throw new Error('not asked for');
      },
      notifier: { send: async () => undefined },
    });
    const { isDouble: _, ...once } = TWICE;
    const environment = new MockActivityEnvironment({ attempt: 1, isLocal: false });
    const beats: unknown[] = [];
    environment.on('heartbeat', (details) => beats.push(details));
    await environment.run(activities.submitClearance, vehicle(vin(0)), once).catch(() => undefined);
    // What the server has of a worker that is killed then: the SDK holds back what comes within 30 seconds of the first.
    expect(beats[0]).toMatchObject({ maySent: true, isDouble: true });
  });
});
