import '../support/quiet-grpc';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { connectClient, readTemporalConfig, type TemporalConfig } from '../../src/temporal/connection';
import { diagnose } from '../../src/temporal/diagnosis';
import { connectWorker } from '../../src/temporal/worker-connection';
import { AUTHORITY, CERTIFICATE } from '../support/certificate';
import { eventually } from '../support/command-line';
import { type GrpcDouble, startGrpcDouble } from '../support/grpc-double';
import { startProxy, type TestProxy } from '../support/proxy';

const ADDRESS = 'temporal.test:7233';
const PASSWORD = 'hunter2-of-the-proxy';

let temporal: GrpcDouble;
const proxies: TestProxy[] = [];

beforeAll(async () => {
  temporal = await startGrpcDouble();
});
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
  for (const name of ['grpc_proxy', 'http_proxy', 'https_proxy']) delete process.env[name];
});
afterAll(() => temporal.close());

async function proxyTo(options: Parameters<typeof startProxy>[0] = {}): Promise<TestProxy> {
  const proxy = await startProxy({ ports: { [ADDRESS]: temporal.port }, ...options });
  proxies.push(proxy);
  return proxy;
}

/** Both kinds of connection: that of Node, and that of the native library of workers. */
const CONNECTIONS = [
  ['client', connectClient],
  ['worker', connectWorker],
] as const;

/** The look is over after two seconds: on a busy machine another one has to be taken. */
const found = (environment: Record<string, string>) =>
  eventually(
    () => diagnose(readTemporalConfig(environment)),
    ({ detail }) => !/ETIMEDOUT|ABORT/.test(detail),
  );

/** On a busy machine one attempt may take longer than a start waits. */
async function reached(
  connect: (config: TemporalConfig) => Promise<{ close(): Promise<void> }>,
  config: TemporalConfig,
): Promise<void> {
  const connected = await eventually(() => connect(config), Boolean);
  await connected.close();
}

describe.each(CONNECTIONS)('the %s', (_name, connect) => {
  it.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'])(
    'reaches Temporal by the proxy of %s, with its name and password',
    async (variable) => {
      const proxy = await proxyTo();
      const config = readTemporalConfig({
        TEMPORAL_ADDRESS: ADDRESS,
        [variable]: proxy.url.replace('//', `//user:${PASSWORD}@`),
      });
      await reached(connect, config);
      const credentials = Buffer.from(`user:${PASSWORD}`).toString('base64');
      expect(proxy.tunnelled.length).toBeGreaterThan(0);
      for (const { target, headers } of proxy.tunnelled) {
        expect(target).toBe(ADDRESS);
        expect(headers['proxy-authorization']).toBe(`Basic ${credentials}`);
      }
      expect(temporal.calls.at(-1)?.[':authority']).toBe(ADDRESS);
    },
  );

  it('keeps TLS to Temporal itself behind a proxy, and tells the name of the server', async () => {
    const secure = await startGrpcDouble(CERTIFICATE);
    const proxy = await proxyTo({ ports: { [ADDRESS]: secure.port } });
    const environment = { TEMPORAL_ADDRESS: ADDRESS, TEMPORAL_TLS: 'true', HTTPS_PROXY: proxy.url };
    const trusting = { ...environment, TEMPORAL_TLS_SERVER_CA_CERT_DATA: AUTHORITY };
    await reached(connect, readTemporalConfig(trusting));
    expect(secure.calls.length).toBeGreaterThan(0);
    expect(await found(environment)).toEqual({
      detail: 'TLS: UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      remedy: expect.stringContaining('TEMPORAL_TLS_SERVER_CA_CERT_PATH'),
    });
    await secure.close();
  });

  it('reaches Temporal on this machine without a proxy, whatever gRPC itself reads', async () => {
    const proxy = await proxyTo();
    for (const name of ['grpc_proxy', 'http_proxy', 'https_proxy']) process.env[name] = proxy.url;
    for (const host of ['127.0.0.1', 'localhost']) {
      const config = readTemporalConfig({
        TEMPORAL_ADDRESS: `${host}:${temporal.port}`,
        HTTPS_PROXY: proxy.url,
      });
      await reached(connect, config);
    }
    expect(proxy.tunnelled).toEqual([]);
  });

  it('says what the proxy answered, and not its password', async () => {
    const proxy = await proxyTo({ status: 407 });
    const HTTPS_PROXY = proxy.url.replace('//', `//user:${PASSWORD}@`);
    const error = await eventually(
      () =>
        connect(readTemporalConfig({ TEMPORAL_ADDRESS: ADDRESS, HTTPS_PROXY })).then(
          () => undefined,
          (reason: unknown) => reason,
        ),
      (reason) => !/ETIMEDOUT|ABORT/.test(String(reason)),
    );
    expect(error).toMatchObject({
      code: 'TEMPORAL_UNREACHABLE',
      message: expect.stringContaining(`(the proxy ${proxy.url} of HTTPS_PROXY answered 407)`),
      next: expect.stringContaining('Correct HTTPS_PROXY, with the name and password that it wants'),
    });
    expect(JSON.stringify([error, String(error)])).not.toContain(PASSWORD);
  });
});

describe('the cause for which Temporal is not reached', () => {
  const causeOf = (environment: Record<string, string>) =>
    found({ TEMPORAL_ADDRESS: ADDRESS, ...environment });

  it.each(['NO_PROXY', 'no_proxy'])(
    'is DNS for a host of %s that this machine does not know',
    async (variable) => {
      const proxy = await proxyTo();
      expect(await causeOf({ HTTPS_PROXY: proxy.url, [variable]: '.test' })).toEqual({
        detail: expect.stringMatching(/^DNS: no address for "temporal\.test": E\w+$/),
        remedy: expect.stringContaining('HTTPS_PROXY'),
      });
      expect(proxy.tunnelled).toEqual([]);
    },
  );

  it('is this machine where no server runs, which no proxy would help', async () => {
    const nobody = await startProxy();
    await nobody.close();
    expect(await causeOf({ TEMPORAL_ADDRESS: `127.0.0.1:${nobody.port}` })).toEqual({
      detail: 'ECONNREFUSED',
      remedy: undefined,
    });
    expect((await causeOf({ TEMPORAL_ADDRESS: `localhost:${nobody.port}` })).remedy).toBeUndefined();
  });

  it('is a proxy that is not there', async () => {
    const proxy = await startProxy();
    await proxy.close();
    expect(await causeOf({ HTTPS_PROXY: proxy.url })).toMatchObject({
      detail: `the proxy ${proxy.url} of HTTPS_PROXY cannot be reached: ECONNREFUSED`,
    });
  });

  it('is a proxy whose name nobody knows', async () => {
    expect(await causeOf({ https_proxy: 'http://proxy.invalid:3128' })).toMatchObject({
      detail: 'the proxy http://proxy.invalid:3128 of https_proxy is not known to DNS',
    });
  });

  it.each([
    ['403', 403],
    ['502', 502],
  ])('is a proxy that answers %s', async (_, status) => {
    const proxy = await proxyTo({ status });
    expect(await causeOf({ HTTPS_PROXY: proxy.url })).toMatchObject({
      detail: `the proxy ${proxy.url} of HTTPS_PROXY answered ${status}`,
      remedy: expect.stringContaining('NO_PROXY'),
    });
  });

  it('is TLS where the server speaks none, also behind a proxy', async () => {
    const sockets: Socket[] = [];
    const plain = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined).write('HTTP/1.1 400 No\r\n\r\n');
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as AddressInfo;
    const proxy = await proxyTo({ ports: { [ADDRESS]: port } });
    const TEMPORAL_TLS = 'true';
    expect((await causeOf({ TEMPORAL_TLS, TEMPORAL_ADDRESS: `127.0.0.1:${port}` })).detail).toMatch(
      /^TLS: \w+$/,
    );
    expect((await causeOf({ TEMPORAL_TLS, HTTPS_PROXY: proxy.url })).detail).toMatch(/^TLS: \w+$/);
    for (const socket of sockets) socket.destroy();
    plain.close();
  });
});

describe('the settings for Temporal', () => {
  it.each([
    'http://temporal.test:7233',
    'temporal test:7233',
    'temporal.test:port',
    'user@temporal.test',
    '::1',
    '',
  ])('name an address that is none: %j', (TEMPORAL_ADDRESS) => {
    const read = () => readTemporalConfig({ TEMPORAL_ADDRESS });
    if (TEMPORAL_ADDRESS === '') expect(read).not.toThrow();
    else expect(read).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  it.each([
    { TEMPORAL_API_KEY: 'key-of-the-test', TEMPORAL_TLS: 'false' },
    { TEMPORAL_GRPC_META_AUTHORIZATION: 'Bearer key-of-the-test' },
  ])('refuse to send a key in clear: %j', (secret) => {
    const read = () => readTemporalConfig({ TEMPORAL_ADDRESS: ADDRESS, ...secret });
    expect(read).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', next: expect.stringContaining('TEMPORAL_TLS') }),
    );
    expect(read).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('key-of-the-test') }),
    );
    expect(() => readTemporalConfig({ TEMPORAL_ADDRESS: 'localhost:7233', ...secret })).not.toThrow();
    expect(() =>
      readTemporalConfig({ TEMPORAL_ADDRESS: ADDRESS, ...secret, TEMPORAL_TLS: 'true' }),
    ).not.toThrow();
  });
});
