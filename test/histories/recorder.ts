import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { NativeConnection } from '@temporalio/worker';
import { loadCatalogue } from '../../src/catalogue';
import type { CatalogueOverrides } from '../../src/domain/catalogue-schema';
import { rulesFor } from '../../src/domain/rules';
import type { ClearanceProvider } from '../../src/providers/provider';
import { type ConnectedClient, connectClient, type TemporalConfig } from '../../src/temporal/connection';
import { createWorker } from '../../src/temporal/worker';
import { connectWorker } from '../../src/temporal/worker-connection';
import { ACTIVATION, activationId } from '../../workflows/messages';
import { applicationQueue } from '../../workflows/task-queues';
import { APP, APP_KEY } from '../support/application';
import type { Activation } from '../workflows/harness';
import { nextSerial, pathOf } from './files';
import { Life, nameOf, type Script, ScriptedProvider } from './life';

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

/** Records lives, several side by side, each in a file of its own that never replaces another. */
export class Recorder {
  private readonly providers = new Map<string, ScriptedProvider>();

  private constructor(
    private readonly connected: ConnectedClient,
    private readonly nativeConnection: NativeConnection,
  ) {}

  static async connect(config: TemporalConfig): Promise<Recorder> {
    return new Recorder(await connectClient(config), await connectWorker(config));
  }

  async close(): Promise<void> {
    await this.nativeConnection.close();
    await this.connected.close();
  }

  /** @returns the files written. @throws AggregateError with the lives that did not go as told. */
  async record(scripts: readonly Script[]): Promise<string[]> {
    const waiting = [...scripts.entries()];
    const written: string[] = [];
    const failures: Error[] = [];
    const recordNext = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, script] = next;
        await this.recordOne(script, index).then(
          (files) => written.push(...files),
          (cause) => failures.push(new Error(`${nameOf(script)}: ${cause}`, { cause })),
        );
      }
    };
    const worker = await this.createWorker();
    await worker.runUntil(Promise.all(Array.from({ length: AT_ONCE }, recordNext)));
    if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('\n'));
    return written;
  }

  private createWorker(): ReturnType<typeof createWorker> {
    const catalogue = loadCatalogue(undefined, QUICK);
    return createWorker({
      connection: this.nativeConnection,
      namespace: 'default',
      providers: { [APP_KEY]: this.provider() },
      notifier: { send: async () => undefined },
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

  private async recordOne(script: Script, index: number): Promise<string[]> {
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
    return this.save(nameOf(script), workflowId, handle.firstExecutionRunId);
  }

  /** Writes each run of a workflow, the first one first. */
  private async save(name: string, workflowId: string, firstRun: string): Promise<string[]> {
    const files: string[] = [];
    for (let run: string | undefined = firstRun; run; ) {
      const history = await this.connected.client.workflow.getHandle(workflowId, run).fetchHistory();
      const file = `${name}.${nextSerial(name)}.json`;
      // 'wx': a history that exists is never touched, whoever wrote it.
      writeFileSync(pathOf(file), `${withoutPlace(historyToJSON(history))}\n`, { flag: 'wx' });
      files.push(file);
      const last = history.events?.at(-1);
      run = last?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
    }
    return files;
  }
}

/** Where this machine keeps the sources, which stack traces tell, is nobody's business. */
function withoutPlace(json: string): string {
  const root = JSON.stringify(resolve(__dirname, '../..')).slice(1, -1);
  return json.replaceAll(root, '/vin-activation');
}
