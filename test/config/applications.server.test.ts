import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { Activations } from '../../src/activations/activations';
import type { ActivationReport } from '../../src/activations/reports';
import { applicationFrom } from '../../src/domain/application';
import type { ConnectedClient } from '../../src/temporal/connection';
import {
  answered,
  eventually,
  partsForAllTests,
  type RunningCommand,
  vin,
  vinTaken,
} from '../support/command-line';
import { devServer, patientClient } from '../support/temporal';
import { ownNamespace } from '../sweep/namespace';

/** A simulated day takes two seconds. */
const SPEED = '43200';
const VIN = 'WBA8E9G50GNT70001';
const OTHER = 'WBA8E9G50GNT70002';
const [DEFAULT, ACME] = ['high-mobility:default', 'high-mobility:acme'];

/** One worker and one gateway for two applications of a provider, which know the same vehicle. */
describe('two applications of a provider', () => {
  const startPart = partsForAllTests();
  let environment: NodeJS.ProcessEnv;
  let gatewayUrl: string;
  let connected: ConnectedClient;

  const begin = (args: string[], more: NodeJS.ProcessEnv = {}): RunningCommand =>
    startPart(args, { ...environment, ...more });
  const run = (...args: string[]) => vin([...args, '-o', 'json'], environment);
  /** Commands cost a process each. */
  const until = (
    application: string,
    wanted: (seen: ActivationReport) => boolean,
  ): Promise<ActivationReport> =>
    eventually(
      () => new Activations(connected.client, applicationFrom(application)).report(VIN),
      (seen) => seen.complete && wanted(seen),
    );

  beforeAll(async () => {
    const { address, namespace } = await ownNamespace('applications');
    environment = {
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      VIN_APPLICATIONS: `${DEFAULT},${ACME}`,
      VIN_SPEED: SPEED,
      VIN_API_TOKENS: join(mkdtempSync(join(tmpdir(), 'vin-applications-')), 'tokens.json'),
      HIGH_MOBILITY_CLIENT_ID: 'own-client',
      HIGH_MOBILITY_CLIENT_SECRET: 'own-secret',
      HIGH_MOBILITY_WEBHOOK_SECRET: 'own-webhook-secret',
      HIGH_MOBILITY_ACME_CLIENT_ID: 'acme-client',
      HIGH_MOBILITY_ACME_CLIENT_SECRET: 'acme-secret',
      HIGH_MOBILITY_ACME_WEBHOOK_SECRET: 'acme-webhook-secret',
    };
    // Without one there is no API.
    await run('token', 'create', '--role', 'read', '--fleet', '*');
    gatewayUrl = (await begin(['gateway', '--port', '0', '-o', 'json']).ready).url;
    const simulatorOf = async (application: string, credentials: NodeJS.ProcessEnv): Promise<string> => {
      const hook = `${gatewayUrl}/webhooks/high-mobility/${application}`;
      const args = ['simulator', '--speed', SPEED, '--webhook-url', hook, '-o', 'json'];
      return (await begin(args, credentials).ready).url;
    };
    environment['HIGH_MOBILITY_BASE_URL'] = await simulatorOf('default', {});
    environment['HIGH_MOBILITY_ACME_BASE_URL'] = await simulatorOf('acme', {
      HIGH_MOBILITY_CLIENT_ID: 'acme-client',
      HIGH_MOBILITY_CLIENT_SECRET: 'acme-secret',
      HIGH_MOBILITY_WEBHOOK_SECRET: 'acme-webhook-secret',
    });
    begin(['worker']);
    connected = await patientClient({ ...devServer(), namespace });
  });
  afterAll(() => connected?.close());

  it('may both clear the same vehicle, each with its own credentials', async () => {
    const started = await Promise.all([
      run('activate', VIN, '--brand', 'bmw'),
      run(
        'activate',
        VIN,
        '--brand',
        'bmw',
        '--fleet',
        'acme',
        '--external-id',
        'A-4711',
        '--application',
        ACME,
      ),
    ]);
    expect(started.map(({ code }) => code)).toEqual([0, 0]);
    for (const application of [DEFAULT, ACME]) {
      await until(application, ({ status }) => status === 'approved');
      const seen = JSON.parse((await run('status', VIN, '--application', application)).stdout);
      expect(`${seen.provider}:${seen.application}`).toBe(application);
      expect(seen.workflowId).toBe(`activation:${application}:${VIN}`);
    }
  });

  it('are told apart in lists, and by a token, which sees those of its own only', async () => {
    const rows = await eventually(
      async () => JSON.parse((await run('list')).stdout).rows as { vin: string; application: string }[],
      (found) => found.length === 2,
    );
    expect(rows.map(({ application }) => application).sort()).toEqual(['acme', 'default']);
    const table = (await vin(['list'], environment)).stdout;
    expect(table).toMatch(/VIN +Application +Brand/);
    expect(table).toContain(ACME);
    const narrowed = JSON.parse((await run('list', '--application', ACME)).stdout).rows;
    expect(narrowed).toMatchObject([{ vin: VIN, application: 'acme', fleet: 'acme', externalId: 'A-4711' }]);
    const referred = JSON.parse((await run('list', '--external-id', 'A-4711')).stdout).rows;
    // Time goes on between the two: what changes by itself is not compared.
    expect(referred).toMatchObject([{ vin: VIN, application: 'acme', fleet: 'acme', externalId: 'A-4711' }]);

    const made = await run('token', 'create', '--role', 'read', '--fleet', '*', '--application', ACME);
    const { token } = JSON.parse(made.stdout);
    const page = await eventually(
      async () => {
        const headers = { authorization: `Bearer ${token}` };
        const answer = await request(`${gatewayUrl}/v1/activations`, { headers });
        return (await answer.body.json()) as { activations?: { vin: string; fleet: string | null }[] };
      },
      ({ activations }) => activations !== undefined,
    );
    expect(page.activations).toMatchObject([{ vin: VIN, fleet: 'acme', externalId: 'A-4711' }]);
  });

  it('are both seen by a token that has the other beside its own, where it names it', async () => {
    const created = ['token', 'create', '--role', 'read', '--fleet', '*', '--application', ACME];
    const made = await run(...created, '--also', 'high-mobility', '--also', ACME);
    const { token, ...shown } = JSON.parse(made.stdout);
    expect(shown).toMatchObject({ application: 'acme', others: [{ application: 'default' }] });
    const at = (query: string) =>
      eventually(
        async () => {
          const headers = { authorization: `Bearer ${token}` };
          const answer = await request(`${gatewayUrl}/v1/activations${query}`, { headers });
          return (await answer.body.json()) as { activations?: { application: string }[] };
        },
        ({ activations }) => activations !== undefined,
      );
    const [own, other] = [await at(''), await at('?application=high-mobility')];
    expect(own.activations).toMatchObject([{ application: 'acme' }]);
    expect(other.activations).toMatchObject([{ application: 'default' }]);
  });

  it('hear of webhooks that are signed for them, and of none that is signed for the other one', async () => {
    const revoked = JSON.stringify({ vehicle: { vin: VIN }, event: { action: 'revoked' } });
    const ping = JSON.stringify({ event: { type: 'ping', received_at: '2026-01-01T00:00:00.000000Z' } });
    const { createHmac } = await import('node:crypto');
    const to = (application: string, body = revoked, secret = 'own-webhook-secret') =>
      answered(() =>
        request(`${gatewayUrl}/webhooks/high-mobility/${application}`, {
          method: 'POST',
          headers: {
            'x-hm-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
          },
          body,
        }),
      );
    expect((await to('acme', ping, 'acme-webhook-secret')).statusCode).toBeLessThan(300);
    expect((await to('acme')).statusCode).toBe(401);
    expect((await to('nobody')).statusCode).toBe(404);
  });

  it('lose access each for itself: a defleet of one leaves the other as it is', async () => {
    const words = ['defleet', VIN, '--reason', 'sold', '--application', ACME, '-o', 'json'];
    const answer = await vinTaken(words, environment);
    expect(answer.code).toBe(0);
    expect(answer.stderr).toContain(`only at ${ACME}; without --application the vehicle leaves everywhere`);
    expect(JSON.parse(answer.stdout).next).toMatch(new RegExp(`^Only at ${ACME}: `));
    await until(ACME, ({ step }) => step === 'ended');
    const other = await until(DEFAULT, () => true);
    expect(other).toMatchObject({ status: 'approved', defleet: null });
    expect(JSON.parse((await run('defleet', 'list', '--all')).stdout).rows).toEqual([]);
  });

  it('are swept each with its own list', async () => {
    const swept = await run('sweep', '--full', '--application', ACME);
    expect(JSON.parse(swept.stdout)).toMatchObject({ provider: 'high-mobility', application: 'acme' });
    const drift = await run('drift', '--application', DEFAULT);
    expect(JSON.parse(drift.stdout)).toMatchObject({ application: 'default', drift: { lost: { count: 0 } } });
  });

  it('and a third one that nobody serves waits; one of a provider that there is not is refused', async () => {
    // A busy server does not say in time that there is none, and nothing is claimed then.
    const asked = await eventually(
      () => run('activate', OTHER, '--brand', 'bmw', '--application', 'high-mobility:nobody'),
      ({ code, stderr }) => code !== 0 || stderr !== '',
    );
    expect(asked.code).toBe(0);
    expect(asked.stderr).toContain('No worker is running');
    const wrong = await run('status', OTHER, '--application', 'elsewhere:default');
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/USAGE_WRONG.*'elsewhere:default' is invalid/),
    ]);
  });
});
