// npm run doors: what a hostile client can take from the others at the gateway, measured on this machine only.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Agent, request } from 'undici';
import { Activations } from '../../src/activations/activations';
import { withConcurrency } from '../../src/fleet-list/concurrency';
import { makeToken } from '../../src/gateway/api/tokens';
import { signatures } from '../../src/trial/simulator/high-mobility/webhooks';
import { APP } from '../../test/support/application';
import { isMissed, type Line } from '../figure';
import { fleetOf } from '../fleet';
import { percentile, rounded } from '../pairs';
import { type Part, Stage, WEBHOOK_SECRET } from '../parts';

/** Seconds that each attack goes on while the others are measured. */
const SECONDS = 10;

/** Tokens that an attack has. */
const TOKENS = { halfSent: 0, batches: 20, unread: 15, greedy: 1 } as const;

interface Measured {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly line: Line;
  readonly beside?: string;
}

class Doors {
  private constructor(
    private readonly stage: Stage,
    private readonly gateway: Part,
    private readonly url: string,
    private readonly tokens: readonly string[],
    private readonly vins: readonly string[],
  ) {}

  static async open(stage: Stage): Promise<Doors> {
    const vins = fleetOf('A', 200);
    const activations = new Activations(stage.temporal.client, APP);
    await withConcurrency(vins, 16, (vin) => activations.start({ vin, brand: 'bmw' }));
    const made = Array.from({ length: 20 }, (_, index) =>
      makeToken({ name: `token ${index}`, role: 'operate', fleets: '*', expiresAt: null }, Date.now()),
    );
    writeFileSync(
      stage.file('tokens.json'),
      JSON.stringify({ version: 1, tokens: made.map(({ token }) => token) }),
    );
    const gateway = stage.vin(['gateway', '--port', '0', '-o', 'json'], {
      VIN_API_TOKENS: stage.file('tokens.json'),
      NODE_OPTIONS: `--require=${resolve(__dirname, 'longest-piece.cjs')}`,
      LONGEST_PIECE_FILE: stage.file('piece.txt'),
    });
    const { url } = await gateway.ready;
    const doors = new Doors(
      stage,
      gateway,
      url,
      made.map(({ text }) => text),
      vins,
    );
    // Measured warm: a gateway runs for weeks.
    await doors.during(3, (end) => Promise.all([doors.webhooks(end), doors.calls(end)]));
    return doors;
  }

  async halfSent(): Promise<Measured[]> {
    const quiet = await this.during(SECONDS, (end) => this.webhooks(end));
    const took = await this.under('halfSent', (end) => this.webhooks(end));
    return [
      {
        what: 'webhooks while 5,000 half-sent bodies are open, p99',
        value: percentile(took, 0.99),
        unit: 'ms',
        line: { atMost: 250 },
        beside: `${took.length} sent, all answered 2xx; ${rounded(percentile(quiet, 0.99))} ms while nobody attacks`,
      },
    ];
  }

  async batches(): Promise<Measured[]> {
    await this.longestPiece();
    await this.during(SECONDS / 2, (end) => this.health(end));
    const noise = await this.longestPiece();
    const took = await this.under('batches', (end) => this.health(end));
    const piece = await this.longestPiece();
    return [
      {
        what: '/healthz while ten hostile batches of 1 MiB run, slowest',
        value: Math.max(...took),
        unit: 'ms',
        line: { atMost: 250 },
        beside: `p50 ${rounded(percentile(took, 0.5))} ms, of ${took.length}`,
      },
      {
        what: 'the longest piece of work meanwhile',
        value: piece.work,
        unit: 'ms',
        line: { atMost: 50 },
        beside: `${rounded(piece.clock)} ms by the clock, ${rounded(noise.clock)} ms while nobody attacks`,
      },
    ];
  }

  async unread(): Promise<Measured[]> {
    let most = 0;
    await this.under('unread', async (end) => {
      while (Date.now() < end) {
        most = Math.max(most, this.gateway.rss());
        await pause(200);
      }
    });
    return [
      { what: 'memory while 30 clients do not read, most', value: most, unit: 'MB', line: { atMost: 300 } },
    ];
  }

  async greedy(): Promise<Measured[]> {
    const quiet = percentile(await this.during(SECONDS, (end) => this.calls(end)), 0.99);
    const took = await this.under('greedy', (end) => this.calls(end));
    const loud = percentile(took, 0.99);
    return [
      {
        what: "others' calls while one token takes all it gets, p99 to that without",
        value: loud / quiet,
        unit: 'times',
        line: { atMost: 2 },
        beside: `${rounded(loud)} ms to ${rounded(quiet)} ms`,
      },
    ];
  }

  private during<T>(seconds: number, work: (end: number) => Promise<T>): Promise<T> {
    return work(Date.now() + seconds * 1_000);
  }

  private async under<T>(kind: keyof typeof TOKENS, work: (end: number) => Promise<T>): Promise<T> {
    const { url, vins } = this;
    const plan = {
      url,
      kind,
      tokens: this.tokens.slice(0, TOKENS[kind]),
      vins,
    };
    const attack = this.stage.script(resolve(__dirname, 'attack.ts'), [JSON.stringify(plan)]);
    await attack.ready;
    try {
      await pause(1_000);
      return await this.during(SECONDS, work);
    } finally {
      await attack.stop();
    }
  }

  /** Sends signed webhooks at a fixed rate. @returns how long each took; all must be answered 2xx. */
  private async webhooks(end: number): Promise<number[]> {
    return this.atRate(end, 50, async (index) => {
      const event = { type: 'fleet_clearance_changed', action: 'pending', detail: `reason ${index}` };
      const body = Buffer.from(
        JSON.stringify({ vehicle: { vin: this.vins[index % this.vins.length] }, event }),
      );
      const headers = {
        'content-type': 'application/json',
        'x-hm-delivery': `d-${index}-${end}`,
        ...signatures(WEBHOOK_SECRET, body),
      };
      return { path: '/webhooks/high-mobility/default', method: 'POST', body, headers };
    });
  }

  private calls(end: number): Promise<number[]> {
    // Ten others, none of which comes near its share.
    const others = this.tokens.slice(-10);
    return this.atRate(end, 30, async (index) => ({
      path: '/v1/activations?limit=20',
      method: 'GET',
      headers: { authorization: `Bearer ${others[index % others.length]}` },
    }));
  }

  private health(end: number): Promise<number[]> {
    return this.atRate(end, 20, async () => ({ path: '/healthz', method: 'GET' }));
  }

  private async atRate(
    end: number,
    rate: number,
    make: (
      index: number,
    ) => Promise<{ path: string; method: string; body?: Buffer; headers?: Record<string, string> }>,
  ): Promise<number[]> {
    const dispatcher = new Agent({ connections: 16, headersTimeout: 60_000 });
    const took: number[] = [];
    const underWay: Promise<void>[] = [];
    const begun = performance.now();
    for (let index = 0; Date.now() < end; index += 1) {
      const due = begun + (index * 1_000) / rate;
      await pause(Math.max(0, due - performance.now()));
      const { path, method, body, headers } = await make(index);
      const call = request(`${this.url}${path}`, {
        method: method as 'GET',
        body: body ?? null,
        headers: headers ?? {},
        dispatcher,
      });
      underWay.push(
        call.then(async (reply) => {
          const text = await reply.body.text();
          if (reply.statusCode >= 300)
            throw new Error(`${method} ${path} was answered ${reply.statusCode} ${text}`);
          took.push(performance.now() - due);
        }),
      );
    }
    await Promise.all(underWay);
    await dispatcher.close();
    return took;
  }

  /** Milliseconds, since it was asked last. */
  private async longestPiece(): Promise<{ readonly clock: number; readonly work: number }> {
    const file = this.stage.file('piece.txt');
    rmSync(file, { force: true });
    this.gateway.signal('SIGUSR2');
    for (let tries = 0; tries < 100 && !existsSync(file); tries += 1) await pause(100);
    return JSON.parse(readFileSync(file, 'utf8')) as { clock: number; work: number };
  }
}

const MEASURES = ['halfSent', 'batches', 'unread', 'greedy'] as const;

/** All of them, or those of `--only halfSent,greedy`. */
function chosen(): readonly (typeof MEASURES)[number][] {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const wanted = values.only?.split(',');
  return MEASURES.filter((name) => wanted === undefined || wanted.includes(name));
}

async function run(): Promise<void> {
  const stage = await Stage.open();
  const measured: Measured[] = [];
  try {
    const doors = await Doors.open(stage);
    for (const measure of chosen()) {
      process.stderr.write(`doors: ${measure}\n`);
      measured.push(...(await doors[measure]()));
    }
  } finally {
    await stage.close();
  }
  for (const { what, value, unit, line, beside } of measured) {
    const isMiss = isMissed({ id: '', what, ours: '', baseline: '-', value, line, better: 'less' });
    const limit = 'atMost' in line ? `at most ${line.atMost}` : `at least ${line.atLeast}`;
    process.stdout.write(
      `${isMiss ? 'MISS' : 'ok  '} ${what}: ${rounded(value)} ${unit} (${limit})${beside ? `; ${beside}` : ''}\n`,
    );
    if (isMiss) process.exitCode = 1;
  }
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 2;
});
