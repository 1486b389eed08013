import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { type ConnectedClient, connectClient, readTemporalConfig } from '../src/temporal/connection';
import { startEmbeddedServer } from '../src/trial/temporal-server/server';
import { environmentOf } from '../test/support/dockerfile';
import { SEARCH_ATTRIBUTES } from '../workflows/contract/search-attributes';

const COMMAND = resolve(__dirname, '../lib/src/cli/vin.js');
const REGISTER = resolve(__dirname, 'register.cjs');

export const WEBHOOK_SECRET = 'bench-webhook-secret';
const CREDENTIALS = {
  HIGH_MOBILITY_CLIENT_ID: 'bench-client',
  HIGH_MOBILITY_CLIENT_SECRET: 'bench-client-secret',
  HIGH_MOBILITY_WEBHOOK_SECRET: WEBHOOK_SECRET,
};

/** `BENCH_PROFILE=<folder>` has every part write a CPU profile there when it ends. */
const PROFILING = process.env['BENCH_PROFILE']
  ? ['--cpu-prof', `--cpu-prof-dir=${process.env['BENCH_PROFILE']}`]
  : [];

/** Data is asked for after a vehicle was approved: it is measured where it belongs, and left out where not. */
const NO_DATA = { version: 'bench', policy: { firstData: { ask: false } } };

/** No endpoint is short of slots: the workflows that ours is compared with keep no budgets. Slots are still asked for. */
export const AMPLE = 'submit=60000,list=60000,withdraw=60000';

/** The settings of the process in the image of the worker, for ours and for the baselines that are workers, too. */
export const WORKER_IMAGE: NodeJS.ProcessEnv = environmentOf('worker');

/** A process that is part of what is measured. */
export interface Part {
  /** The first JSON document on its stdout: it is ready. Rejects when it ends before. */
  readonly ready: Promise<{ readonly url: string }>;
  /** Everything it said on stdout, once it has ended. */
  readonly ended: Promise<string>;
  /** The memory it has now, in MB; NaN when it has ended. */
  rss(): number;
  signal(name: NodeJS.Signals): void;
  /** Asks it to stop, and waits until it has. */
  stop(): Promise<void>;
}

/** A Temporal server of its own for one case, and the processes that work against it. */
export class Stage {
  private readonly stops: (() => Promise<void>)[] = [];
  private constructor(
    readonly temporal: ConnectedClient,
    readonly address: string,
    readonly serverPid: number,
    private readonly folder: string,
  ) {}

  static async open(): Promise<Stage> {
    const server = await startEmbeddedServer({ searchAttributes: SEARCH_ATTRIBUTES });
    const folder = mkdtempSync(join(tmpdir(), 'vin-bench-'));
    const temporal = await connectClient(readTemporalConfig({ TEMPORAL_ADDRESS: server.address }));
    const stage = new Stage(temporal, server.address, server.pid, folder);
    writeFileSync(stage.file('catalogue.json'), JSON.stringify(NO_DATA));
    stage.stops.push(server.stop, temporal.close);
    return stage;
  }

  async close(): Promise<void> {
    for (const stop of this.stops.reverse()) await stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A path in a folder that is gone at the end. */
  file(name: string): string {
    return join(this.folder, name);
  }

  /** `vin <args>`, as it is delivered. */
  vin(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Part {
    return this.start([COMMAND, ...args], args[0] ?? 'vin', environment);
  }

  /** A program of bench/baselines. */
  baseline(name: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Part {
    const file = resolve(__dirname, 'baselines', `${name}.ts`);
    return this.start(['-r', REGISTER, file, ...args], name, environment);
  }

  /** Another program of ours, written in TypeScript. */
  script(file: string, args: readonly string[]): Part {
    return this.start(['-r', REGISTER, file, ...args], basename(file, '.ts'), {});
  }

  private start(args: readonly string[], name: string, more: NodeJS.ProcessEnv): Part {
    const part = startPart(args, this.file(`${name}.log`), {
      ...process.env,
      ...CREDENTIALS,
      TEMPORAL_ADDRESS: this.address,
      VIN_CATALOGUE: this.file('catalogue.json'),
      VIN_LOG_LEVEL: 'warn',
      ...more,
    });
    this.stops.push(part.stop);
    return part;
  }
}

function startPart(args: readonly string[], logFile: string, env: NodeJS.ProcessEnv): Part {
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [...PROFILING, ...args], { env, stdio: ['ignore', 'pipe', log] });
  closeSync(log);
  // However we end, no part is left behind.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  let said = '';
  let tell: (text: string) => void = () => undefined;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    tell(said);
  });
  const ended = new Promise<string>((done) => child.once('close', () => done(said)));
  void ended.then(() => process.off('exit', kill));
  const ready = new Promise<{ url: string }>((done, reject) => {
    tell = (text) => {
      try {
        done(JSON.parse(text) as { url: string });
      } catch {
        // Not whole yet.
      }
    };
    const words = (): string => readFileSync(logFile, 'utf8').slice(-2_000);
    void ended.then(() => reject(new Error(`${args.join(' ')} ended before it was ready:\n${words()}`)));
  });
  ready.catch(() => undefined); // who waits for it hears of it
  return {
    ready,
    ended,
    rss: () => memoryOf(child.pid as number),
    signal: (name) => void child.kill(name),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The memory of a process in MB; NaN when there is no such process. */
function memoryOf(pid: number): number {
  try {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1_024;
  } catch {
    return Number.NaN;
  }
}
