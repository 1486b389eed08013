import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { Activations } from '../src/activations/activations';
import type { ActivationReport } from '../src/activations/reports';
import { Defleetings } from '../src/defleetings/defleetings';
import { type ConnectedClient, readTemporalConfig } from '../src/temporal/connection';
import { wholeReport } from './support/activations';
import { APP } from './support/application';
import { answered, eventually, type RunningCommand, serve, vin, vinTaken } from './support/command-line';
import { endSchedules } from './support/schedules';
import { patientClient } from './support/temporal';
import { ownNamespace } from './sweep/namespace';

const SECRETS = {
  HIGH_MOBILITY_CLIENT_ID: 'canary-client',
  HIGH_MOBILITY_CLIENT_SECRET: `canary-secret-${randomUUID()}`,
  HIGH_MOBILITY_WEBHOOK_SECRET: `canary-webhook-${randomUUID()}`,
};
/** A simulated day takes two seconds. */
const SPEED = 43_200;

const BMW = 'WBA8E9G50GNT90001';
const MERCEDES = 'WDD2050091R090002';
const FORD = 'WF0AXXWPMAHA90003';
const VW = 'WVWZZZ1KZAW090004';
const AUDI = 'WAUZZZ8V5KA090005';

const LIST = `vin,brand,fleet,tag:vw-group-customer-name,expect
${BMW},bmw,acme,,pending
${MERCEDES},mercedes-benz,acme,,canceled
${FORD},ford,acme,,pending: consent assignment missing
${VW},volkswagen,acme,ACME Leasing,rejected after 6d: privacy mode is enabled
${AUDI},audi,acme,,invalid
TOOSHORT,bmw,acme,,invalid
${BMW},bmw,acme,,duplicate
`;

describe('from a fleet list to approved clearances, through the command line, the gateway and the simulator', () => {
  const list = join(mkdtempSync(join(tmpdir(), 'vin-e2e-')), 'fleet.csv');
  let environment: NodeJS.ProcessEnv;
  let simulator: RunningCommand;
  let gateway: RunningCommand;
  let worker: RunningCommand;
  let simulatorUrl: string;
  let connected: ConnectedClient;
  let activations: Activations;
  let defleetings: Defleetings;

  beforeAll(async () => {
    writeFileSync(list, LIST);
    const { address, namespace } = await ownNamespace('end-to-end');
    environment = {
      ...SECRETS,
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      VIN_SPEED: String(SPEED),
    };
    connected = await patientClient(readTemporalConfig(environment));
    activations = new Activations(connected.client, APP);
    defleetings = new Defleetings(connected.client);
    gateway = serve(['gateway', '--port', '0', '-o', 'json'], environment);
    const { url } = await gateway.ready;
    const webhook = ['--webhook-url', `${url}/webhooks/high-mobility/default`];
    simulator = serve(
      ['simulator', '--speed', String(SPEED), '--script', list, ...webhook, '-o', 'json'],
      environment,
    );
    simulatorUrl = (await simulator.ready).url;
    environment = { ...environment, HIGH_MOBILITY_BASE_URL: simulatorUrl };
    worker = serve(['worker'], environment);
    // Days are short here: whoever looks must be there before they begin.
    await worker.logged('worker ready');
  });

  afterAll(async () => {
    for (const part of [worker, gateway, simulator]) {
      part?.kill('SIGTERM');
      await part?.ended;
    }
    await endSchedules(environment['TEMPORAL_ADDRESS'] ?? '', environment['TEMPORAL_NAMESPACE'] ?? '');
    await connected?.close();
  });

  const report = (of: string): Promise<ActivationReport> => wholeReport(activations, of);

  it('imports the good rows, reports the bad ones, and says so with its exit code', async () => {
    const answer = await vin(['import', list, '-o', 'json'], environment);
    expect(answer.code).toBe(5);
    expect(JSON.parse(answer.stdout)).toMatchObject({ started: 4, alreadyActive: 0, failed: 3 });
    expect(answer.stderr).toMatch(/line 6: .*vw-group-customer-name/);
    expect(answer.stderr).toMatch(/line 7: .*has 8 characters instead of 17/);
    expect(answer.stderr).toMatch(/line 8: .*already on line 2/);
  });

  it('starts nothing twice when the list is imported again', async () => {
    const answer = await vin(['import', list, '-o', 'json'], environment);
    expect(JSON.parse(answer.stdout)).toMatchObject({ started: 0, alreadyActive: 4, failed: 3 });
  });

  it('loses nothing when the worker is killed in the middle and started again', async () => {
    await eventually(
      () => report(BMW),
      ({ status }) => status === 'pending',
    );
    await eventually(
      () => report(FORD),
      ({ reason }) => reason === 'consent assignment missing',
    );
    worker.kill('SIGKILL');
    await worker.ended;
    // The provider goes on meanwhile, and its webhooks are taken without a worker.
    for (const each of [BMW, FORD])
      await atProvider('POST', `vehicles/${each}/status`, { status: 'approved' });
    await eventually(ledger, ({ deliveries }) =>
      [BMW, FORD].every((of) =>
        deliveries.some(
          ({ vin, action, outcome }) => vin === of && action === 'approved' && outcome === 'delivered',
        ),
      ),
    );
    worker = serve(['worker'], environment);
    for (const each of [BMW, FORD]) {
      const { history } = await eventually(
        () => report(each),
        ({ status }) => status === 'approved',
      );
      expect(history.map(({ source, status }) => `${source} ${status}`)).toContain('webhook approved');
    }
  });

  it('defleets: revokes the approved, cancels the pending as soon as it is old enough', async () => {
    const answers = await Promise.all(
      [BMW, MERCEDES].map((of) => vinTaken(['defleet', of, '--reason', 'sold', '-o', 'json'], environment)),
    );
    expect(answers.map(({ code }) => code)).toEqual([0, 0]);
    await eventually(
      () => report(BMW),
      ({ execution }) => execution !== 'RUNNING',
    );
    await eventually(
      () => report(MERCEDES),
      ({ execution }) => execution !== 'RUNNING',
    );
    expect((await report(BMW)).status).toBe('revoked');
    expect((await report(MERCEDES)).status).toBe('canceled');

    const again = await vin(['defleet', BMW, '-o', 'json'], environment);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ status: 'revoked', outcome: 'ended' });
  });

  it('answers `vin status -o json` with the documented keys', async () => {
    await eventually(
      () => report(VW),
      ({ settled }) => settled,
    );
    const answer = await eventually(
      () => vin(['status', VW, '-o', 'json'], environment),
      ({ stdout }) => stdout !== '' && JSON.parse(stdout).complete,
    );
    expect(answer.code).toBe(0);
    expect(JSON.parse(answer.stdout)).toMatchObject({
      vin: VW,
      provider: 'high-mobility',
      brand: 'volkswagen',
      status: 'rejected',
      reason: 'privacy mode is enabled',
      settled: true,
      owner: 'driver',
      history: expect.arrayContaining([
        expect.objectContaining({ source: 'submit', status: 'pending', at: expect.any(String) }),
      ]),
    });
  });

  it('lists by status', async () => {
    const filters = ['--status', 'approved', '--fleet', 'acme'];
    const listed = await eventually(
      async () => {
        const { stdout } = await vin(['list', ...filters, '-o', 'json'], environment);
        return (JSON.parse(stdout).rows as { vin: string }[]).map((row) => row.vin);
      },
      (vins) => vins.includes(FORD),
    );
    expect(listed).not.toContain(VW);
  });

  it('onboards a vehicle again after it has left, as a new life', async () => {
    // While its defleeting looks once more whether anything is open, a new life would be ended, too.
    await eventually(
      () => defleetings.row(BMW),
      ({ step }) => step === 'ended',
    );
    await atProvider('PUT', `vehicles/${BMW}`, { expect: 'approved after 2d' });
    const answer = await vin(['activate', BMW, '--brand', 'BMW', '-o', 'json'], environment);
    expect(JSON.parse(answer.stdout)).toMatchObject({ vin: BMW, brand: 'bmw', outcome: 'started' });
    await eventually(
      () => report(BMW),
      ({ status }) => status === 'approved',
    );
  });

  it('has made one clearance for each life, and ended each that was withdrawn by one DELETE', async () => {
    const { calls } = await answered(ledger);
    const posts = calls.filter(({ method, path }) => method === 'POST' && path === '/v1/fleets/vehicles');
    const posted = posts.flatMap(({ vins }) => vins);
    expect(posted.filter((of) => of === FORD)).toHaveLength(1);
    expect(posted.filter((of) => of === BMW)).toHaveLength(2);
    expect(posted).toHaveLength(5);
    // One whose reply comes too late on a busy machine is asked for again, and told that it is under way.
    const deleted = calls.filter(
      ({ method, status }) => method === 'DELETE' && status !== null && status < 300,
    );
    expect(deleted.flatMap(({ vins }) => vins).sort()).toEqual([BMW, MERCEDES].sort());
  });

  it('writes no secret into a history or a message', async () => {
    const secrets = [SECRETS.HIGH_MOBILITY_CLIENT_SECRET, SECRETS.HIGH_MOBILITY_WEBHOOK_SECRET];
    const histories = await Promise.all(
      [BMW, MERCEDES, FORD, VW].map(async (of) => {
        const handle = connected.client.workflow.getHandle(`activation:high-mobility:default:${of}`);
        return textOf(await handle.fetchHistory());
      }),
    );
    worker.kill('SIGTERM');
    const { stdout, stderr, code } = await worker.ended;
    expect(code).toBe(0);
    expect(histories.join()).toContain(FORD);
    for (const secret of secrets) expect(histories.join() + stdout + stderr).not.toContain(secret);
  });

  /** Every text in a history, also inside of payloads. */
  function textOf(value: unknown): string {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
    if (value !== null && typeof value === 'object') return Object.values(value).map(textOf).join('\n');
    return String(value);
  }

  interface Ledger {
    readonly calls: { method: string; path: string; vins: string[]; status: number | null }[];
    readonly deliveries: { vin: string | null; action: string | null; outcome: string }[];
  }
  async function ledger(): Promise<Ledger> {
    const reply = await request(`${simulatorUrl}/_simulator/ledger`);
    return (await reply.body.json()) as Ledger;
  }
  /** What happens at the provider when the test says so, and not while nobody has looked yet. */
  async function atProvider(method: 'POST' | 'PUT', lever: string, body: object): Promise<void> {
    const headers = { 'Content-Type': 'application/json' };
    const reply = await request(`${simulatorUrl}/_simulator/${lever}`, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    expect([lever, reply.statusCode, await reply.body.text()]).toEqual([lever, 204, '']);
  }
});
