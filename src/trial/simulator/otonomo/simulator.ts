import { setMaxListeners } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Clock } from '../shared/clock';
import { addAdmin } from './admin';
import { type FaultInput, Faults } from './faults';
import type { Life, State } from './lives';
import { type Call, createServer } from './server';
import { Tokens } from './tokens';
import type { Edition } from './words';
import { type Happening, type PendingRemoval, type Vehicle, Workspace } from './workspace';

export interface OtonomoSimulatorOptions {
  /** The port to listen on; 0 (the default) takes a free one. */
  readonly port?: number;
  /** Default 127.0.0.1. The admin endpoints ask for no password: think before you open it to others. */
  readonly host?: string;
  /** How many times as fast as real time the simulated time passes. Default 1. */
  readonly speed?: number;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly service: string;
  /** Whose words the statuses have. Default: v2. */
  readonly edition?: Edition;
  /** Whether words are in small letters. Default: no. */
  readonly isSmall?: boolean;
  /** Whether a pending vehicle, and one in error, can be removed. Default: it is refused. */
  readonly pendingRemoval?: PendingRemoval;
  /** Seconds of a token's life. Default: a day. */
  readonly tokenLife?: number;
  /** Makes whose vehicles are Incomplete until the make is activated. */
  readonly inactiveMakes?: readonly string[];
  /** Real milliseconds that the whole list takes. Default: none. */
  readonly listDelay?: number;
}

/** A running Otonomo of our own. Times are simulated milliseconds where nothing else is said. */
export interface OtonomoSimulator {
  /** Its base URL, without a slash at the end. */
  readonly url: string;
  readonly clock: Clock;
  readonly vehicles: readonly Vehicle[];
  /** Calls and happenings so far, for tests to judge by. */
  readonly calls: readonly Call[];
  readonly happenings: readonly Happening[];
  /** Decides what becomes of a VIN. */
  script(vin: string, life: Life): void;
  /** Changes a state now, behind everybody's back. False: there is no such vehicle. */
  set(vin: string, state: State): boolean;
  /** Takes a vehicle in, as if another client of the workspace had uploaded it. */
  add(vin: string): void;
  /** Loses a VIN. False: there was none. */
  forget(vin: string): boolean;
  activateMake(make: string): void;
  /** Decides what is said of a VIN's connectivity; null: nothing may be said. */
  scriptConnectivity(vin: string, said: string | null): void;
  setListDelay(milliseconds: number): void;
  /** Adds a fault behind those that are still to come. Throws when it makes no sense. */
  setFault(fault: FaultInput): void;
  clearFaults(): void;
  revokeTokens(): void;
  close(): Promise<void>;
}

const DAY_IN_SECONDS = 86_400;

/** Starts a simulator and resolves when it listens. */
export async function startOtonomo(options: OtonomoSimulatorOptions): Promise<OtonomoSimulator> {
  const { port = 0, host = '127.0.0.1', speed = 1, clientId, clientSecret, service } = options;
  const clock = new Clock(speed);
  const faults = new Faults();
  const closing = new AbortController();
  // Every call that is made to wait listens to it.
  setMaxListeners(0, closing.signal);
  const workspace = new Workspace(clock, {
    pendingRemoval: options.pendingRemoval ?? 'refused',
    inactiveMakes: options.inactiveMakes ?? [],
  });
  const tokens = new Tokens(options.tokenLife ?? DAY_IN_SECONDS);
  const calls: Call[] = [];
  const said = new Map<string, string | null>();
  let listDelay = options.listDelay ?? 0;
  const server = createServer({
    workspace,
    tokens,
    credentials: { clientId, clientSecret, service },
    edition: options.edition ?? 'v2',
    isSmall: options.isSmall ?? false,
    faults,
    calls,
    connectivityOf: (vin) => said.get(vin) ?? (said.has(vin) ? null : 'supported'),
    listDelay: () => listDelay,
    closing: closing.signal,
  });
  let url = '';
  const simulator: OtonomoSimulator = {
    get url() {
      return url;
    },
    clock,
    get vehicles() {
      return workspace.vehicles;
    },
    calls,
    happenings: workspace.happenings,
    script: (vin, life) => workspace.script(vin, life),
    set: (vin, state) => workspace.set(vin, state),
    add: (vin) => void workspace.upload(vin, null),
    forget: (vin) => workspace.forget(vin),
    activateMake: (make) => workspace.activate(make),
    scriptConnectivity: (vin, word) => void said.set(vin, word),
    setListDelay: (milliseconds) => {
      listDelay = milliseconds;
    },
    setFault: (fault) => faults.set(fault),
    clearFaults: () => faults.clear(),
    revokeTokens: () => tokens.revokeAll(),
    async close() {
      closing.abort();
      clock.stop();
      await server.close();
    },
  };
  addAdmin(server, simulator);
  await server.listen({ port, host });
  const address = server.server.address() as AddressInfo;
  url = `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
  return simulator;
}
