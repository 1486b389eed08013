import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDatabase } from '../../../src/trial/temporal-server/database-lock';
import { startEmbeddedServer } from '../../../src/trial/temporal-server/server';

let folder: string;
let database: string;
let lockFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vin-database-'));
  database = join(folder, 'temporal.db');
  lockFile = `${database}.lock`;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const dead = 2 ** 22 + 1; // more than any process id on Linux

function leave(holder: object): void {
  writeFileSync(lockFile, JSON.stringify({ id: 'x', host: hostname(), pid: dead, born: null, ...holder }));
}

describe('a database file', () => {
  test('is for one server: a second one is told who has it, by which address, and what to do', async () => {
    const first = await lockDatabase(database);
    await expect(lockDatabase(database)).rejects.toMatchObject({
      code: 'DATABASE_NOT_USABLE',
      message: `The database file ${database} is in use by another server (pid ${process.pid}, which is starting).`,
    });
    await first.serves({ pid: process.pid, address: '127.0.0.1:7233' });
    await expect(lockDatabase(database)).rejects.toMatchObject({
      message: expect.stringContaining(`(pid ${process.pid}, 127.0.0.1:7233)`),
      next: 'Use that server: export TEMPORAL_ADDRESS=127.0.0.1:7233. Or name another file with --db.',
    });
    await first.release();
    await (await lockDatabase(database)).release();
    expect(existsSync(lockFile)).toBe(false);
  });

  test('is the same file by a link to it', async () => {
    writeFileSync(database, 'x');
    const link = join(folder, 'other.db');
    symlinkSync(database, link);
    const first = await lockDatabase(database);
    await expect(lockDatabase(link)).rejects.toMatchObject({ code: 'DATABASE_NOT_USABLE' });
    await first.release();
  });

  test('is left alone by a second start: neither the file nor the log of the first is touched', async () => {
    writeFileSync(database, '');
    const log = `${database}.log`;
    writeFileSync(log, 'of the first');
    const first = await lockDatabase(database);
    const second = startEmbeddedServer({ databaseFile: database, log, executable: '/bin/false' });
    await expect(second).rejects.toMatchObject({ code: 'DATABASE_NOT_USABLE' });
    expect(existsSync(database)).toBe(true);
    expect(readFileSync(log, 'utf8')).toBe('of the first');
    await first.release();
  });

  test('is free again when a start has failed', async () => {
    const start = startEmbeddedServer({ databaseFile: database, executable: join(folder, 'none') });
    await expect(start).rejects.toThrow();
    expect(existsSync(lockFile)).toBe(false);
  });

  test.each([
    ['whose process is gone', { pid: dead }],
    ['whose process and server are gone', { pid: dead, serverPid: dead + 1, serverBorn: null, address: 'x' }],
    ['whose number another process has by now', { pid: process.pid, born: 'before the machine started' }],
    ['with a number that is none', { pid: 0 }],
  ])('is taken over from a lock %s', async (_, holder) => {
    leave(holder);
    const lock = await lockDatabase(database);
    expect(JSON.parse(readFileSync(lockFile, 'utf8'))).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  test('is waited for where the one that started the server was killed, and the server ends just after it', async () => {
    const server = spawn('sleep', ['0.6'], { stdio: 'ignore' });
    await once(server, 'spawn');
    leave({ serverPid: server.pid, serverBorn: null, address: '127.0.0.1:7233' });
    const lock = await lockDatabase(database);
    expect(server.exitCode ?? server.signalCode).not.toBeNull();
    await lock.release();
  });

  test('of another machine is never taken over: its processes cannot be looked at', async () => {
    leave({ host: 'elsewhere', address: '127.0.0.1:7233' });
    await expect(lockDatabase(database)).rejects.toMatchObject({
      message: expect.stringContaining(`pid ${dead} on the machine elsewhere`),
      next: `Name another file with --db. If that server has ended, delete ${lockFile}.`,
    });
  });

  test('goes to one of many that take over a stale lock at the same time', async () => {
    for (let round = 0; round < 30; round += 1) {
      leave({});
      const all = await Promise.allSettled(Array.from({ length: 20 }, () => lockDatabase(database)));
      const taken = all.filter((one) => one.status === 'fulfilled');
      expect(taken).toHaveLength(1);
      await taken[0]?.value.release();
    }
  });
});
