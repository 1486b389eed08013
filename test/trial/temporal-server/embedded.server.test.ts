import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { NativeConnection } from '@temporalio/worker';
import { type ConnectedClient, connectClient, readTemporalConfig } from '../../../src/temporal/connection';
import { connectWorker } from '../../../src/temporal/worker-connection';
import { isAlive } from '../../../src/trial/temporal-server/lock';
import { freePorts, isListening } from '../../../src/trial/temporal-server/ports';
import {
  type EmbeddedServer,
  type EmbeddedServerOptions,
  startEmbeddedServer,
} from '../../../src/trial/temporal-server/server';
import { answered, eventually } from '../../support/command-line';
import { ownServer } from '../../support/own-server';
import { devServer, patientClient } from '../../support/temporal';

const FLEET = defineSearchAttributeKey('TestFleet', SearchAttributeType.KEYWORD);
const DEPOT = defineSearchAttributeKey('TestDepot', SearchAttributeType.KEYWORD);

const portOf = (address: string): number => Number(address.split(':')[1]);
const configOf = (address: string) => readTemporalConfig({ TEMPORAL_ADDRESS: address });

/** The permissions of a folder and of all that is in it. */
function modesIn(folder: string): Record<string, number> {
  const names = ['.', ...readdirSync(folder)];
  return Object.fromEntries(names.map((name) => [name, statSync(join(folder, name)).mode & 0o777]));
}

/** Waits for something that happens in another process, and that nobody tells us about. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** What the web UI answers, which may come after the server itself. */
async function page(address: string, how?: RequestInit): Promise<Response> {
  const response = await eventually(
    () => fetch(address, how).catch(() => null),
    (found) => found !== null,
  );
  return response as Response;
}

describe('the embedded Temporal server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vin-embedded-'));
  const servers: EmbeddedServer[] = [];
  const clients: ConnectedClient[] = [];

  async function start(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
    const server = await ownServer(options);
    servers.push(server);
    return server;
  }

  async function clientOf({ address }: EmbeddedServer): Promise<ConnectedClient['client']> {
    const connected = await patientClient(configOf(address));
    clients.push(connected);
    return connected.client;
  }

  afterEach(async () => {
    await Promise.all(clients.splice(0).map(({ close }) => close()));
    await Promise.all(servers.splice(0).map(({ stop }) => stop()));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('answers as soon as it is started, and takes search attributes at once', async () => {
    const client = await clientOf(await start({ searchAttributes: { TestFleet: 'Keyword' } }));
    await client.workflow.start('nobody', {
      workflowId: 'a',
      taskQueue: 'none',
      typedSearchAttributes: [{ key: FLEET, value: 'north' }],
    });
    const { typedSearchAttributes } = await client.workflow.getHandle('a').describe();
    expect(typedSearchAttributes.get(FLEET)).toBe('north');
  });

  it('serves the web UI only when asked', async () => {
    const [plain, withUi] = await Promise.all([start({}), start({ ui: true })]);
    expect(plain.uiAddress).toBeUndefined();
    const response = await page(String(withUi.uiAddress));
    expect(await response.text()).toContain('<html');
  });

  it('keeps workflows over a restart on a database file, and learns new search attributes there', async () => {
    const databaseFile = join(folder, 'new', 'temporal.db');
    const first = await start({ databaseFile, searchAttributes: { TestFleet: 'Keyword' } });
    const before = await clientOf(first);
    const { firstExecutionRunId } = await before.workflow.start('nobody', {
      workflowId: 'kept',
      taskQueue: 'none',
    });
    await first.stop();
    expect(modesIn(join(folder, 'new'))).toMatchObject({ '.': 0o700, 'temporal.db': 0o600 });
    // As earlier versions left it.
    for (const end of ['', '-wal', '-shm']) chmodSync(databaseFile + end, 0o644);

    const searchAttributes = { TestFleet: 'Keyword', TestDepot: 'Keyword' } as const;
    const log = join(folder, 'new', 'temporal.db.log');
    const client = await clientOf(await start({ databaseFile, searchAttributes, log }));
    expect(new Set(Object.values(modesIn(join(folder, 'new'))))).toEqual(new Set([0o700, 0o600]));
    expect(readdirSync(join(folder, 'new'))).toEqual(
      expect.arrayContaining(['temporal.db', 'temporal.db.log', 'temporal.db-wal']),
    );
    const kept = await client.workflow.getHandle('kept').describe();
    expect(kept).toMatchObject({ runId: firstExecutionRunId, status: { name: 'RUNNING' } });
    const typedSearchAttributes = [{ key: DEPOT, value: 'west' }];
    await client.workflow.start('nobody', { workflowId: 'new', taskQueue: 'none', typedSearchAttributes });
    const added = await client.workflow.getHandle('new').describe();
    expect(added.typedSearchAttributes.get(DEPOT)).toBe('west');
  });

  it('takes no orders from a page in a browser, neither by its HTTP API nor by its web UI', async () => {
    const [httpPort] = (await freePorts(1)) as [number];
    const server = await start({ ui: true, httpPort });
    const client = await clientOf(server);
    await client.workflow.start('nobody', { workflowId: 'mine', taskQueue: 'none' });
    // What a page of another origin may send without being asked first: fetch(…, {mode: 'no-cors', method: 'POST'}).
    const order = {
      method: 'POST',
      headers: { origin: 'https://evil.example', 'content-type': 'text/plain' },
      body: '{}',
    };
    const path = 'api/v1/namespaces/default/workflows/mine/terminate';
    const [api, ui] = await Promise.all([
      fetch(`http://127.0.0.1:${httpPort}/${path}`, order),
      page(`${server.uiAddress}/${path}`, order),
    ]);
    expect(api.status).toBe(403);
    expect(ui.status).toBeGreaterThanOrEqual(400);
    expect((await client.workflow.getHandle('mine').describe()).status.name).toBe('RUNNING');
  });

  it('keeps closed workflows for 90 days on a database file', async () => {
    const client = await clientOf(await start({ databaseFile: join(folder, 'retention.db') }));
    const { config } = await client.workflowService.describeNamespace({ namespace: 'default' });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(90 * 24 * 3600);
  });

  it('frees its port, its process and its log when it is stopped', async () => {
    const server = await start({});
    expect(existsSync(server.log)).toBe(true);
    await server.stop();
    expect(await isListening(portOf(server.address))).toBe(false);
    expect(isAlive(server.pid)).toBe(false);
    expect(existsSync(server.log)).toBe(false);
  });

  it('says that a port is taken, and by which option another one is chosen', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    try {
      await expect(start({ port })).rejects.toMatchObject({
        code: 'TEMPORAL_PORT_TAKEN',
        message: expect.stringContaining(String(port)),
        next: expect.stringContaining('--port'),
      });
    } finally {
      other.close();
    }
  });

  it('shows the end of its output when it does not come up', async () => {
    const searchAttributes = { Broken: 'NoSuchType' as never };
    await expect(startEmbeddedServer({ searchAttributes })).rejects.toMatchObject({
      code: 'TEMPORAL_SERVER_FAILED',
      message: expect.stringContaining('NoSuchType'),
    });
  });

  describe('whose parent process dies', () => {
    let parent: ChildProcess;
    afterEach(() => parent.kill('SIGKILL'));

    // Node's own loader does not read TypeScript on every version that we support: swc translates.
    const SCRIPT = `
      require('@swc/core');
      const { transformFileSync } = require('@swc/core');
      require.extensions['.ts'] = (module, file) => {
        const jsc = { parser: { syntax: 'typescript' }, target: 'es2022' };
        module._compile(transformFileSync(file, { jsc, module: { type: 'commonjs' } }).code, file);
      };
      const { startEmbeddedServer } = require('./src/trial/temporal-server/server.ts');
      const started = (attempts) =>
        startEmbeddedServer().catch((error) => (attempts > 1 ? started(attempts - 1) : Promise.reject(error)));
      started(3).then(({ pid, address }) => console.log(JSON.stringify({ pid, address })));
    `;

    it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('ends as well, after %s', async (signal) => {
      parent = spawn(process.execPath, ['-e', SCRIPT], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = (await once(parent.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
      const { pid, address } = JSON.parse(String(line)) as { pid: number; address: string };
      expect(isAlive(pid)).toBe(true);
      parent.kill(signal);
      await until(() => !isAlive(pid));
      expect(await isListening(portOf(address))).toBe(false);
    });
  });
});

describe('a connection to Temporal', () => {
  it('is made for clients and for workers with the same settings', async () => {
    const { client, close } = await answered(() => connectClient(devServer()));
    expect((await client.workflowService.getSystemInfo({})).serverVersion).toMatch(/^1\./);
    await close();
    const connection = await answered(() => connectWorker(devServer()));
    expect(connection).toBeInstanceOf(NativeConnection);
    await connection.close();
  });

  it('says that no server answers, where, and what to do', async () => {
    // Nobody listens there: a port that is free now may be another's in a moment.
    const config = configOf('127.0.0.1:1');
    const unreachable = {
      code: 'TEMPORAL_UNREACHABLE',
      message: expect.stringContaining(config.address),
      next: expect.stringMatching(/vin server.*TEMPORAL_ADDRESS/),
    };
    await expect(connectClient(config)).rejects.toMatchObject(unreachable);
    await expect(connectWorker(config)).rejects.toMatchObject(unreachable);
  });

  it('says that the namespace is not there', async () => {
    await expect(
      answered(() => connectClient({ ...devServer(), namespace: 'not-there' })),
    ).rejects.toMatchObject({
      code: 'TEMPORAL_NAMESPACE_MISSING',
      message: expect.stringContaining('not-there'),
    });
  });
});
