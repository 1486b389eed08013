import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { VinError } from '../../base/errors';
import { isAlive } from './lock';

/** Who has a database file open, as it stands in the file `<database>.lock` beside it. */
interface Holder {
  readonly id: string;
  readonly host: string;
  /** The process that started the server, and what tells it from a later one with the same number. */
  readonly pid: number;
  readonly born: string | null;
  /** The server itself, once it runs. It may outlive the one that started it for a moment. */
  readonly serverPid?: number;
  readonly serverBorn?: string | null;
  readonly address?: string;
}

export interface DatabaseLock {
  /** Writes down which server it is, for those who come later. */
  serves(server: { readonly pid: number; readonly address: string }): Promise<void>;
  release(): Promise<void>;
}

/** How long a server may outlive a starter that was killed, and an empty lock may stay so, in milliseconds. */
const PASSING = 5_000;
const STEP = 100;

/**
 * Takes a database file for this process: two servers on one file corrupt it. The lock of a process that was killed, or of a
 * machine that has started again since, is taken over.
 *
 * @throws VinError `DATABASE_NOT_USABLE`, naming the server that has it.
 */
export async function lockDatabase(file: string): Promise<DatabaseLock> {
  const lock = `${await realFile(file)}.lock`;
  let mine: Holder = { id: randomUUID(), host: hostname(), pid: process.pid, born: bornOf(process.pid) };
  for (const end = Date.now() + PASSING; !take(lock, mine); ) {
    const text = await readFile(lock, 'utf8').catch(() => null);
    if (text === null) continue; // released just now
    const holder = read(text);
    const use = holder ? useOf(holder) : 'passing';
    if (holder && (use === 'in use' || (use === 'passing' && Date.now() > end)))
      throw inUse(file, lock, holder);
    if (use === 'over' || Date.now() > end) await takeAway(lock, text);
    else await wait(STEP);
  }
  return {
    serves: async ({ pid, address }) => {
      mine = { ...mine, serverPid: pid, serverBorn: bornOf(pid), address };
      const next = `${lock}.${mine.id}`;
      await writeFile(next, JSON.stringify(mine), { mode: 0o600 });
      await rename(next, lock);
    },
    release: async () => {
      const holder = read(await readFile(lock, 'utf8').catch(() => ''));
      if (holder?.id === mine.id) await rm(lock, { force: true });
    },
  };
}

/** One file, whatever links lead to it. */
async function realFile(file: string): Promise<string> {
  return realpath(file).catch(async () => join(await realpath(dirname(file)), basename(file)));
}

function take(lock: string, holder: Holder): boolean {
  return create(lock, JSON.stringify(holder));
}

/** Makes a file, where there is none: false where there is one. */
function create(file: string, text: string): boolean {
  try {
    const descriptor = openSync(file, 'wx', 0o600);
    writeSync(descriptor, text);
    closeSync(descriptor);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes a lock that is over. One does so at a time, and looks again before: of many that have seen the same lock the last
 * would else remove that of the first. A guard that is old was left by a process that was killed in these milliseconds.
 */
async function takeAway(lock: string, text: string): Promise<void> {
  const guard = `${lock}.taking-over`;
  if (!create(guard, '')) {
    const age =
      Date.now() -
      (await stat(guard).then(
        ({ mtimeMs }) => mtimeMs,
        () => Date.now(),
      ));
    if (age > PASSING) await rm(guard, { force: true });
    else await wait(STEP / 10);
    return;
  }
  try {
    if ((await readFile(lock, 'utf8').catch(() => null)) === text) await rm(lock, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

/** Null for what is not whole (yet). */
function read(text: string): Holder | null {
  try {
    const holder = JSON.parse(text) as Holder | null;
    return typeof holder?.pid === 'number' && typeof holder.host === 'string' ? holder : null;
  } catch {
    return null;
  }
}

function useOf(holder: Holder): 'in use' | 'passing' | 'over' {
  // The processes of another machine, or of another container, cannot be looked at.
  if (holder.host !== hostname()) return 'in use';
  if (isSame(holder.pid, holder.born)) return 'in use';
  const { serverPid, serverBorn = null } = holder;
  return serverPid !== undefined && isSame(serverPid, serverBorn) ? 'passing' : 'over';
}

/** Whether the process that wrote this number still runs; the number may be somebody else's by now. */
function isSame(pid: number, born: string | null): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return false;
  return born === null || born === bornOf(pid);
}

/** When a process began, as Linux tells it: no other with this number has the same. Null where nobody tells. */
function bornOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may have blanks; the start time is the 20th field after it.
    return `${boot} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return null;
  }
}

function inUse(file: string, lock: string, { host, pid, address }: Holder): VinError {
  const where = host === hostname() ? '' : ` on the machine ${host}`;
  const server = `pid ${pid}${where}, ${address ?? 'which is starting'}`;
  const use = address && !where ? `Use that server: export TEMPORAL_ADDRESS=${address}. Or name` : 'Name';
  const over = where ? ` If that server has ended, delete ${lock}.` : '';
  return new VinError(
    'DATABASE_NOT_USABLE',
    `The database file ${file} is in use by another server (${server}).`,
    `${use} another file with --db.${over}`,
  );
}
