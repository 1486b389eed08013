import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { type Activities, createActivities } from '../activities';
import type { Attempt } from '../activities/attempt';
import { loadCatalogue } from '../src/catalogue/catalogue';
import { type Rules, rulesFor } from '../src/domain/rules';
import { parseStatus } from '../src/domain/status';
import { createGateway } from '../src/gateway/server';
import type { ProviderClient } from '../src/providers/profile';
import type { RunningActivation, SweptActivations } from '../src/sweep/activations-at-provider';
import { createSweeper } from '../src/sweep/sweeper';
import { sourcesWith } from '../test/gateway/webhooks/sources';
import { Clock, DAY, giveWay, MINUTE, SECOND, settlePromises } from '../test/simulation/clock';
import type { Decided } from '../test/simulation/temporal/virtual-run';
import { VirtualTemporal } from '../test/simulation/temporal/virtual-temporal';
import type { VirtualWorkflow } from '../test/simulation/temporal/virtual-workflow';
import { type Fate, fateOf } from './fates';
import { keyOf, type Played } from './played';

const SWEEP_INTERVAL = 15 * MINUTE;
/** As `vin import` starts them. */
const STARTS_A_SECOND = 100;
const WEBHOOK_SECRET = 'bench-webhook-secret';

/** What ten days of a fleet came to. */
export interface TenDays {
  /** Method and path, without a VIN, of every call that the simulator got. */
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
export async function liveTenDays(
  play: () => Promise<Played>,
  vins: readonly string[],
  webhooks: boolean,
): Promise<TenDays> {
  const provider = await play();
  const fleet = new VirtualFleet(provider);
  try {
    if (webhooks) await fleet.openGateway();
    return await fleet.live(vins);
  } finally {
    await fleet.close();
    await provider.close();
  }
}

/** What tells of changes that we have not made ourselves. */
const HEARD = { claimed: true, observed: true };

/** The real shell and the real activities on virtual time, where nothing goes wrong; what they call is outside. */
class VirtualFleet {
  private readonly clock: Clock;
  private readonly temporal: VirtualTemporal;
  private readonly activations = new Map<string, VirtualWorkflow>();
  private readonly client: ProviderClient;
  private readonly closing: (() => Promise<unknown>)[] = [];
  private readonly catalogue: ReturnType<typeof loadCatalogue>;
  private readonly rules = new Map<string, Rules>();
  private failure: unknown = null;
  /** Calls that are under way; time stands still for them. */
  private underWay = 0;
  /** Webhooks before this one have been taken. */
  private taken = 0;
  private sweeps = 0;
  private slowest = 0;

  constructor(private readonly provider: Played) {
    const start = provider.clock.now();
    this.clock = new Clock(start, () => (this.isSettled() ? undefined : this.settle()));
    this.catalogue = loadCatalogue(undefined, undefined, provider.profile);
    const client = provider.connect(() => this.clock.now - start);
    this.closing.push(() => client.close());
    this.client = this.holding(client);
    const witness = {
      complain: (what: string) => {
        this.failure ??= new Error(what);
      },
      attempted: () => {},
      taskDone: (_: VirtualWorkflow, { decisions }: { readonly decisions: readonly Decided[] }) => {
        for (const decided of decisions) this.learn(decided);
      },
    };
    const { clock } = this;
    this.temporal = new VirtualTemporal({ clock, witness }, (_worker, attempt) => this.activities(attempt));
  }

  private activities(attempt: () => Attempt): Activities {
    const after = (wait: number, run: () => void): void =>
      this.clock.after(wait, () => {
        run();
        return settlePromises();
      });
    return createActivities({
      providers: { [keyOf(this.provider)]: this.client },
      filteredListOf: () => this.provider.profile.traits.filteredList,
      rulesOf: (brand) => this.rulesOf(brand),
      notifier: { send: async () => undefined },
      batching: { size: 100, window: 2 * SECOND, after },
      attempt,
    });
  }

  /** How long after the provider's change an activation has learned of it. */
  private learn({ before, event, decision }: Decided): void {
    const { status, changedAt } = decision.state.clearance;
    if (status === before.clearance.status || !(event.type in HEARD)) return;
    const changed = event.type === 'claimed' ? event.providerTime : changedAt;
    if (changed !== null) this.slowest = Math.max(this.slowest, this.clock.now - changed);
  }

  /** Has the simulator send webhooks to a real gateway, which tells activations what it has verified. */
  async openGateway(): Promise<void> {
    const gateway = createGateway({
      claims: {
        deliver: async (claim) => {
          const activation = this.activations.get(claim.vin);
          const isTaken = activation?.signal('clearanceChanged', claim) ?? false;
          return isTaken ? 'delivered' : 'unknown-vehicle';
        },
      },
      sources: sourcesWith(WEBHOOK_SECRET),
      log: pino({ level: 'silent' }),
      now: () => this.provider.clock.now(),
    });
    await gateway.listen({ host: '127.0.0.1', port: 0 });
    this.closing.push(() => gateway.close());
    const { port } = gateway.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/webhooks/high-mobility/default`;
    this.provider.webhooks?.send(url, WEBHOOK_SECRET);
  }

  async live(vins: readonly string[]): Promise<TenDays> {
    const { clock, provider } = this;
    const start = clock.now;
    for (const [number, vin] of vins.entries())
      this.onboard(vin, fateOf(number), start + (number * SECOND) / STARTS_A_SECOND);
    this.tick();
    this.sweepAgain(this.createSweeper());
    await clock.run(start + 10 * DAY, () => this.failure !== null);
    if (this.failure !== null) throw this.failure;
    this.expectAgreement();
    return { calls: provider.calls(), sweeps: this.sweeps, slowest: this.slowest };
  }

  async close(): Promise<void> {
    for (const close of this.closing.reverse()) await close();
  }

  private onboard(vin: string, fate: Fate, start: number): void {
    const { brand, tags, leaves } = fate;
    this.provider.script(vin, fate);
    this.clock.at(start, () => {
      const activation = this.temporal.start({ ...this.provider.app, vin, brand, tags });
      this.activations.set(vin, activation);
      if (leaves === null) return;
      const leave = (): void => void activation.signal('defleet', { by: 'bench', reason: 'sold' });
      this.clock.at(start + leaves, leave);
    });
  }

  private rulesOf(brand: string): Rules {
    const known = this.rules.get(brand);
    const rules = known ?? rulesFor(this.catalogue, brand, { speed: 1, sweepInterval: SWEEP_INTERVAL });
    this.rules.set(brand, rules);
    return rules;
  }

  /** Before we ask the simulator anything, it has been brought up to the moment. */
  private bringUp(): void {
    const { clock } = this.provider;
    const behind = this.clock.now - clock.now();
    if (behind > 0) clock.advance(behind);
  }

  /** So that webhooks leave in time, though we do nothing. */
  private tick(): void {
    this.clock.after(10 * SECOND, () => {
      this.bringUp();
      this.tick();
    });
  }

  private createSweeper(): ReturnType<typeof createSweeper> {
    const { activations } = this;
    // The sweeper's grace is counted by the clock of the process.
    const age = Date.now() - this.clock.now;
    const found = ({ input, shown, startedAt, closed }: VirtualWorkflow): RunningActivation[] => {
      if (!shown || closed) return [];
      const { status, reason } = shown;
      return [{ vin: input.vin, status: parseStatus(status), reason, startedAt: startedAt + age }];
    };
    const swept: SweptActivations = {
      of: async (vins) => {
        const running = vins.flatMap((vin) => activations.get(vin) ?? []).flatMap(found);
        return new Map(running.map((one) => [one.vin, one]));
      },
      async *all() {
        for (const activation of activations.values()) yield* found(activation);
      },
      tell: async (vin, clearance, begun) =>
        activations.get(vin)?.signal('clearanceSwept', { clearance, begun }) ?? false,
    };
    const { app, profile } = this.provider;
    const { filteredList } = profile.traits;
    return createSweeper({ app, source: this.client, activations: swept, filteredList });
  }

  private sweepAgain(sweeper: ReturnType<typeof createSweeper>): void {
    this.clock.after(SWEEP_INTERVAL, () => {
      this.bringUp();
      this.sweeps += 1;
      const full = (this.sweeps * SWEEP_INTERVAL) % DAY === 0;
      void this.hold(() => sweeper.sweep({ full, begun: this.clock.now })).catch((error: unknown) => {
        this.failure = error;
      });
      this.sweepAgain(sweeper);
    });
  }

  /** A client whose calls let time stand still. */
  private holding(client: ProviderClient): ProviderClient {
    const held: ProviderClient = Object.create(client);
    const many = client.withdrawMany?.bind(client);
    return Object.assign(held, {
      ...(many && {
        withdrawMany: (...args: Parameters<typeof many>) => this.hold(() => many(...args)),
      }),
      submit: (requests) => this.hold(() => client.submit(requests)),
      list: (filter) => this.hold(() => client.list(filter)),
      scan: (visit, options) => this.hold(() => client.scan(visit, options)),
      withdraw: (vin, believed) => this.hold(() => client.withdraw(vin, believed)),
      firstData: (vin) => this.hold(() => client.firstData(vin)),
    } satisfies Partial<ProviderClient>);
  }

  private async hold<T>(work: () => Promise<T>): Promise<T> {
    this.underWay += 1;
    this.bringUp();
    try {
      return await work();
    } finally {
      this.underWay -= 1;
    }
  }

  private async settle(): Promise<void> {
    // Once more each time: whoever has just got an answer may ask the next question.
    do await giveWay();
    while (!this.isSettled());
    await settlePromises();
    if (!this.isSettled()) await this.settle();
  }

  private isSettled(): boolean {
    const deliveries = this.provider.webhooks?.deliveries ?? [];
    while (deliveries[this.taken] && deliveries[this.taken]?.outcome !== 'under way') this.taken += 1;
    return this.failure !== null || (this.underWay === 0 && this.taken === deliveries.length);
  }

  /** What the provider says in the end is what activations believe; a change since the last sweep may be under way. */
  private expectAgreement(): void {
    const latest = this.clock.now - SWEEP_INTERVAL;
    for (const { vin, status, at } of this.provider.standings()) {
      const believed = this.activations.get(vin)?.state?.clearance.status;
      if (at < latest && believed !== status)
        throw new Error(`${vin} is ${status} at the provider, its activation believes ${believed}`);
    }
  }
}
