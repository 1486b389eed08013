import { setMaxListeners } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createIds } from '../high-mobility/ids';
import { Clock } from '../shared/clock';
import { Access, type Credential } from './access';
import { addAdmin } from './admin';
import { type FaultInput, Faults } from './faults';
import { Fleet, type Registration, type Use, type UseInput } from './fleet';
import { type Delivery, Notifications, type Receivers } from './notifications';
import { createServer, type LoggedCall } from './server';
import { type SwitchesInput, switchesSchema } from './switches';

export interface AutopaySimulatorOptions {
  /** The port to listen on. @default 0: a free one */
  readonly port?: number;
  /** @default 127.0.0.1 */
  readonly host?: string;
  /**
   * How many times as fast as real time tokens end and notifications come. The times that it says and takes are of the callers' calendar:
   * they lock what ended until now. @default 1
   */
  readonly speed?: number;
  readonly credentials: readonly Credential[];
  readonly switches?: SwitchesInput;
  /** Simulated milliseconds that a token lives. @default 24 hours; at a high speed a minute of real time */
  readonly tokenLife?: number;
  /** Tokens that a credential may ask for in a day; with one more its access ends. @default 20 */
  readonly tokensADay?: number;
  readonly receivers?: Receivers;
  /** Makes the ids the same in every run. */
  readonly seed?: number;
}

/** A running Autopay of our own. */
export interface AutopaySimulator {
  /** The base URL of the API and of its tokens, without a slash at the end. */
  readonly url: string;
  readonly clock: Clock;
  readonly calls: readonly LoggedCall[];
  readonly deliveries: readonly Delivery[];
  /** Tokens asked for within a day, by credential. */
  tokens(): Readonly<Record<string, number>>;
  /** Every token that was given and not revoked. */
  grantedTokens(): readonly string[];
  /** The fleet of all operators, or that of one where each has its own. */
  fleet(operator?: string): Fleet;
  /** A vehicle parks, or passes a toll station: receivers are told. */
  use(input: UseInput): Use;
  /** A use ends. */
  end(id: string): boolean;
  /** A plate was read wrongly: the use goes on under the right one, and is told again. */
  correct(id: string, plate: Registration): boolean;
  switch(switches: SwitchesInput): void;
  setFault(fault: FaultInput): void;
  clearFaults(): void;
  setReceivers(receivers: Receivers): void;
  revokeTokens(): void;
  close(): Promise<void>;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const ALL = 'all';

/** Starts a simulator and resolves when it listens. */
export async function startAutopaySimulator(options: AutopaySimulatorOptions): Promise<AutopaySimulator> {
  const { port = 0, host = '127.0.0.1', speed = 1, credentials, tokensADay = 20 } = options;
  const tokenLife = options.tokenLife ?? Math.max(DAY, MINUTE * speed);
  const clock = new Clock(speed);
  const newId = createIds(options.seed);
  const faults = new Faults();
  const calls: LoggedCall[] = [];
  const fleets = new Map<string, Fleet>();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  let switches = switchesSchema.parse(options.switches ?? {});
  const access = new Access(clock, credentials, tokenLife, tokensADay);

  function fleet(operator: string = ALL): Fleet {
    const name = switches.perOperator ? operator : ALL;
    const known = fleets.get(name) ?? new Fleet(() => clock.calendar(), newId);
    fleets.set(name, known);
    return known;
  }
  const notifications = new Notifications(clock, fleet(), faults, () => switches);
  const server = createServer({
    access,
    faults,
    calls,
    now: () => clock.calendar(),
    switches: () => switches,
    fleetOf: fleet,
    closing: closing.signal,
  });
  let url = '';
  const simulator: AutopaySimulator = {
    get url() {
      return url;
    },
    clock,
    calls,
    deliveries: notifications.deliveries,
    tokens: () => access.counts(),
    grantedTokens: () => access.granted(),
    fleet,
    use(input) {
      const use = fleet(input.operator).use(input);
      notifications.announce(use);
      return use;
    },
    end: (id) => everywhere((one) => one.change(id, { endedAt: clock.calendar() })),
    correct(id, plate) {
      return everywhere((one) => {
        const isThere = one.change(id, { plate });
        const use = one.uses.find((each) => each.id === id);
        if (use) notifications.announce(use);
        return isThere;
      });
    },
    switch(changed) {
      switches = switchesSchema.parse({ ...switches, ...changed });
    },
    setFault: (fault) => faults.set(fault),
    clearFaults: () => faults.clear(),
    setReceivers: (receivers) => notifications.set(receivers),
    revokeTokens: () => access.revokeAll(),
    async close() {
      closing.abort();
      clock.stop();
      await Promise.all([server.close(), notifications.close()]);
    },
  };

  function everywhere(work: (fleet: Fleet) => boolean): boolean {
    return [...fleets.values()].some(work);
  }
  addAdmin(server, simulator);
  if (options.receivers) notifications.set(options.receivers);
  await server.listen({ port, host });
  const address = server.server.address() as AddressInfo;
  url = `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
  return simulator;
}
