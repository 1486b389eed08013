import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { type Calls, createCalls } from '../../activities/calls';
import { loadCatalogue } from '../../src/domain/catalogue';
import { type Rules, rulesFor } from '../../src/domain/rules';
import { createGateway } from '../../src/gateway/server';
import { createHighMobility, type HighMobilityClient } from '../../src/providers/high-mobility/client';
import { withPause } from '../../src/providers/pause';
import { type Simulator, startSimulator } from '../../src/simulator/simulator';
import type { SweptActivations } from '../../src/sweep/activations-at-provider';
import { createSweeper } from '../../src/sweep/sweeper';
import { HIGH_MOBILITY } from '../../workflows/messages';
import { claimed } from '../../workflows/requests';
import { Clock, DAY, MINUTE, SECOND, settlePromises } from '../simulation/clock';
import { type Fate, fateOf } from './fates';
import { VirtualActivation } from './virtual-activation';

/** The simulator's own clock: its time is moved by ours only. */
const STANDSTILL = 1e-9;
const SWEEP_INTERVAL = 15 * MINUTE;
/** As `vin import` starts them. */
const STARTS_A_SECOND = 100;
const CREDENTIALS = { clientId: 'bench-client', clientSecret: 'bench-client-secret' };
const WEBHOOK_SECRET = 'bench-webhook-secret';

/** What ten days of a fleet came to. */
export interface TenDays {
  /** Method and path, without a VIN, of every call in the simulator's ledger. */
  readonly calls: readonly string[];
  readonly sweeps: number;
  /** The longest time from a change at the provider until its activation knew, in milliseconds. */
  readonly slowest: number;
}

/**
 * Ten days of a fleet on a virtual clock.
 *
 * @throws Error when an activation does not know at the end what the provider says.
 */
export async function liveTenDays(vins: readonly string[], webhooks: boolean): Promise<TenDays> {
  const simulator = await startSimulator({ ...CREDENTIALS, speed: STANDSTILL, seed: 1 });
  const fleet = new VirtualFleet(simulator);
  try {
    if (webhooks) await fleet.openGateway();
    return await fleet.live(vins);
  } finally {
    await fleet.close();
    await simulator.close();
  }
}

class VirtualFleet {
  private readonly clock: Clock;
  private readonly activations = new Map<string, VirtualActivation>();
  private readonly client: HighMobilityClient;
  private readonly calls: Calls;
  private readonly closing: (() => Promise<unknown>)[] = [];
  private readonly catalogue = loadCatalogue(undefined);
  private readonly rules = new Map<string, Rules>();
  private failure: unknown = null;
  /** Calls that are under way; time stands still for them. */
  private underWay = 0;
  /** Webhooks before this one have been taken. */
  private taken = 0;
  private sweeps = 0;
  private slowest = 0;

  constructor(private readonly simulator: Simulator) {
    const start = simulator.clock.now();
    this.clock = new Clock(start);
    const client = createHighMobility({
      ...CREDENTIALS,
      baseUrl: simulator.url,
      now: () => this.clock.now - start,
    });
    this.closing.push(() => client.close());
    this.client = this.holding(client);
    const after = (wait: number, run: () => void): void => this.at(this.clock.now + wait, run);
    this.calls = createCalls(withPause(this.client), undefined, { size: 100, window: 2 * SECOND, after });
  }

  /** Has the simulator send webhooks to a real gateway, which tells activations what it has verified. */
  async openGateway(): Promise<void> {
    const gateway = createGateway({
      claims: {
        deliver: async (claim) => {
          const activation = this.activations.get(claim.vin);
          activation?.claimed(claimed(claim));
          return activation ? 'delivered' : 'unknown-vin';
        },
      },
      secrets: [WEBHOOK_SECRET],
      log: pino({ level: 'silent' }),
      now: () => this.simulator.clock.now(),
    });
    await gateway.listen({ host: '127.0.0.1', port: 0 });
    this.closing.push(() => gateway.close());
    const { port } = gateway.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/webhooks/high-mobility`;
    this.simulator.setWebhook({ url, secret: WEBHOOK_SECRET });
  }

  async live(vins: readonly string[]): Promise<TenDays> {
    const { clock, simulator } = this;
    const start = clock.now;
    for (const [number, vin] of vins.entries())
      this.onboard(vin, fateOf(number), start + (number * SECOND) / STARTS_A_SECOND);
    this.tick();
    this.sweepAgain(this.createSweeper());
    await clock.run(
      start + 10 * DAY,
      () => this.failure !== null,
      () => !this.isSettled(),
      () => this.settle(),
    );
    if (this.failure !== null) throw this.failure;
    this.expectAgreement();
    const calls = simulator.ledger.calls.map(({ method, path, vins: [vin] }) =>
      `${method} ${path.split('?')[0]}`.replace(vin ?? '?', '{vin}'),
    );
    return { calls, sweeps: this.sweeps, slowest: this.slowest };
  }

  async close(): Promise<void> {
    for (const close of this.closing.reverse()) await close();
  }

  private onboard(vin: string, { brand, tags, life, leaves }: Fate, start: number): void {
    this.simulator.script(vin, life);
    this.at(start, () => {
      const activation = new VirtualActivation({ vin, brand, tags }, this.rulesOf(brand), {
        clock: this.clock,
        at: (time, run) => this.at(time, run),
        calls: this.calls,
        provider: this.client,
        failed: (error) => {
          this.failure = error;
        },
        learned: (delay) => {
          this.slowest = Math.max(this.slowest, delay);
        },
      });
      this.activations.set(vin, activation);
      activation.start();
      if (leaves !== null) this.at(start + leaves, () => activation.leave());
    });
  }

  private rulesOf(brand: string): Rules {
    const known = this.rules.get(brand);
    const rules = known ?? rulesFor(this.catalogue, brand, { speed: 1, sweepInterval: SWEEP_INTERVAL });
    this.rules.set(brand, rules);
    return rules;
  }

  /** Whatever we do, the simulator has been brought up to the moment before. */
  private at(time: number, run: () => void): void {
    this.clock.at(time, () => {
      const behind = this.clock.now - this.simulator.clock.now();
      if (behind > 0) this.simulator.clock.advance(behind);
      run();
    });
  }

  /** So that webhooks leave in time, though we do nothing. */
  private tick(): void {
    this.at(this.clock.now + 10 * SECOND, () => this.tick());
  }

  private createSweeper(): ReturnType<typeof createSweeper> {
    const { activations } = this;
    const running = (): VirtualActivation[] => [...activations.values()].filter(({ state }) => !state.ended);
    const swept: SweptActivations = {
      of: async (vins) => {
        const wanted = new Set(vins);
        const found = running().filter(({ state }) => wanted.has(state.vehicle.vin));
        return new Map(found.map(({ found: one }) => [one.vin, one]));
      },
      async *all() {
        for (const { found } of running()) yield found;
      },
      tell: async (vin, clearance) => activations.get(vin)?.swept(clearance) ?? false,
    };
    return createSweeper({ provider: HIGH_MOBILITY, source: this.client, activations: swept });
  }

  private sweepAgain(sweeper: ReturnType<typeof createSweeper>): void {
    this.at(this.clock.now + SWEEP_INTERVAL, () => {
      this.sweeps += 1;
      const full = (this.sweeps * SWEEP_INTERVAL) % DAY === 0;
      void this.hold(() => sweeper.sweep({ full })).catch((error: unknown) => {
        this.failure = error;
      });
      this.sweepAgain(sweeper);
    });
  }

  /** A client whose calls let time stand still. */
  private holding(client: HighMobilityClient): HighMobilityClient {
    return {
      ...client,
      submit: (requests) => this.hold(() => client.submit(requests)),
      list: (filter) => this.hold(() => client.list(filter)),
      scan: (visit, options) => this.hold(() => client.scan(visit, options)),
      withdraw: (vin) => this.hold(() => client.withdraw(vin)),
      firstData: (vin) => this.hold(() => client.firstData(vin)),
    };
  }

  private async hold<T>(work: () => Promise<T>): Promise<T> {
    this.underWay += 1;
    try {
      return await work();
    } finally {
      this.underWay -= 1;
    }
  }

  private async settle(): Promise<void> {
    // Once more each time: whoever has just got an answer may ask the next question.
    do await settlePromises();
    while (!this.isSettled());
    await settlePromises();
    if (!this.isSettled()) await this.settle();
  }

  private isSettled(): boolean {
    const { deliveries } = this.simulator.ledger;
    while (deliveries[this.taken] && deliveries[this.taken]?.outcome !== 'under way') this.taken += 1;
    return this.failure !== null || (this.underWay === 0 && this.taken === deliveries.length);
  }

  /** What the provider says in the end is what activations believe; a change since the last sweep may be under way. */
  private expectAgreement(): void {
    const latest = this.clock.now - SWEEP_INTERVAL;
    const newest = new Map(this.simulator.ledger.clearances.map((row) => [row.vin, row]));
    for (const [vin, { changelog }] of newest) {
      const { at = 0, status } = changelog.at(-1) ?? {};
      const believed = this.activations.get(vin)?.state.clearance.status;
      if (at < latest && believed !== status)
        throw new Error(`${vin} is ${status} at the provider, its activation believes ${believed}`);
    }
  }
}
