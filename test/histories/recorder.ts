import { resolve } from 'node:path';
import { type History, historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { NativeConnection } from '@temporalio/worker';
import { loadCatalogue } from '../../src/catalogue/catalogue';
import type { CatalogueOverrides } from '../../src/catalogue/schema';
import { rulesFor } from '../../src/domain/rules';
import type { ClearanceProvider } from '../../src/providers/provider';
import { type ConnectedClient, connectClient, type TemporalConfig } from '../../src/temporal/connection';
import { createWorker } from '../../src/temporal/worker';
import { connectWorker } from '../../src/temporal/worker-connection';
import { ACTIVATION, activationId } from '../../workflows/contract/messages';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { APP, APP_KEY } from '../support/application';
import type { Activation } from '../workflows/harness';
import { readHistory, recordedFiles, writeHistory } from './files';
import { liveHouse } from './house';
import { Life, nameOf, type Script, ScriptedProvider } from './life';
import { liveNotices, NOTICES_LIFE, ScriptedChannels } from './notices';
import { sequenceOf, typeOf } from './sequence';

/** How many times faster than real time the lives are recorded. */
const SPEED = 60;
/** Lives are recorded in seconds: only their waits are shorter than in real ones, what happens is the same. */
const QUICK: CatalogueOverrides = {
  policy: {
    pollInterval: '1m',
    withdrawPollInterval: '30s',
    transitionRetry: '1m',
    cancelPendingAfter: '1s',
    lostAfter: '2m',
    patience: '8m',
    firstData: { ask: true, delay: '30s', backoff: 1, maximum: '1m', within: '1h' },
  },
  reasons: ['activation-timeout', 'revoke-in-progress'].map((id) => ({
    id,
    retry: { kind: 'after', delay: '30s', backoff: 1, maximum: '1m', attempts: 2 },
  })),
};

const AT_ONCE = 8;

/** Records lives, several side by side, each run in a file of its own that never replaces another. */
export class Recorder {
  private readonly providers = new Map<string, ScriptedProvider>();

  private constructor(
    private readonly config: TemporalConfig,
    private readonly connected: ConnectedClient,
    private readonly nativeConnection: NativeConnection,
  ) {}

  static async connect(config: TemporalConfig): Promise<Recorder> {
    return new Recorder(config, await connectClient(config), await connectWorker(config));
  }

  async close(): Promise<void> {
    await this.nativeConnection.close();
    await this.connected.close();
  }

  /**
   * Writes those lives in which something happens in another order than in all that are recorded.
   *
   * @returns the files, and the lives that are like another one. @throws AggregateError with the lives that did not go as told.
   */
  async record(scripts: readonly Script[]): Promise<{ written: string[]; known: string[] }> {
    const runs = await this.live(scripts);
    const sequences = new Set(recordedFiles().map((file) => sequenceOf(readHistory(file))));
    const written: string[] = [];
    const known: string[] = [];
    for (const [index, script] of scripts.entries()) {
      const life = nameOf(script);
      const histories = runs[index] ?? [];
      if (histories.every((history) => sequences.has(sequenceOf(history)))) known.push(life);
      else written.push(...histories.map((history) => writeHistory(life, jsonOf(history))));
      for (const history of histories) sequences.add(sequenceOf(history));
    }
    return { written, known };
  }

  /** Writes the runs of the workflow that delivers notices. @returns the files. */
  async recordNotices(): Promise<string[]> {
    const channels = new ScriptedChannels();
    const worker = await this.createWorker(channels);
    const { workflowId, firstRun } = await worker.runUntil(liveNotices(this.connected.client, channels));
    const runs = await this.runsOf(workflowId, firstRun);
    return runs.map((history) => writeHistory(NOTICES_LIFE, jsonOf(history)));
  }

  /** Writes the runs of all other workflows in which something happens in another order than in all that are recorded. @returns the files. */
  async recordHouse(folder: string): Promise<string[]> {
    const sequences = new Set(recordedFiles().map((file) => sequenceOf(readHistory(file))));
    const files: string[] = [];
    for (const run of await liveHouse(this.config, folder)) {
      const sequence = sequenceOf(run.history);
      if (sequences.has(sequence)) continue;
      sequences.add(sequence);
      files.push(writeHistory(`house-${typeOf(run.history)}`, jsonOf(run.history)));
    }
    return files;
  }

  /** @returns the runs of each life, the first one first. */
  private async live(scripts: readonly Script[]): Promise<History[][]> {
    const waiting = [...scripts.entries()];
    const lives: History[][] = [];
    const failures: Error[] = [];
    const recordNext = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, script] = next;
        await this.recordOne(script, index).then(
          (runs) => {
            lives[index] = runs;
          },
          (cause) => failures.push(new Error(`${nameOf(script)}: ${cause}`, { cause })),
        );
      }
    };
    const worker = await this.createWorker();
    await worker.runUntil(Promise.all(Array.from({ length: AT_ONCE }, recordNext)));
    if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('\n'));
    return lives;
  }

  private createWorker(channels?: ScriptedChannels): ReturnType<typeof createWorker> {
    const catalogue = loadCatalogue(undefined, QUICK);
    return createWorker({
      connection: this.nativeConnection,
      namespace: 'default',
      providers: { [APP_KEY]: this.provider() },
      notifier: { send: async () => undefined },
      ...(channels && { channels }),
      rulesOf: (brand) => rulesFor(catalogue, brand, { speed: SPEED }),
    });
  }

  /** One provider for the worker, which hands each VIN to its own. */
  private provider(): ClearanceProvider {
    const of = (vin = ''): ScriptedProvider => {
      const provider = this.providers.get(vin);
      if (!provider) throw new Error(`Nobody has told the life of ${vin}`);
      return provider;
    };
    return {
      submit: (requests) => of(requests[0]?.vin).submit(requests),
      list: (filter) => of(filter?.vins?.[0]).list(filter),
      withdraw: (vin) => of(vin).withdraw(vin),
      firstData: (vin) => of(vin).firstData(vin),
      eligibility: (vehicle) => of(vehicle.vin).eligibility(vehicle),
      close: async () => undefined,
    };
  }

  private async recordOne(script: Script, index: number): Promise<History[]> {
    const { brand, prepare, live, startDelay } = script;
    const vin = `WBA8E9G50GN${String(index + 1).padStart(6, '0')}`;
    const provider = new ScriptedProvider();
    prepare?.(provider);
    this.providers.set(vin, provider);
    const workflowId = activationId(APP, vin);
    const handle = await this.connected.client.workflow.start(ACTIVATION, {
      workflowId,
      taskQueue: applicationQueue(APP),
      args: [{ ...APP, vin, brand }],
      ...(startDelay && { startDelay: startDelay as '1s' }),
    });
    await live(new Life(provider, this.connected.client.workflow.getHandle(workflowId) as Activation));
    return this.runsOf(workflowId, handle.firstExecutionRunId);
  }

  /** Each run of a life, the first one first. */
  private async runsOf(workflowId: string, firstRun: string): Promise<History[]> {
    const runs: History[] = [];
    for (let run: string | undefined = firstRun; run; ) {
      const history = await this.connected.client.workflow.getHandle(workflowId, run).fetchHistory();
      runs.push(history);
      const last = history.events?.at(-1);
      run = last?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
    }
    return runs;
  }
}

/** Where this machine keeps the sources, which stack traces tell, is nobody's business. */
function jsonOf(history: History): string {
  const root = JSON.stringify(resolve(__dirname, '../..')).slice(1, -1);
  return historyToJSON(history).replaceAll(root, '/vin-activation');
}
