import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import type { Environment } from '../../src/config/config';
import { createNoticeWebhook } from '../../src/notify/webhook';
import { createHighMobility } from '../../src/providers/high-mobility/client';
import { startSimulator } from '../../src/trial/simulator/high-mobility/simulator';
import { fetchFile } from '../../src/trial/temporal-server/download';
import { NOTICE, SECRET } from '../notify/support';
import { tokenReply } from '../providers/high-mobility/harness';
import { AUTHORITY, CERTIFICATE } from '../support/certificate';
import { startProxy, type TestProxy } from '../support/proxy';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server';

const PASSWORD = 'hunter2-of-the-proxy';
const HOST = 'server.test';
/** Milliseconds that a call may take on a busy machine. */
const LONG = 120_000;

let server: ScriptedServer;
let folder: string;
const proxies: TestProxy[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vin-tunnel-'));
  server = await startScriptedServer({
    'POST /v1/access_tokens': tokenReply(),
    'GET /v1/fleets/vehicles': { body: [] },
    'POST /notices': { status: 204 },
    'GET /file': { body: 'the file' },
  });
});
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function proxyTo(port: number, status = 200): Promise<TestProxy> {
  const ports = { [`${HOST}:80`]: port, [`${HOST}:443`]: port };
  const proxy = await startProxy({ ports, status });
  proxies.push(proxy);
  return proxy;
}

const portOf = ({ url }: ScriptedServer) => Number(new URL(url).port);

/** Each client of the product that speaks HTTP: one call to a server, whose address is `origin`. */
const CLIENTS: [string, (origin: string, environment: Environment) => Promise<unknown>][] = [
  [
    'provider',
    async (baseUrl, environment) => {
      const options = { baseUrl, clientId: 'id', clientSecret: 'secret-of-the-client', environment };
      const client = createHighMobility({
        ...options,
        timeouts: { connect: LONG, headers: LONG, body: LONG, call: LONG },
      });
      return client.list().finally(() => client.close());
    },
  ],
  [
    'notices',
    async (origin, environment) => {
      const webhook = createNoticeWebhook({ url: `${origin}/notices`, secret: SECRET }, LONG, environment);
      return webhook.deliver(NOTICE).finally(() => webhook.close());
    },
  ],
  [
    'downloads',
    async (origin, environment) => {
      const file = join(folder, 'file');
      await fetchFile(`${origin}/file`, file, { answer: LONG, total: LONG }, environment);
      expect(readFileSync(file, 'utf8')).toBe('the file');
    },
  ],
];

async function failureOf(call: Promise<unknown>): Promise<Error & { next?: string }> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  const shown = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true });
  expect(shown).not.toContain(PASSWORD);
  expect(shown).not.toContain(Buffer.from(`user:${PASSWORD}`).toString('base64'));
  return error as Error & { next?: string };
}

describe.each(CLIENTS)('%s', (_name, call) => {
  test.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'])(
    'go by the proxy of %s, as a tunnel, with its name and password',
    async (variable) => {
      const proxy = await proxyTo(portOf(server));
      await call(`http://${HOST}`, { [variable]: proxy.url.replace('//', `//user:${PASSWORD}@`) });
      expect(proxy.tunnelled.length).toBeGreaterThan(0);
      for (const { target, headers } of proxy.tunnelled) {
        expect(target).toBe(`${HOST}:80`);
        const credentials = Buffer.from(`user:${PASSWORD}`).toString('base64');
        expect(headers['proxy-authorization']).toBe(`Basic ${credentials}`);
      }
    },
  );

  test('go straight to this machine, whatever the variables say', async () => {
    const proxy = await proxyTo(portOf(server));
    const all = {
      HTTPS_PROXY: proxy.url,
      HTTP_PROXY: proxy.url,
      https_proxy: proxy.url,
      http_proxy: proxy.url,
    };
    await call(server.url, all);
    await call(server.url.replace('127.0.0.1', 'localhost'), all);
    expect(proxy.tunnelled).toEqual([]);
  });

  test.each(['NO_PROXY', 'no_proxy'])(
    'go straight to what %s names; the host is named if DNS does not know it',
    async (variable) => {
      const proxy = await proxyTo(portOf(server));
      const { message } = await failureOf(
        call(`http://${HOST}`, { HTTPS_PROXY: proxy.url, [variable]: HOST }),
      );
      expect(proxy.tunnelled).toEqual([]);
      expect(message).toMatch(/DNS: no address for "server\.test": E\w+/);
    },
  );

  test.each([407, 403, 502])('name the proxy that answered %i, and not its password', async (status) => {
    const proxy = await proxyTo(portOf(server), status);
    const environment = { HTTPS_PROXY: proxy.url.replace('//', `//user:${PASSWORD}@`) };
    const { message } = await failureOf(call(`http://${HOST}`, environment));
    expect(message).toContain(`the proxy ${proxy.url} of HTTPS_PROXY answered ${status}`);
  });

  test('name the proxy that is not there', async () => {
    const proxy = await startProxy();
    await proxy.close();
    const { message } = await failureOf(call(`http://${HOST}`, { HTTPS_PROXY: proxy.url }));
    expect(message).toContain(`the proxy ${proxy.url} of HTTPS_PROXY cannot be reached: ECONNREFUSED`);
  });

  test('name the proxy whose name nobody knows', async () => {
    const { message } = await failureOf(call(`http://${HOST}`, { http_proxy: 'http://proxy.invalid:1' }));
    expect(message).toContain('the proxy http://proxy.invalid:1 of http_proxy is not known to DNS');
  });

  describe('to a server whose certificate nobody vouches for', () => {
    let secure: Server;
    beforeAll(async () => {
      secure = createTlsServer(CERTIFICATE, (_request, reply) => void reply.end());
      await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    });
    afterAll(() => {
      secure.close();
      secure.closeAllConnections();
    });

    test.each(['straight', 'by a proxy'])('name the cause in TLS and what to do: %s', async (way) => {
      const { port } = secure.address() as AddressInfo;
      const proxy = await proxyTo(port);
      const error = await failureOf(
        way === 'straight'
          ? call(`https://127.0.0.1:${port}`, {})
          : call(`https://${HOST}`, { HTTPS_PROXY: proxy.url }),
      );
      expect(proxy.tunnelled).toHaveLength(way === 'straight' ? 0 : 1);
      expect(error.message).toContain('TLS: UNABLE_TO_VERIFY_LEAF_SIGNATURE');
      expect(`${error.next} ${error.message}`).toContain('NODE_EXTRA_CA_CERTS');
    });
  });
});

test('the authority of NODE_EXTRA_CA_CERTS is trusted, by a proxy as well', async () => {
  const secure = createTlsServer(CERTIFICATE, (request, reply) => {
    const isToken = request.url?.endsWith('/access_tokens');
    reply.setHeader('content-type', 'application/json');
    reply.end(JSON.stringify(isToken ? tokenReply().body : []));
  });
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  const proxy = await proxyTo((secure.address() as AddressInfo).port);
  const authority = join(folder, 'ca.pem');
  writeFileSync(authority, AUTHORITY);
  const script = `
    const { createHighMobility } = require('./src/providers/high-mobility/client.ts');
    const options = { baseUrl: 'https://${HOST}', clientId: 'id', clientSecret: 'secret' };
    const client = createHighMobility(options);
    client.list().then((rows) => console.log(rows.length), (error) => console.log(error.message)).finally(client.close);
  `;
  // Node reads the variable once, at its start.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['-r', './bench/register.cjs', '-e', script],
    {
      cwd: join(__dirname, '../..'),
      env: { PATH: process.env['PATH'], HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: authority },
    },
  );
  expect(stdout.trim()).toBe('0');
  expect(proxy.tunnelled.map(({ target }) => target)).toContain(`${HOST}:443`);
  secure.close();
  secure.closeAllConnections();
});

test('a download follows a redirect to another server, for which the way is chosen again', async () => {
  const file = join(folder, 'redirected');
  const leading = await startScriptedServer({
    'GET /file': { status: 302, headers: { location: `http://${HOST}/file` } },
  });
  const proxy = await proxyTo(portOf(server));
  const limits = { answer: LONG, total: LONG };
  await fetchFile(`${leading.url}/file`, file, limits, { HTTPS_PROXY: proxy.url });
  expect(readFileSync(file, 'utf8')).toBe('the file');
  expect(proxy.tunnelled.map(({ target }) => target)).toEqual([`${HOST}:80`]);
  await leading.close();
});

test("the simulator's webhooks go by the proxy too", async () => {
  const gateway = await startScriptedServer({ 'POST /hook': { status: 204 } });
  const proxy = await proxyTo(portOf(gateway));
  process.env['HTTPS_PROXY'] = proxy.url;
  const credentials = { clientId: 'id', clientSecret: 'secret' };
  const webhook = { url: `http://${HOST}/hook`, secret: 'secret-of-the-webhook' };
  const simulator = await startSimulator({ ...credentials, webhook });
  await simulator.ledger.until(({ deliveries }) => deliveries[0]?.outcome === 'delivered');
  expect(proxy.tunnelled.map(({ target }) => target)).toEqual([`${HOST}:80`]);
  await simulator.close();
  delete process.env['HTTPS_PROXY'];
  await gateway.close();
});
