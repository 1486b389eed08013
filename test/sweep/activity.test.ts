import type { ServerResponse } from 'node:http';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createSweepActivities } from '../../activities/sweep';
import { APP, APP_KEY } from '../support/application';
import { closeAll, LIST, row, stage, vin } from './support';

const INPUT = { ...APP, full: false };

afterEach(closeAll);

/** Failures are provoked here on purpose: they are not logged. */
const quiet = (): MockActivityEnvironment =>
  new MockActivityEnvironment(undefined, { logger: new DefaultLogger('ERROR') });

async function activity() {
  const parts = await stage();
  const { sweepClearances } = createSweepActivities({ [APP_KEY]: parts.sweeper });
  const environment = quiet();
  const beats: { phase: string }[] = [];
  environment.on('heartbeat', (details) => beats.push(details));
  return { ...parts, environment, beats, run: () => environment.run(sweepClearances, INPUT) };
}

test('it gives the summary, and says in its heartbeats what it does', async () => {
  const { answer, believers, beats, run } = await activity();
  believers.believe(vin(1), 'pending');
  answer([row(vin(1), 'approved')]);
  expect(await run()).toMatchObject({ rows: 1, signals: 1 });
  expect(beats.map(({ phase }) => phase)).toEqual(['waiting', 'comparing']);
});

test('what its workflow says of its beginning goes to the activations', async () => {
  const { answer, believers, environment, sweeper } = await activity();
  const { sweepClearances } = createSweepActivities({ [APP_KEY]: sweeper });
  believers.believe(vin(1), 'pending');
  answer([row(vin(1), 'approved')]);
  await environment.run(sweepClearances, { ...INPUT, begun: 42 });
  expect([...believers.begun]).toEqual([42]);
});

test('cancelled while the list arrives, it ends as cancelled, and nobody is told anything', async () => {
  const { answer, believers, environment, run, server } = await activity();
  believers.believe(vin(1), 'pending');
  const raw = (response: ServerResponse): void => {
    response.writeHead(200);
    response.write(`[${JSON.stringify(row(vin(1), 'approved'))},`, () => environment.cancel());
  };
  answer({ raw });
  await expect(run()).rejects.toThrow(CancelledFailure);
  expect(server.to(LIST)).toHaveLength(1);
  expect(believers.take()).toEqual([]);
});

test('an error of the provider becomes one of Temporal, which obeys the wait that was asked for', async () => {
  const { answer, run } = await activity();
  answer({ status: 429, headers: { 'retry-after': '7' }, body: {} });
  const error = (await run().catch((failure: unknown) => failure)) as ApplicationFailure;
  expect(error).toBeInstanceOf(ApplicationFailure);
  expect(error).toMatchObject({ type: 'PROVIDER_RATE_LIMITED', nonRetryable: false });
  expect(error.nextRetryDelay).toBeGreaterThanOrEqual(7_000);
});

test('a provider that this worker does not have is an error that no retry mends', async () => {
  const { sweepClearances } = createSweepActivities({});
  const run = quiet().run(sweepClearances, INPUT);
  await expect(run).rejects.toMatchObject({ type: 'APPLICATION_UNKNOWN', nonRetryable: true });
});
