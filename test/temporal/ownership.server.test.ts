import type { Application } from '../../src/domain/application';
import type { ConnectedClient, TemporalConfig } from '../../src/temporal/connection';
import { claimApplication, identityOf, requireApplication } from '../../src/temporal/ownership';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { APP } from '../support/application';
import { vin as command, eventually, type RunningCommand, serve } from '../support/command-line';
import { patientClient } from '../support/temporal';
import { ownNamespace } from '../sweep/namespace';

const PRODUCTION = 'https://api.high-mobility.com/v1';
const [OURS, THEIRS, THIRD] = ['ours', 'theirs', 'third'].map((clientId) =>
  identityOf({ baseUrl: PRODUCTION, clientId }),
) as [Identity, Identity, Identity];
type Identity = ReturnType<typeof identityOf>;

describe('a namespace', () => {
  let connected: ConnectedClient;
  let other: ConnectedClient;
  /** Each test has a name in it for itself. */
  let app: Application;
  let names = 0;

  beforeAll(async () => {
    const config = await ownNamespace('application');
    connected = await patientClient(config);
    other = await patientClient(config);
  });
  beforeEach(() => {
    names += 1;
    app = { ...APP, application: `name-${names}` };
  });
  afterAll(async () => {
    await other?.close();
    await connected?.close();
  });

  const outcome = (claim: Promise<void>): Promise<string> =>
    claim.then(
      () => 'claimed',
      (error: { code?: string; message: string }) => error.code ?? error.message,
    );

  it('belongs to the application that claims it first, again and again, and to no other', async () => {
    const { client } = connected;
    await requireApplication(client, app, THEIRS);
    await claimApplication(client, app, OURS);
    await claimApplication(client, app, OURS);
    await requireApplication(client, app, OURS);
    await expect(claimApplication(client, app, THEIRS)).rejects.toMatchObject({
      code: 'APPLICATION_MISMATCH',
      message: expect.stringMatching(
        new RegExp(
          `${OURS.fingerprint} at https://api.high-mobility.com, .*ours is ${THEIRS.fingerprint} at`,
        ),
      ),
      next: expect.stringContaining('vin worker --adopt-application'),
    });
    expect(await outcome(requireApplication(client, app, THEIRS))).toBe('APPLICATION_MISMATCH');
  });

  it('is adopted on purpose, and then the former one is refused', async () => {
    const { client } = connected;
    await claimApplication(client, app, OURS);
    await claimApplication(client, app, THEIRS, { adopt: true });
    await claimApplication(client, app, THEIRS);
    expect(await outcome(claimApplication(client, app, OURS))).toBe('APPLICATION_MISMATCH');
  });

  it('goes to exactly one of two applications that claim it at the same time', async () => {
    const outcomes = await Promise.all([
      outcome(claimApplication(connected.client, app, OURS)),
      outcome(claimApplication(other.client, app, THEIRS)),
    ]);
    expect(outcomes.sort()).toEqual(['APPLICATION_MISMATCH', 'claimed']);
  });

  it('goes to all workers of one application that claim it at the same time, and to no other', async () => {
    const claims = [OURS, OURS, OURS, THEIRS, THIRD].map((application, index) =>
      outcome(claimApplication((index % 2 ? connected : other).client, app, application)),
    );
    const outcomes = await Promise.all(claims);
    const winners = outcomes.filter((one) => one === 'claimed').length;
    expect([1, 3]).toContain(winners);
    expect(new Set(outcomes)).toEqual(new Set(['claimed', 'APPLICATION_MISMATCH']));
  });

  it('is said to be whose it is, without the client id, where people look', async () => {
    const { client } = connected;
    await claimApplication(client, app, OURS);
    const { memo, state, info } = await client.schedule
      .getHandle(`application:high-mobility:${app.application}`)
      .describe();
    expect(state).toMatchObject({ paused: true, note: expect.stringContaining(OURS.fingerprint) });
    expect(info.nextActionTimes).toEqual([]);
    expect(memo).toMatchObject({ origin: 'https://api.high-mobility.com' });
  });

  describe('of another application', () => {
    const workers: RunningCommand[] = [];
    let config: TemporalConfig;
    let own: ConnectedClient;

    beforeEach(async () => {
      config = await ownNamespace('workers');
      own = await patientClient(config);
    });
    const environment = (clientId: string) => ({
      TEMPORAL_ADDRESS: config.address,
      TEMPORAL_NAMESPACE: config.namespace,
      HIGH_MOBILITY_BASE_URL: 'http://127.0.0.1:9',
      HIGH_MOBILITY_CLIENT_ID: clientId,
      HIGH_MOBILITY_CLIENT_SECRET: 'a-secret-for-tests',
      VIN_SWEEP_INTERVAL: 'off',
    });
    const worker = (clientId: string, ...args: string[]): RunningCommand => {
      const running = serve(['worker', ...args], environment(clientId));
      workers.push(running);
      return running;
    };
    const pollers = async (): Promise<string[]> => {
      const { pollers: found } = await own.client.workflowService.describeTaskQueue({
        namespace: config.namespace,
        taskQueue: { name: applicationQueue(APP) },
        taskQueueType: 1,
      });
      return found.map(({ identity }) => identity ?? '');
    };
    const polls = (one: RunningCommand): Promise<unknown> =>
      eventually(pollers, (found) => found.some((identity) => identity.startsWith(`${one.pid}@`)));

    afterEach(async () => {
      for (const one of workers) one.kill('SIGKILL');
      await Promise.all(workers.splice(0).map(({ ended }) => ended));
      await own?.close();
    });

    it('lets no worker start: it says whose the namespace is, and polls nothing', async () => {
      await polls(worker('client-a'));
      const refused = worker('client-b');
      const { code, stderr } = await refused.ended;
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^error APPLICATION_MISMATCH: "high-mobility:default" in the namespace .* at http:\/\/127\.0\.0\.1, since/m,
      );
      expect(stderr).toMatch(/^ {2}next: .*--adopt-application/m);
      expect(stderr).not.toContain('client-b');
      expect((await pollers()).some((identity) => identity.startsWith(`${refused.pid}@`))).toBe(false);
      await polls(worker('client-a'));
    });

    it('goes over to a worker that adopts it', async () => {
      const old = worker('client-a');
      await polls(old);
      old.kill('SIGTERM');
      await old.ended;
      await polls(worker('client-b', '--adopt-application'));
      expect((await command(['worker'], environment('client-a'))).stderr).toContain('APPLICATION_MISMATCH');
    });

    it('goes to one of two workers that start at the same time', async () => {
      const two = [worker('client-a'), worker('client-b')] as const;
      const first = await Promise.race(two.map(async (one) => ({ one, answer: await one.ended })));
      expect(first.answer.code).toBe(1);
      expect(first.answer.stderr).toContain('APPLICATION_MISMATCH');
      await polls(two[0] === first.one ? two[1] : two[0]);
    });
  });
});
