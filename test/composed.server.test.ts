import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { parse } from 'yaml';
import { eventually, partsForAllTests, vin } from './support/command-line';
import { ownNamespace } from './sweep/namespace';

const ROOT = join(__dirname, '..');
const VIN = 'WBA8E9G50GNT80001';

/** What docker-compose.yml gives a container, with these values in `.env`. */
function composed(container: 'worker' | 'gateway', filled: Readonly<Record<string, string>>) {
  const { services } = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true });
  const example = readFileSync(join(ROOT, 'deploy/example.env'), 'utf8');
  const ofExample = [...example.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]);
  const values: Record<string, string> = { ...Object.fromEntries(ofExample), ...filled };
  const { environment } = services[container] as { environment: Record<string, string> };
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      String(value).replace(/\$\{(\w+)(?::[?-]([^}]*))?\}/g, (_all, variable, fallback) => {
        return values[variable] || fallback || '';
      }),
    ]),
  );
}

/** Containers are not needed for it: the commands get exactly the variables that the containers would. */
describe('with the settings that docker-compose.yml hands on', () => {
  const begin = partsForAllTests();
  const files = mkdtempSync(join(tmpdir(), 'vin-composed-'));
  let gatewayUrl: string;
  let token: string;

  beforeAll(async () => {
    const secrets = {
      HIGH_MOBILITY_CLIENT_ID: 'client',
      HIGH_MOBILITY_CLIENT_SECRET: 'secret',
      HIGH_MOBILITY_WEBHOOK_SECRET: 'webhook-secret',
    };
    const simulator = await begin(['simulator', '-o', 'json'], secrets).ready;
    const tokens = join(files, 'tokens.json');
    const made = await vin(
      ['token', 'create', '--role', 'operate', '--fleet', '*', '--file', tokens, '-o', 'json'],
      {},
    );
    token = JSON.parse(made.stdout).token;
    const filled = {
      ...secrets,
      POSTGRES_PASSWORD: 'unused',
      HIGH_MOBILITY_BASE_URL: simulator.url,
      VIN_API_TOKENS: '/files/tokens.json',
    };
    const { address, namespace } = await ownNamespace('composed');
    // What is another place here than in a container: where Temporal is, and the folder of files.
    const here = (container: 'worker' | 'gateway') => {
      const settings = composed(container, filled);
      const inFiles = Object.entries(settings).map(([name, value]) => [
        name,
        value.replace(/^\/files\//, `${files}/`),
      ]);
      return { ...Object.fromEntries(inFiles), TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
    };
    const gateway = begin(['gateway', '--port', '0', '-o', 'json'], {
      ...here('gateway'),
      VIN_GATEWAY_METRICS_PORT: '0',
    });
    gatewayUrl = (await gateway.ready).url;
    begin(['worker'], { ...here('worker'), VIN_WORKER_METRICS_PORT: '' });
  });

  it('an activation is started through the gateway, and its vehicle is submitted', async () => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ vin: VIN, brand: 'bmw' });
    const answer = await eventually(
      () => request(`${gatewayUrl}/v1/activations`, { method: 'POST', headers, body }),
      // Temporal has not answered in time: asked again it may have been started by then.
      ({ statusCode }) => statusCode !== 503,
    );
    expect(await answer.body.json()).toMatchObject({
      outcome: expect.stringMatching(/^(started|already-active)$/),
    });
    const seen = await eventually(
      async () => {
        const look = await request(`${gatewayUrl}/v1/activations/${VIN}`, { headers });
        return (await look.body.json()) as { status?: string };
      },
      ({ status }) => status === 'pending',
    );
    expect(seen).toMatchObject({ vin: VIN, application: 'default' });
  });
});
