import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { EXIT } from '../../src/cli/exit-codes';
import { isNotAnswered } from './not-answered';

/** The built command: the tests of the command line run what a user runs. `start-servers.ts` builds it. */
const COMMAND = join(__dirname, '../../lib/src/cli/vin.js');

export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `vin <args>` to its end. @param command another program that is it */
export async function vin(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  command = COMMAND,
): Promise<Answer> {
  const child = start(args, environment, command);
  return child.ended;
}

/**
 * The same with a message to a vehicle, until a worker has taken it in: on a busy machine the first answer may be that it is
 * queued, and asked again with its id it is the same message.
 */
export function vinTaken(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  command = COMMAND,
): Promise<Answer> {
  const same = [...args, '--id', randomUUID()];
  return eventually(
    () => vin(same, environment, command),
    ({ code }) => code !== EXIT.pending,
  );
}

export interface RunningCommand {
  readonly pid: number;
  /** The first JSON document on stdout: what a server prints when it is ready. */
  readonly ready: Promise<{ url: string }>;
  readonly ended: Promise<Answer>;
  /** Resolves when its log (stderr) has said this; rejects when it ends before. */
  logged(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts `vin <args>` and leaves it running. */
export function start(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  command = COMMAND,
): RunningCommand {
  const child = spawn(process.execPath, [command, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const ended = new Promise<Answer>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    pid: child.pid as number,
    ready: readyLine(child, ended),
    ended,
    logged: (text) =>
      new Promise<void>((resolve, reject) => {
        const look = (): void => (stderr.includes(text) ? resolve() : undefined);
        child.stderr.on('data', look);
        look();
        void ended.then(({ code }) => reject(new Error(`ended with ${code} before "${text}": ${stderr}`)));
      }),
    kill: (signal) => child.kill(signal),
  };
}

function readyLine(child: ChildProcess, ended: Promise<Answer>): Promise<{ url: string }> {
  const ready = new Promise<{ url: string }>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += chunk;
      try {
        resolve(JSON.parse(text));
      } catch {
        // Not whole yet.
      }
    });
    void ended.then(({ code, stderr }) => reject(new Error(`ended with ${code}: ${stderr}`)));
  });
  ready.catch(() => undefined); // who waits for it hears of it
  return ready;
}

/**
 * Asks again and again until the answer is as wanted; the answer is what the test then looks at. On a busy machine a server, or
 * the worker that is asked, may take longer than a call waits: that is no answer yet.
 */
export async function eventually<T>(
  ask: () => Promise<T>,
  wanted: (answer: T) => boolean,
  within = 120_000,
): Promise<T> {
  const end = Date.now() + within;
  for (;;) {
    let last: unknown;
    try {
      const answer = await ask();
      if (wanted(answer)) return answer;
      last = answer;
    } catch (error) {
      if (!isNotAnswered(error)) throw error;
      last = String(error);
    }
    if (Date.now() > end) throw new Error(`not reached within ${within} ms: ${JSON.stringify(last)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Commands that run while a file's tests do: those begun last are told to stop first. */
export function partsForAllTests(
  command = COMMAND,
): (args: readonly string[], environment: NodeJS.ProcessEnv) => RunningCommand {
  const parts: RunningCommand[] = [];
  afterAll(async () => {
    for (const part of parts.reverse()) {
      part.kill('SIGTERM');
      await part.ended;
    }
  });
  return (args, environment) => {
    const part = start(args, environment, command);
    parts.push(part);
    return part;
  };
}
