import { randomUUID } from 'node:crypto';
import { Activations } from '../../src/activations/activations';
import type { ConnectedClient, TemporalConfig } from '../../src/temporal/connection';
import { type Simulator, startSimulator } from '../../src/trial/simulator/high-mobility/simulator';
import { activationId } from '../../workflows/contract/messages';
import { APP } from './application';
import { type RunningCommand, serve } from './command-line';
import { patientClient } from './temporal';

const CREDENTIALS = { clientId: 'client', clientSecret: 'a-secret-for-tests' };
/** What both the simulator signs with and the gateway checks. */
export const WEBHOOK_SECRET = 's3cr3t-for-tests';

/** How many times faster than real time the policy's days pass: half an hour takes half a second. */
export const SPEED = 3_600;

export interface StageOptions {
  readonly temporal: TemporalConfig;
  /** Of the simulator's clock. Default 1: a test moves it with `simulator.clock.advance`. */
  readonly speed?: number;
  readonly seed?: number;
  /** For workers and gateways, besides what is needed to find each other. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** A real server, the simulator, and workers as processes, which a test starts, stops and kills as it likes. */
export class Stage {
  private readonly running = new Set<RunningCommand>();

  private constructor(
    readonly simulator: Simulator,
    readonly connected: ConnectedClient,
    readonly environment: NodeJS.ProcessEnv,
  ) {}

  static async open({ temporal, speed = 1, seed = 1, environment = {} }: StageOptions): Promise<Stage> {
    const simulator = await startSimulator({ ...CREDENTIALS, speed, seed });
    return new Stage(simulator, await patientClient(temporal), {
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      HIGH_MOBILITY_BASE_URL: simulator.url,
      HIGH_MOBILITY_CLIENT_ID: CREDENTIALS.clientId,
      HIGH_MOBILITY_CLIENT_SECRET: CREDENTIALS.clientSecret,
      HIGH_MOBILITY_WEBHOOK_SECRET: WEBHOOK_SECRET,
      VIN_SPEED: String(SPEED),
      VIN_SWEEP_INTERVAL: 'off',
      VIN_PARKING_SWEEP_INTERVAL: 'off',
      VIN_BATCH_WINDOW: '50ms',
      VIN_LOG_LEVEL: 'info',
      ...environment,
    });
  }

  get client() {
    return this.connected.client;
  }

  get activations(): Activations {
    return new Activations(this.client, APP);
  }

  handle(vin: string) {
    return this.client.workflow.getHandle(activationId(APP, vin));
  }

  /** Starts a worker whose cache holds so many activations, and waits until it is ready. */
  async worker(cache: number): Promise<RunningCommand> {
    const worker = this.process(['worker'], { VIN_WORKER_CACHE: String(cache) });
    await worker.logged('worker ready');
    return worker;
  }

  /** Starts a gateway. @returns where its webhooks are received. */
  async gateway(): Promise<string> {
    const { url } = await this.process(['gateway', '--port', '0', '-o', 'json'], {}).ready;
    return `${url}/webhooks/high-mobility/default`;
  }

  /** Ends a process with a signal, and waits for its end. */
  async end(command: RunningCommand, signal: NodeJS.Signals): Promise<void> {
    command.kill(signal);
    await command.ended;
    this.running.delete(command);
  }

  /** The provider's status for a VIN: of its newest clearance. */
  statusAtProvider(vin: string): string | null {
    const rows = this.simulator.ledger.clearances.filter((row) => row.vin === vin);
    return rows.at(-1)?.changelog.at(-1)?.status ?? null;
  }

  async close(): Promise<void> {
    await Promise.all([...this.running].map((command) => this.end(command, 'SIGKILL')));
    await this.simulator.close();
    await this.connected.close();
  }

  private process(args: readonly string[], environment: NodeJS.ProcessEnv): RunningCommand {
    const command = serve(args, { ...this.environment, ...environment });
    this.running.add(command);
    return command;
  }
}

/** An id that no other message has. */
export function freshId(): string {
  return randomUUID();
}
