import { open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makePrivateFolder } from '../../base/private-files';

/** An owner that holds a lock longer than this is taken for dead, even where its process id is in use again. */
const LOCK_EXPIRES = 60 * 60_000;

/**
 * Lets one process at a time do something slow. It saves work, it is not what keeps the cache sound: if two
 * owners ever slip through, both end with a whole file (see `keep`).
 */
export async function oneAtATime<T>(
  lock: string,
  work: () => Promise<T>,
  whileWaiting: () => void = () => undefined,
): Promise<T> {
  await makePrivateFolder(dirname(lock));
  for (let waited = false; !(await takeLock(lock)); ) {
    if (await isAbandoned(lock)) {
      await rm(lock, { force: true });
      continue;
    }
    if (!waited) whileWaiting();
    waited = true;
    await wait(250);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(lock: string): Promise<boolean> {
  try {
    const file = await open(lock, 'wx', 0o600);
    await file.write(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isAbandoned(lock: string): Promise<boolean> {
  const [owner, state] = await Promise.all([
    readFile(lock, 'utf8').catch(() => ''),
    stat(lock).catch(() => undefined),
  ]);
  if (state === undefined) return false; // released just now: try to take it
  if (Date.now() - state.mtimeMs > LOCK_EXPIRES) return true;
  return owner !== '' && !isAlive(Number(owner));
}

/** Whether a process with this id runs (it may belong to somebody else). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
