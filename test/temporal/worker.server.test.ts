import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Activations } from '../../src/activations/activations';
import { replayActivations } from '../../src/replay/replay';
import { type ConnectedClient, readTemporalConfig } from '../../src/temporal/connection';
import { type Simulator, startSimulator } from '../../src/trial/simulator/high-mobility/simulator';
import type { EmbeddedServer } from '../../src/trial/temporal-server/server';
import { activationId } from '../../workflows/contract/messages';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { APP } from '../support/application';
import { eventually, type RunningCommand, vin as run, serve } from '../support/command-line';
import { failedTasks } from '../support/histories';
import { workerAtFreePort } from '../support/metrics-port';
import { ownServer } from '../support/own-server';
import { patientClient } from '../support/temporal';

const CLIENT = { clientId: 'client', clientSecret: `canary-${randomUUID()}` };
const DAY = 86_400_000;
/** How long the provider takes for a submission, in milliseconds: some are under way when a worker goes. */
const SLOW = 2_000;
/** Vehicles in each of the tests in which workers go. */
const MANY = 20;

function textOf(file: string): string {
  return readFileSync(join(__dirname, '../..', file), 'utf8');
}

let serial = 0;
const newVins = (count: number): string[] =>
  Array.from({ length: count }, () => `WBA8E9G50GN${String(++serial).padStart(6, '0')}`);

/** `vin worker` as it is delivered, on a Temporal server of its own: every worker there shares its activations. */
describe('workers', () => {
  let server: EmbeddedServer;
  let temporal: ConnectedClient;
  let activations: Activations;
  let simulator: Simulator;
  const workers: RunningCommand[] = [];

  beforeAll(async () => {
    server = await ownServer({ searchAttributes: SEARCH_ATTRIBUTES });
    temporal = await patientClient(readTemporalConfig({ TEMPORAL_ADDRESS: server.address }));
    activations = new Activations(temporal.client, APP);
    simulator = await startSimulator({ ...CLIENT, seed: 1 });
  });
  afterEach(async () => {
    for (const worker of workers) worker.kill('SIGKILL');
    await Promise.all(workers.splice(0).map(({ ended }) => ended));
    simulator.clearFaults();
  });
  afterAll(async () => {
    await simulator?.close();
    await temporal?.close();
    await server?.stop();
  });

  function startWorker(environment: NodeJS.ProcessEnv = {}, args: readonly string[] = []): RunningCommand {
    const worker = serve(['worker', ...args], {
      HIGH_MOBILITY_BASE_URL: simulator.url,
      HIGH_MOBILITY_CLIENT_ID: CLIENT.clientId,
      HIGH_MOBILITY_CLIENT_SECRET: CLIENT.clientSecret,
      TEMPORAL_ADDRESS: server.address,
      // An activation looks by itself every five seconds. Nobody sweeps, which would be as often.
      VIN_SPEED: '4320',
      VIN_SWEEP_INTERVAL: 'off',
      ...environment,
    });
    workers.push(worker);
    return worker;
  }

  /** Whoever asks for work at the task queue of the activations now. */
  async function pollers(): Promise<Set<string>> {
    const { pollers: found } = await temporal.client.workflowService.describeTaskQueue({
      namespace: server.namespace,
      taskQueue: { name: applicationQueue(APP) },
      taskQueueType: 1,
    });
    return new Set(found.map(({ identity }) => identity ?? ''));
  }

  const asks = (worker: RunningCommand) =>
    eventually(pollers, (found) => [...found].some((identity) => identity.startsWith(`${worker.pid}@`)));

  const posts = () =>
    simulator.ledger.calls.filter(({ method, path }) => method === 'POST' && /vehicles$/.test(path));

  /** Starts activations at a slow provider; waits until it has some of them, and has not answered yet. */
  async function inTheMiddle(vins: readonly string[]): Promise<void> {
    simulator.setFault({ on: 'submit', kind: 'delay', milliseconds: SLOW, times: 'always' });
    for (const vin of vins) {
      simulator.script(vin, [{ status: 'approved', reason: null, after: DAY }]);
      // Then they are quiet: nobody is told, and nothing more is asked, while the next tests are on.
      simulator.scriptData(vin, { after: 0 });
    }
    await Promise.all(vins.map((vin) => activations.start({ vin, brand: 'bmw' })));
    await simulator.ledger.until(() => posts().some(({ status }) => status === null));
  }

  async function expectAllApprovedBySinglePosts(vins: readonly string[]): Promise<void> {
    await simulator.ledger.until(({ clearances }) => {
      const known = new Set(clearances.map(({ vin }) => vin));
      return vins.every((vin) => known.has(vin));
    });
    simulator.clock.advance(DAY);
    for (const vin of vins) {
      await eventually(
        () => activations.row(vin),
        ({ status }) => status === 'approved',
      );
    }
    const posted = posts()
      .flatMap((call) => call.vins)
      .filter((vin) => vins.includes(vin));
    expect(posted.sort()).toEqual([...vins].sort());
    const histories = vins.map((vin) =>
      temporal.client.workflow.getHandle(activationId(APP, vin)).fetchHistory(),
    );
    const found = await Promise.all(histories);
    expect(found.flatMap((history) => failedTasks(history))).toEqual([]);
  }

  test.each([
    ['each submission on its own', { VIN_BATCH_SIZE: '1', VIN_BATCH_WINDOW: '0s' }],
    ['submissions in batches', { VIN_BATCH_SIZE: '5', VIN_BATCH_WINDOW: '1s' }],
  ])('lose nothing when one is stopped in the middle of 20 activations, with %s', async (_case, batching) => {
    const vins = newVins(MANY);
    const worker = startWorker(batching);
    await asks(worker);
    await inTheMiddle(vins);
    worker.kill('SIGTERM');
    expect((await worker.ended).code).toBe(0);

    startWorker(batching);
    await expectAllApprovedBySinglePosts(vins);
  });

  test('lose nothing when one of two is killed in the middle of 20 activations', async () => {
    const vins = newVins(MANY);
    const batching = { VIN_BATCH_SIZE: '5', VIN_BATCH_WINDOW: '0s' };
    const [killed, other] = [startWorker(batching), startWorker(batching)];
    await asks(killed);
    await asks(other);
    await inTheMiddle(vins);
    killed.kill('SIGKILL');
    await killed.ended;
    await expectAllApprovedBySinglePosts(vins);
    // What the killed one has sent is waited for: a minute of the real clock, and more on a busy machine.
  });

  describe('of a new version', () => {
    test('are checked against every activation that is alive, without a worker', async () => {
      const running = async (type: string): Promise<number> =>
        (await temporal.client.workflow.count(`WorkflowType = '${type}' AND ExecutionStatus = 'Running'`))
          .count;
      // Lists of Temporal lag behind a little.
      const { answer, alive } = await eventually(
        async () => ({
          answer: await run(['replay', '-o', 'json'], { TEMPORAL_ADDRESS: server.address }),
          // And the workflows that deliver their notices.
          alive: (await running('activation')) + (await running('notices')),
        }),
        (seen) => JSON.parse(seen.answer.stdout).replayed === seen.alive,
      );
      expect(alive).toBeGreaterThanOrEqual(3 * MANY);
      expect(JSON.parse(answer.stdout)).toEqual({ version: 1, replayed: alive, failed: [] });
      expect(answer.code).toBe(0);
    });

    test('are told which activations they could not take over', async () => {
      const code = textOf('lib/workflow-bundle.js');
      const edited = code.replaceAll("'beginActivation'", "'openActivation'");
      expect(edited).not.toBe(code);
      const { replayed, failed } = await replayActivations(temporal.client, { code: edited }, { limit: 3 });
      expect(replayed).toBe(3);
      expect(failed.map(({ problem }) => problem)).toEqual(
        Array(3).fill(expect.stringContaining('TMPRL1100')),
      );
    });
  });

  test('log JSON lines to stderr and nothing else, and not that a submission waits in its task', async () => {
    const [vin = ''] = newVins(1);
    // Longer than the five seconds after which the SDK warns.
    simulator.setFault({ on: 'submit', kind: 'delay', milliseconds: 6_000, vin });
    const worker = startWorker();
    await activations.start({ vin, brand: 'bmw' });
    await eventually(
      () => activations.row(vin),
      ({ status }) => status === 'pending',
    );
    worker.kill('SIGTERM');
    const { stdout, stderr } = await worker.ended;
    const lines = stderr.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toContain('worker ready');
    expect(stderr).not.toMatch(/duration exceeded|not polling/);
    expect(stdout).toBe('');
  });

  describe('with a port for metrics', () => {
    const scrape = async (port: number) => {
      const reply = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => null);
      return (await reply?.text()) ?? '';
    };

    test('serve what Temporal counts and what we count, and name no vehicle', async () => {
      const [waiting = '', failing = ''] = newVins(2);
      startWorker();
      await activations.start({ vin: waiting, brand: 'bmw' });
      await eventually(
        () => activations.row(waiting),
        ({ status }) => status === 'pending',
      );
      const first = workers.splice(0)[0] as RunningCommand;
      first.kill('SIGTERM');
      await first.ended;
      const port = await workerAtFreePort((free) => startWorker({ VIN_WORKER_METRICS_PORT: String(free) }));
      const begun = posts().length;
      simulator.setFault({ on: 'submit', kind: 'status', status: 503, vin: failing });
      await activations.start({ vin: failing, brand: 'bmw' });
      await eventually(
        () => activations.row(failing),
        ({ status }) => status === 'pending',
      );

      expect((await run(['sweep'], { TEMPORAL_ADDRESS: server.address })).code).toBe(0);
      const metrics = textOf('docs/deploying.md')
        .match(/`vin_(?!gateway|parkings)\w+/g)
        ?.map((name) => name.slice(1));
      expect(metrics).toHaveLength(14);

      const counts = (metric: string) => new RegExp(`^${metric}(_bucket)?[{ ]`, 'm');
      const listed = async (status: string) => {
        const { length } = await activations.list({ status });
        return `vin_activations{application="default",provider="high-mobility",status="${status}"} ${length}\n`;
      };
      // The list that it counts by lags, and has vehicles of other tests.
      const { text, inAll } = await eventually(
        async () => ({
          text: await scrape(port),
          inAll: [await listed('pending'), await listed('approved')],
        }),
        (seen) =>
          seen.inAll.every((line) => seen.text.includes(line)) &&
          (metrics ?? []).every((metric) => counts(metric).test(seen.text)),
        // It counts once a minute.
        480_000,
      );
      expect(inAll[0]).not.toMatch(/ 0\n$/);
      // There is no parking here.
      expect(text).not.toMatch(/^vin_parkings/m);
      for (const metric of metrics ?? []) expect(text).toMatch(counts(metric));
      expect(text).toContain('vin_activations_counted_timestamp_seconds{');
      expect(text).toMatch(
        /^vin_activations\{application="default",provider="high-mobility",status="revoked"\} 0$/m,
      );
      // Of some the data has not come yet: their drivers have the turn.
      expect(text).toMatch(
        /^vin_activations_need_attention\{application="default",provider="high-mobility"\} \d+$/m,
      );
      expect(
        Number(/^vin_activations_oldest_pending_age_seconds\{.*\} (.*)$/m.exec(text)?.[1]),
      ).toBeGreaterThan(0);
      expect(text).toMatch(
        new RegExp(
          `^vin_provider_call_seconds_count\\{application="default",endpoint="submit",provider="high-mobility"\\} ${posts().length - begun}$`,
          'm',
        ),
      );
      expect(text).toMatch(
        /^vin_provider_errors_total\{application="default",code="PROVIDER_UNAVAILABLE",endpoint="submit",provider="high-mobility"\} 1$/m,
      );
      expect(text).toMatch(/^temporal_workflow_task_execution_latency_seconds_count\{/m);
      for (const { vin } of simulator.ledger.clearances) expect(text).not.toContain(vin);
      expect(text).not.toContain(CLIENT.clientSecret);
    });

    test('say which port they could not take, and end', async () => {
      const taker = createServer();
      await new Promise<void>((listening) => taker.listen(0, '127.0.0.1', listening));
      const { port } = taker.address() as AddressInfo;
      const { code, stderr } = await startWorker({}, ['--metrics-port', String(port)]).ended;
      taker.close();
      expect(code).toBe(1);
      expect(stderr).toContain(
        `error PORT_NOT_USABLE: The worker's metrics cannot be served on 127.0.0.1:${port}`,
      );
    });
  });
});
