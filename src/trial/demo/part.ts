import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { VinError } from '../../base/errors';
import { openPrivate } from '../../base/private-files';
import { guardAgainstOurDeath } from '../temporal-server/child';

/** One process of the demo: a `vin` command whose messages go to a file. */
export interface Part {
  readonly pid: number;
  /** What it printed on stdout when it was ready, for example `{"url": …}`. Rejects when it ends before. */
  readonly ready: Promise<{ readonly url: string; readonly pageUrl?: string }>;
  /** Resolves when it has ended, with its exit code. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

export const PART_FAILED = 'DEMO_PART_FAILED';

const COMMAND = require.resolve('../../cli/vin');

/**
 * Starts `vin <args>` as a process of its own. It is stopped when we stop, and ends when we end without stopping it.
 *
 * @param name of its log.
 */
export function startPart(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  logFolder: string,
  name = args[0] ?? 'part',
): Part {
  const logFile = join(logFolder, `${name}.log`);
  const log = openPrivate(logFile, 'a');
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', log],
    // Ctrl-C in the terminal is for us: we stop the parts in order.
    detached: true,
  });
  closeSync(log);
  const guard = guardAgainstOurDeath(child.pid as number);
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  void ended.then(() => guard?.kill('SIGKILL'));
  const ready = Promise.race([firstJsonLine(child), ended.then((code) => failed(name, code, logFile))]);
  ready.catch(() => undefined); // who waits for it hears of the failure
  return {
    pid: child.pid as number,
    ready,
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function firstJsonLine(child: ChildProcess): Promise<{ url: string; pageUrl?: string }> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  let text = '';
  for await (const line of lines) {
    text += line;
    try {
      return JSON.parse(text) as { url: string };
    } catch {
      // An answer may be spread over lines.
    }
  }
  return new Promise(() => undefined); // it has ended: `ended` tells
}

function failed(name: string, code: number | null, logFile: string): never {
  const last = readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
  throw new VinError(
    PART_FAILED,
    `"vin ${name}" ended with ${code} before it was ready:\n${last}`,
    `Its whole output is in ${logFile}.`,
  );
}
