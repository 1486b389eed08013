import { setMaxListeners } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Clock } from '../shared/clock';
import { addAdmin } from './admin';
import { type ApplicationKey, Assertions } from './assertions';
import { Budget } from './budget';
import { Clearances } from './clearances';
import { Eligibility, type EligibilityScript } from './eligibility';
import { type FaultInput, Faults } from './faults';
import { createIds } from './ids';
import { Ledger } from './ledger';
import type { Scenario, Status, Vehicle } from './lives';
import { createServer } from './server';
import { TOKEN_LIFETIME, Tokens } from './tokens';
import { type DataScript, VehicleData } from './vehicle-data';
import { Webhooks, type WebhookTarget } from './webhooks';

export interface SimulatorOptions {
  /** The port to listen on; 0 (the default) takes a free one. */
  readonly port?: number;
  /** Default 127.0.0.1. The admin endpoints ask for no password: think before you open it to others. */
  readonly host?: string;
  /** How many times as fast as real time the simulated time passes. Default 1. */
  readonly speed?: number;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The key that the application may sign in with, in the place of its secret. */
  readonly key?: ApplicationKey | undefined;
  readonly webhook?: WebhookTarget | undefined;
  /** Makes the ids of requests and deliveries the same in every run. */
  readonly seed?: number;
}

/** A running High Mobility of our own. Times are simulated milliseconds where nothing else is said. */
export interface Simulator {
  /** Its base URL, without a slash at the end. */
  readonly url: string;
  readonly clock: Clock;
  /** Everything that happened, for tests to judge by. */
  readonly ledger: Ledger;
  /** Decides what becomes of a VIN: from its next submission on, and of an open clearance from now on. */
  script(vin: string, life: Scenario): void;
  /** Decides when the data of a VIN begins to flow, or that its consent is lost. */
  scriptData(vin: string, script: DataScript): void;
  /** Decides what is said of a VIN when somebody asks for its eligibility. */
  scriptEligibility(vin: string, script: EligibilityScript): void;
  /** Changes a status now, behind everybody's back. False: there is no clearance of this VIN. */
  setStatus(vin: string, status: Status, reason?: string | null): boolean;
  /** Takes a vehicle in, as if another client of the application had sent it. */
  add(vehicle: Vehicle): void;
  /** Adds a clearance that is older than those of its VIN: one that is open while a newer one has ended, for example. */
  addOlder(vehicle: Vehicle, status: Status): void;
  /** Loses a VIN, as if it had never been sent. False: there was none. */
  forget(vin: string): boolean;
  /** Adds a fault behind those that are still to come. Throws when it makes no sense. */
  setFault(fault: FaultInput): void;
  clearFaults(): void;
  /** Takes back every access token, so that the next call of every client is answered 401. */
  revokeTokens(): void;
  /** Where webhooks go from now on (undefined: nowhere). A new address gets a `ping`. */
  setWebhook(target: WebhookTarget | undefined): void;
  close(): Promise<void>;
}

/** The calls of GET /v1/fleets/vehicles/{vin} in a minute (Fleet Clearance API reference). */
const READS_PER_MINUTE = 60;

const LOOPBACK = /^(?:127(?:\.\d+){3}|localhost|::1)$/;

/** Starts a simulator and resolves when it listens. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', speed = 1, clientId, clientSecret } = options;
  const clock = new Clock(speed);
  const newId = createIds(options.seed);
  const faults = new Faults();
  const closing = new AbortController();
  // Every call that is made to wait listens to it.
  setMaxListeners(0, closing.signal);
  const clearances = new Clearances(clock, (row, change) => {
    webhooks.announce(row, change);
    ledger.changed();
  });
  const ledger: Ledger = new Ledger(clock, () => clearances.rows);
  const webhooks: Webhooks = new Webhooks(clock, ledger, faults, newId);
  const data = new VehicleData();
  const eligibility = new Eligibility();
  const tokens = new Tokens(clientId, TOKEN_LIFETIME);
  const server = createServer(
    {
      clock,
      clearances,
      data,
      eligibility,
      ledger,
      tokens,
      faults,
      reads: new Budget(READS_PER_MINUTE),
      credentials: { clientId, clientSecret },
      assertions: new Assertions(options.key),
      closing: closing.signal,
      isOnLoopback: () => LOOPBACK.test(host),
    },
    newId,
  );
  let url = '';
  const simulator: Simulator = {
    get url() {
      return url;
    },
    clock,
    ledger,
    script: (vin, life) => clearances.script(vin, life),
    scriptData: (vin, script) => data.script(vin, script),
    scriptEligibility: (vin, script) => eligibility.script(vin, script),
    setStatus: (vin, status, reason = null) => clearances.setStatus(vin, status, reason),
    add: (vehicle) => void clearances.add(vehicle),
    addOlder: (vehicle, status) => clearances.addOlder(vehicle, status),
    forget: (vin) => clearances.forget(vin),
    setFault: (fault) => faults.set(fault),
    clearFaults: () => faults.clear(),
    revokeTokens: () => tokens.revokeAll(),
    setWebhook: (target) => webhooks.set(target),
    async close() {
      closing.abort();
      clock.stop();
      await Promise.all([server.close(), webhooks.close()]);
    },
  };
  addAdmin(server, simulator);
  await server.listen({ port, host });
  const address = server.server.address() as AddressInfo;
  url = `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
  if (options.webhook) webhooks.set(options.webhook);
  return simulator;
}
