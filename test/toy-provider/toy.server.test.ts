import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { type Simulator, startSimulator } from '../../src/trial/simulator/high-mobility/simulator';
import { answered, eventually, partsForAllTests, vin, vinTaken } from '../support/command-line';
import { workerAtFreePort } from '../support/metrics-port';
import { ownNamespace } from '../sweep/namespace';
import { type NutshellServer, SETTINGS, startNutshell } from './server';

const COMMAND = join(__dirname, 'vin.cjs');
/** A simulated day takes two seconds. */
const SPEED = 43_200;
const TOY = 'nutshell:default';
const [DEFAULT, ACME] = ['high-mobility:default', 'high-mobility:acme'];
/** By the command line, by the API and by a list; the last one is nobody's. */
const [CAR, BY_API, LISTED, STRAY] = ['NUT1', 'NUT2', 'NUT3', 'NUT4'].map((id) => `${id}00000000ABCD`) as [
  string,
  string,
  string,
  string,
];
const VIN = 'WBA8E9G50GNT75001';

interface Row {
  readonly vin: string;
  readonly provider: string;
}

/** One worker and one gateway for a provider that differs in every trait, beside two applications of another one. */
describe('a provider of one folder', () => {
  const startPart = partsForAllTests(COMMAND);
  let environment: NodeJS.ProcessEnv;
  let nutshell: NutshellServer;
  let simulators: Simulator[];
  let gatewayUrl: string;
  let metricsUrl: string;
  let token: string;

  const run = (...args: string[]) => vin([...args, '-o', 'json'], environment, COMMAND);
  const at = (app: string, ...args: string[]) => run(...args, '--application', app);
  const call = async (method: 'GET' | 'POST', path: string, body?: object) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await eventually(
      () => request(`${gatewayUrl}${path}`, { method, headers, body: body ? JSON.stringify(body) : null }),
      // Temporal has not answered in time.
      ({ statusCode }) => statusCode !== 503,
    );
    return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
  };
  /** As the API tells it: commands cost a process each. */
  const until = (
    of: string,
    status: string,
    wanted: (seen: Record<string, unknown>) => boolean = () => true,
  ) =>
    eventually(
      async () => (await call('GET', `/v1/activations/${of}?wait=${status}&timeout=10s`)).body,
      (seen) => seen['status'] === status && wanted(seen),
    );

  beforeAll(async () => {
    nutshell = await startNutshell();
    simulators = await Promise.all(
      ['own', 'acme'].map((name) =>
        startSimulator({ clientId: `${name}-client`, clientSecret: `${name}-secret`, speed: SPEED }),
      ),
    );
    const { address, namespace } = await ownNamespace('toy');
    environment = {
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      VIN_APPLICATION: TOY,
      VIN_APPLICATIONS: `${TOY},${DEFAULT},${ACME}`,
      VIN_SPEED: String(SPEED),
      VIN_API_TOKENS: join(mkdtempSync(join(tmpdir(), 'vin-toy-')), 'tokens.json'),
      ...SETTINGS,
      NUTSHELL_BASE_URL: nutshell.url,
      HIGH_MOBILITY_CLIENT_ID: 'own-client',
      HIGH_MOBILITY_CLIENT_SECRET: 'own-secret',
      HIGH_MOBILITY_WEBHOOK_SECRET: 'own-webhook-secret',
      HIGH_MOBILITY_BASE_URL: simulators[0]?.url,
      HIGH_MOBILITY_ACME_CLIENT_ID: 'acme-client',
      HIGH_MOBILITY_ACME_CLIENT_SECRET: 'acme-secret',
      HIGH_MOBILITY_ACME_WEBHOOK_SECRET: 'acme-webhook-secret',
      HIGH_MOBILITY_ACME_BASE_URL: simulators[1]?.url,
    };
    token = JSON.parse((await run('token', 'create', '--role', 'operate', '--fleet', '*')).stdout).token;
    const port = await workerAtFreePort((free) =>
      startPart(['worker'], { ...environment, VIN_WORKER_METRICS_PORT: String(free) }),
    );
    metricsUrl = `http://127.0.0.1:${port}/metrics`;
    gatewayUrl = (await startPart(['gateway', '--port', '0', '-o', 'json'], environment).ready).url;
  });

  afterAll(async () => {
    await Promise.all([nutshell.close(), ...simulators.map((simulator) => simulator.close())]);
  });

  it('has its vehicles activated by a command, by the API and by a list, beside those of another provider', async () => {
    const list = join(mkdtempSync(join(tmpdir(), 'vin-toy-')), 'fleet.csv');
    writeFileSync(list, `vin,brand,fleet\n${LISTED},Tin Motors,acme\n${VIN},tin,acme\n`);
    const [started, imported, ...others] = await Promise.all([
      run('activate', CAR, '--brand', 'Tin'),
      run('import', list),
      at(DEFAULT, 'activate', VIN, '--brand', 'bmw'),
      at(ACME, 'activate', VIN, '--brand', 'bmw'),
    ]);
    expect(started).toMatchObject({ code: 0 });
    expect(others.map(({ code }) => code)).toEqual([0, 0]);
    // What names a vehicle elsewhere names none there.
    expect(imported).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('17 characters instead of 16'),
    });
    const { started: begun, alreadyActive, failed } = JSON.parse(imported.stdout);
    expect([begun + alreadyActive, failed]).toEqual([1, 1]);
    expect((await at(DEFAULT, 'activate', CAR, '--brand', 'bmw')).stderr).toContain(
      '16 characters instead of 17',
    );
    const asked = await call('POST', '/v1/activations', { vin: BY_API, brand: 'tin' });
    // Where a busy server took it and did not answer in time, it was asked again.
    const outcome = expect.stringMatching(/^(started|already-active)$/);
    expect(asked).toMatchObject({ status: 202, body: { outcome } });
    expect(await call('POST', '/v1/activations', { vin: VIN, brand: 'tin' })).toMatchObject({ status: 422 });
  });

  it('has them enabled when they are ready, without a webhook, and is not asked for data', async () => {
    const isQuiet = ({ complete, step }: Record<string, unknown>) => complete === true && step === 'quiet';
    await Promise.all([
      until(CAR, 'approved', isQuiet),
      ...[BY_API, LISTED].map((one) => until(one, 'approved')),
    ]);
    const seen = await eventually(
      async () => JSON.parse((await run('status', CAR)).stdout),
      ({ complete, step }) => complete && step === 'quiet',
    );
    expect(seen).toMatchObject({ workflowId: `activation:${TOY}:${CAR}`, step: 'quiet', brand: 'tin' });
    const words = seen.history.map(({ reason, note }: Record<string, string>) => note ?? reason);
    expect(words).toEqual(expect.arrayContaining(['Ready', 'enabled']));
    expect(nutshell.calls.filter((one) => one === 'POST /cars/enable').length).toBeGreaterThanOrEqual(3);
    const read = await call('GET', `/v1/activations/${BY_API}`);
    expect(read).toMatchObject({
      status: 200,
      body: { vin: BY_API, provider: 'nutshell', status: 'approved' },
    });
    expect((await call('POST', '/webhooks/nutshell/default', {})).status).toBe(404);
  });

  it('is listed with the others, by itself, and for its token only by itself', async () => {
    const listed = (ask: () => Promise<Row[]>, count: number): Promise<Row[]> =>
      eventually(ask, ({ length }) => length >= count);
    const rows = await listed(async () => JSON.parse((await run('list')).stdout).rows, 5);
    expect(rows.filter(({ provider }) => provider === 'high-mobility').map((row) => row.vin)).toEqual([
      VIN,
      VIN,
    ]);
    const own = await listed(async () => JSON.parse((await at(TOY, 'list')).stdout).rows, 3);
    expect(own.map((row) => row.vin).sort()).toEqual([CAR, BY_API, LISTED]);
    const page = await listed(
      async () => (await call('GET', '/v1/activations')).body['activations'] as Row[],
      3,
    );
    expect(page.map((row) => row.vin).sort()).toEqual([CAR, BY_API, LISTED]);
  });

  it('is swept: what drifts apart there is told, reported and shown to a person', async () => {
    nutshell.set(STRAY, 'On');
    nutshell.set(LISTED, 'Off');
    const parked = await until(LISTED, 'pending', ({ step }) => step === 'parked');
    expect(parked).toMatchObject({ reason: 'Off', owner: 'fleet-manager' });
    const [swept, drifted, retried] = await Promise.all([
      run('sweep', '--full'),
      run('drift'),
      vinTaken(['retry', LISTED, '-o', 'json'], environment, COMMAND),
    ]);
    expect(JSON.parse(swept.stdout)).toMatchObject({ provider: 'nutshell', application: 'default', rows: 4 });
    const { drift } = JSON.parse(drifted.stdout);
    expect(drift.unmanaged.first).toEqual([{ vin: STRAY, brand: 'tin', theirs: 'approved' }]);
    expect(retried.code).toBe(0);
    await until(LISTED, 'approved');
  });

  it('is told apart in the figures of the worker', async () => {
    const text = await answered(async () => (await request(metricsUrl)).body.text());
    const counted = (provider: string, endpoint: string): RegExp =>
      new RegExp(
        `^vin_provider_call_seconds_count\\{(?=[^}]*provider="${provider}")(?=[^}]*endpoint="${endpoint}")`,
        'm',
      );
    expect(text).toMatch(counted('nutshell', 'enable'));
    expect(text).toMatch(counted('high-mobility', 'submit'));
    expect(text).not.toMatch(counted('high-mobility', 'enable'));
    expect(text).not.toMatch(counted('nutshell', 'data'));
  });

  it('lets go at once, and the others keep what they have', async () => {
    const [left, asked] = await Promise.all([
      vinTaken(['defleet', CAR, '--reason', 'sold', '-o', 'json'], environment, COMMAND),
      call('POST', `/v1/activations/${BY_API}/defleet`, { reason: 'sold' }),
    ]);
    expect([left.code, asked.status]).toEqual([0, expect.any(Number)]);
    for (const one of [CAR, BY_API]) {
      const seen = await until(one, 'absent', ({ step, active }) => step === 'ended' && active === false);
      expect(seen).toMatchObject({ defleet: { reason: 'sold' } });
      expect(nutshell.cars.has(one)).toBe(false);
    }
    expect(nutshell.cars.has(LISTED)).toBe(true);
    const others = await Promise.all([DEFAULT, ACME].map((app) => at(app, 'status', VIN)));
    for (const { stdout } of others) {
      expect(JSON.parse(stdout)).toMatchObject({ provider: 'high-mobility', defleet: null });
    }
  });
});
