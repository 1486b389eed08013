import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { openPrivate, withPrivateFiles } from '../../base/private-files';

/** A server process that ends with us, however we end. */
export interface Child {
  readonly pid: number;
  /** Resolves when the process has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** Asks it to end, and ends it by force when it takes longer than ten seconds. */
  stop(): Promise<void>;
}

const GRACE = 10_000;

/**
 * Starts a server whose output goes to a file. It has its own process group, so Ctrl-C in the terminal reaches
 * only us and we stop it when our own work is done. What it writes is for its owner only.
 *
 * @throws the system's error when the executable cannot be started.
 */
export async function startChild(
  executable: string,
  args: readonly string[],
  log: string,
  environment: NodeJS.ProcessEnv,
): Promise<Child> {
  const output = openPrivate(log, 'w');
  const child = withPrivateFiles(() =>
    spawn(executable, args, { detached: true, stdio: ['ignore', output, output], env: environment }),
  );
  closeSync(output);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const pid = child.pid as number;
  const guard = guardAgainstOurDeath(pid);
  void ended.then(() => guard?.kill('SIGKILL'));
  return {
    pid,
    ended,
    stop: async () => {
      const force = setTimeout(() => child.kill('SIGKILL'), GRACE);
      child.kill('SIGINT');
      await ended;
      clearTimeout(force);
    },
  };
}

/**
 * A process that is killed with -9 cannot stop its children. So a tiny shell waits on a pipe that only we hold
 * open: when we are gone, in whatever way, the pipe ends and the shell ends the server. The server's data is safe:
 * SQLite's journal is made for that. Windows has no such shell; there the server is stopped on an ordinary exit.
 */
export function guardAgainstOurDeath(pid: number): ChildProcess | undefined {
  if (process.platform === 'win32') {
    process.once('exit', () => process.kill(pid));
    return undefined;
  }
  const guard = spawn('sh', ['-c', 'read -r _; kill -9 "$1"', 'vin-guard', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.once('error', () => undefined); // no sh: the server is then stopped by stop() only
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  return guard;
}

/** The end of a log file, for an error message. */
export async function lastLines(file: string, lines = 15, bytes = 8_192): Promise<string> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return '';
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - bytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(size, bytes)), 0, null, from);
    return buffer.toString('utf8', 0, bytesRead).trim().split('\n').slice(-lines).join('\n');
  } finally {
    await handle.close();
  }
}
