import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { Activations } from '../../src/activations/activations';
import { withConcurrency } from '../../src/fleet-list/concurrency';
import { makeToken } from '../../src/gateway/api/tokens';
import { signatures } from '../../src/trial/simulator/high-mobility/webhooks';
import { APP } from '../../test/support/application';
import type { Case, Figure, Run } from '../figure';
import { fleetOf } from '../fleet';
import { percentile, rounded } from '../pairs';
import { type Part, Stage, WEBHOOK_SECRET } from '../parts';

/** How much of it there is. */
interface Dose {
  /** That a gateway is used before it is measured: it runs for weeks, and its first seconds are those of the compiler. */
  readonly warm: number;
  /** That each attack goes on while the others are measured: of so many calls that p99 is more than the worst two or three. */
  readonly seconds: number;
  readonly halfSent: number;
}

const FULL: Dose = { warm: 10, seconds: 20, halfSent: 5_000 };
const SMALL: Dose = { warm: 2, seconds: 2, halfSent: 500 };

/** Milliseconds of an attack before it is measured. Half-sent bodies are cut after 2 s: what cuts them has to be compiled as well. */
const SETTLED = { halfSent: 6_000, batches: 1_000, unread: 1_000, greedy: 1_000 } as const;

/** Tokens that an attack has. */
const TOKENS = { halfSent: 0, batches: 20, unread: 15, greedy: 1 } as const;

class Doors {
  private constructor(
    private readonly dose: Dose,
    private readonly stage: Stage,
    private readonly gateway: Part,
    private readonly url: string,
    private readonly tokens: readonly string[],
    private readonly vins: readonly string[],
  ) {}

  static async open(stage: Stage, dose: Dose): Promise<Doors> {
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
      dose,
      stage,
      gateway,
      url,
      made.map(({ text }) => text),
      vins,
    );
    await doors.during(dose.warm, (end) => Promise.all([doors.webhooks(end), doors.calls(end)]));
    return doors;
  }

  async halfSent(): Promise<Figure[]> {
    const quiet = await this.during(this.dose.seconds, (end) => this.webhooks(end));
    const kept = await this.keptHalfSent();
    const took = await this.under('halfSent', (end) => this.webhooks(end));
    const many = this.dose.halfSent.toLocaleString('en-US');
    return [
      atMost(250, 'half-sent', `webhooks while ${many} half-sent bodies are open, p99 in ms`, {
        value: percentile(took, 0.99),
        ours: `${took.length} sent, all answered 2xx`,
        baseline: `${rounded(percentile(quiet, 0.99))} ms while nobody attacks`,
      }),
      atMost(2.5, 'half-sent-kept', 'seconds that a half-sent body is waited for, of 2 s that it has', {
        value: kept,
      }),
    ];
  }

  async batches(): Promise<Figure[]> {
    await this.longestPiece();
    await this.during(this.dose.seconds / 2, (end) => this.health(end));
    const noise = await this.longestPiece();
    const took = await this.under('batches', (end) => this.health(end));
    const piece = await this.longestPiece();
    return [
      atMost(250, 'batches-health', '/healthz while ten hostile batches of 1 MiB run, slowest in ms', {
        value: Math.max(...took),
        ours: `p50 ${rounded(percentile(took, 0.5))} ms, of ${took.length}`,
      }),
      atMost(50, 'batches-piece', 'the longest piece of work meanwhile, in ms', {
        value: piece.work,
        ours: `${rounded(piece.clock)} ms by the clock`,
        baseline: `${rounded(noise.clock)} ms while nobody attacks`,
      }),
    ];
  }

  async unread(): Promise<Figure[]> {
    const before = this.gateway.rss();
    let most = 0;
    await this.under('unread', async (end) => {
      while (Date.now() < end) {
        most = Math.max(most, this.gateway.rss());
        await pause(200);
      }
    });
    return [
      atMost(300, 'unread', 'memory while 30 clients do not read, most in MB', {
        value: most,
        baseline: `${rounded(before)} MB before`,
      }),
    ];
  }

  async greedy(): Promise<Figure[]> {
    const quiet = percentile(await this.during(this.dose.seconds, (end) => this.calls(end)), 0.99);
    const loud = percentile(await this.under('greedy', (end) => this.calls(end)), 0.99);
    return [
      atMost(2, 'greedy', "others' calls while one token takes all it gets, p99 to that without", {
        value: loud / quiet,
        ours: `${rounded(loud)} ms`,
        baseline: `${rounded(quiet)} ms`,
      }),
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
      halfSent: this.dose.halfSent,
    };
    const attack = this.stage.script(resolve(__dirname, 'attack.ts'), [JSON.stringify(plan)]);
    await attack.ready;
    try {
      await pause(SETTLED[kind]);
      return await this.during(this.dose.seconds, work);
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

  /** Seconds until a body of which nothing more comes is cut off. */
  private keptHalfSent(): Promise<number> {
    const { port, host } = new URL(this.url);
    const begun = performance.now();
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(
          `POST /webhooks/high-mobility/default HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 60000\r\n\r\n{`,
        );
      });
      socket.once('error', reject).resume();
      socket.once('close', () => resolve((performance.now() - begun) / 1_000));
    });
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

const ATTACKS = ['halfSent', 'batches', 'unread', 'greedy'] as const;

export const doors: Case = {
  name: 'doors',
  title: 'What a hostile client takes from the others at the gateway',
  how:
    'A gateway with its defaults, and beside it a process that attacks it in one way, and then a new gateway for the next: half-sent bodies, which are opened ' +
    'again as they are cut; batches of 1 MiB of eight kinds, of 20 tokens, ten of which run at a time; 30 clients that send batches and never ' +
    'read; one token that waits, lists, reads, amends, starts and sends batches as fast as it is let. What the others notice meanwhile ' +
    'is the figure. The baseline is the same gateway before the attack. A gateway is used for 10 s before it is measured, and half-sent bodies are ' +
    'cut for 4 s before: it runs for weeks, and what is measured is not its compiler. Attackers, gateway, server and those who measure share the cores.',
  async measure({ quick, part, say }: Run) {
    const wanted = ATTACKS.filter((name) => part === undefined || part === name);
    if (wanted.length === 0) throw new Error(`There is no part "${part}". There are: ${ATTACKS.join(', ')}`);
    const figures: Figure[] = [];
    for (const attack of wanted) {
      say(attack);
      // What one attack has made of a process is not the next one's.
      const stage = await Stage.open();
      try {
        const gateway = await Doors.open(stage, quick ? SMALL : FULL);
        figures.push(...(await gateway[attack]()));
      } finally {
        await stage.close();
      }
    }
    return figures;
  },
};

function atMost(
  most: number,
  id: string,
  what: string,
  { value, ours = rounded(value), baseline = '-' }: { value: number; ours?: string; baseline?: string },
): Figure {
  return { id, what, ours, baseline, value, line: { atMost: most }, better: 'less' };
}
