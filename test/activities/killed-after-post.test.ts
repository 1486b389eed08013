import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities } from '../../activities';
import type { SubmissionTrace } from '../../workflows/lifecycle/submission-trace';
import { APP_KEY } from '../support/application';
import { ProviderDouble, unreachable } from '../support/provider-double';
import { vehicle, vin } from './support';

const MINUTE = 60_000;

/**
 * kill -9 of a worker right after its POST: of its heartbeats the server has only the first (the SDK holds back what comes within 30
 * seconds of it), and no failure. The list lags behind for some seconds.
 */
function attemptAfterKill(first: SubmissionTrace, provider: ProviderDouble) {
  const activities = createActivities({
    providers: { [APP_KEY]: provider },
    rulesOf: () => {
      throw new Error('not asked for');
    },
    notifier: { send: async () => undefined },
  });
  const run = (info: object) => {
    const environment = new MockActivityEnvironment(info);
    const beats: unknown[] = [];
    environment.on('heartbeat', (details) => beats.push(details));
    const result = environment.run(activities.submitClearance, vehicle(vin(0)), first);
    return { result, beats };
  };
  return run;
}

it.each([
  ['first', { startedAt: Date.now(), maySent: false, seen: null, sentAt: null, settles: 2 * MINUTE }],
  [
    'second, long after the first lost its reply',
    {
      startedAt: Date.now() - 10 * MINUTE,
      maySent: true,
      seen: { any: false, newest: null },
      sentAt: Date.now() - 5 * MINUTE,
      settles: 2 * MINUTE,
    },
  ],
] as const)(
  'a POST whose worker was killed right after it (the %s) is not sent again while the list may lag',
  async (_, trace) => {
    const provider = new ProviderDouble();
    provider.submit = async () => {
      provider.calls.push({ method: 'submit', vin: '' });
      throw unreachable();
    };
    const run = attemptAfterKill(trace, provider);
    const killed = run({ attempt: 1, isLocal: false });
    await killed.result.catch(() => undefined);
    // What the server has of it.
    const heartbeatDetails = killed.beats[0];
    await run({ attempt: 2, isLocal: false, heartbeatDetails }).result.catch(() => undefined);
    expect(provider.count('submit')).toBe(1);
  },
);
