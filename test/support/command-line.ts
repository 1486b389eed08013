import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { EXIT } from '../../src/cli/exit-codes';
import { isNotAnswered } from './not-answered';
import { endSchedules } from './schedules';

/** The built command: the tests of the command line run what a user runs. `start-servers.ts` builds it. */
const COMMAND = join(__dirname, '../../lib/src/cli/vin.js');

export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `vin <args>` to its end, and again where Temporal or a worker has not answered it in time, as its exit code tells a script:
 * a busy machine is no failure.
 *
 * @param command another program that is it
 */
export function vin(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  command = COMMAND,
): Promise<Answer> {
  return eventually(
    () => vinOnce(args, environment, command),
    ({ code }) => code !== EXIT.away,
  );
}

/** The same once, for those who want to see that somebody is away. */
export function vinOnce(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  command = COMMAND,
): Promise<Answer> {
  return start(args, environment, command).ended;
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

/**
 * The same with one that serves, until it is told to end: where Temporal has not answered in time at its start, it is started again,
 * as docker-compose.yml has it.
 */
export function serve(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  command = COMMAND,
): RunningCommand {
  let isTold = false;
  let running = start(args, environment, command);
  const isAgain = ({ code }: Answer): boolean => !isTold && code === EXIT.away;
  const untilEnd = async (): Promise<Answer> => {
    for (;;) {
      const answer = await running.ended;
      if (!isAgain(answer)) return answer;
      running = start(args, environment, command);
    }
  };
  const ended = untilEnd();
  const untilBegun = async <T>(begun: (one: RunningCommand) => Promise<T>): Promise<T> => {
    for (;;) {
      const one = running;
      try {
        return await begun(one);
      } catch (error) {
        // By then the next one is there.
        if (!isAgain(await one.ended)) throw error;
      }
    }
  };
  const ready = untilBegun((one) => one.ready);
  ready.catch(() => undefined); // who waits for it hears of it
  return {
    get pid() {
      return running.pid;
    },
    ready,
    ended,
    logged: (text) => untilBegun((one) => one.logged(text)),
    kill: (signal) => {
      isTold = true;
      running.kill(signal);
    },
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
  within = 240_000,
): Promise<T> {
  const end = Date.now() + within;
  // More and more seldom: a question to an activation is work for the server and a worker.
  for (let pause = 50; ; pause = Math.min(1.5 * pause, 500)) {
    // One look begins after that time, however long this process stood still, or an answer took.
    const isLast = Date.now() > end;
    let last: unknown;
    try {
      const answer = await ask();
      if (wanted(answer)) return answer;
      last = answer;
    } catch (error) {
      if (!isNotAnswered(error)) throw error;
      last = String(error);
    }
    if (isLast) throw new Error(`not reached within ${within} ms: ${JSON.stringify(last)}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** What is answered, once it is: a server, or the worker that is asked, may take longer than one call waits. */
export function answered<T>(ask: () => Promise<T>): Promise<T> {
  return eventually(ask, () => true);
}

/** Commands that run while a file's tests do. Then all are told to stop, those begun last first. */
export function partsForAllTests(
  command = COMMAND,
): (args: readonly string[], environment: NodeJS.ProcessEnv) => RunningCommand {
  const parts: RunningCommand[] = [];
  afterAll(async () => {
    for (const part of parts.reverse()) part.kill('SIGTERM');
    await Promise.all(parts.map((part) => part.ended));
    for (const [namespace, address] of left) await endSchedules(address, namespace);
  });
  /** The namespaces in which workers were, with the address of their server. */
  const left = new Map<string, string>();
  return (args, environment) => {
    const part = serve(args, environment, command);
    parts.push(part);
    const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = environment;
    if (args[0] === 'worker' && address && namespace) left.set(namespace, address);
    return part;
  };
}
