import { type NativeConnection, Worker } from '@temporalio/worker';
import { Activations } from '../../src/activations/activations';
import type { ConnectedClient } from '../../src/temporal/connection';
import type { ActivationView } from '../../workflows/contract/messages';
import { APP } from '../support/application';
import { BUNDLE } from '../support/bundle';
import { eventually } from '../support/command-line';
import { devServer, patientClient, patientConnection } from '../support/temporal';
import { Harness, isPending, QUICKEST, quietWorkers, soon } from '../workflows/harness';

export type Handle = Awaited<ReturnType<Harness['start']>>;

/** Who sends messages to an activation of each test, whose worker comes and goes. */
class Sending {
  connected!: ConnectedClient;
  harness!: Harness;
  activations!: Activations;
  nativeConnection!: NativeConnection;

  get vin(): string {
    return this.harness.vin;
  }

  async open(): Promise<void> {
    quietWorkers();
    this.connected = await patientClient(devServer());
    this.nativeConnection = await patientConnection(devServer());
  }

  async close(): Promise<void> {
    await this.nativeConnection?.close();
    await this.connected?.close();
  }

  begin(): void {
    const { client } = this.connected;
    const { overrides, speed } = QUICKEST;
    this.harness = new Harness(
      { client, nativeConnection: this.nativeConnection },
      overrides,
      undefined,
      speed,
    );
    this.activations = new Activations(client, APP);
  }

  /**
   * An activation whose clearance is approved, and no worker runs for it any more. Nothing is under way: the next worker would
   * wait for a minute for what this one has taken with it.
   */
  async approvedAlone(): Promise<Handle> {
    const handle = await this.harness.start('bmw');
    await this.harness.withWorker(async () => {
      await soon(handle, isPending);
      this.harness.provider.set('approved');
      await soon(handle, ({ status, data }) => status === 'approved' && data !== null);
    });
    return handle;
  }

  async signalsIn(handle: Handle): Promise<string[]> {
    const { events } = await handle.fetchHistory();
    return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
      signal?.signalName ? [signal.signalName] : [],
    );
  }

  /** Replays each run of an activation: null, or why it could not be. */
  async replayed({ workflowId }: Handle): Promise<(string | null)[]> {
    const { workflow } = this.connected.client;
    const runs = await eventually(
      async () => {
        const found = [];
        for await (const { runId } of workflow.list({ query: `WorkflowId = '${workflowId}'` }))
          found.push(runId);
        return found;
      },
      (found) => found.length > 1,
    );
    const outcomes: (string | null)[] = [];
    for (const runId of runs) {
      const history = await workflow.getHandle(workflowId, runId).fetchHistory();
      outcomes.push(
        await Worker.runReplayHistory({ workflowBundle: BUNDLE }, history, workflowId).then(
          () => null,
          (error: unknown) => String(error),
        ),
      );
    }
    return outcomes;
  }
}

/** One for each test, on connections that all share. */
export function sendingForEachTest(): Sending {
  const here = new Sending();
  beforeAll(() => here.open());
  afterAll(() => here.close());
  beforeEach(() => here.begin());
  return here;
}

export const personIn = ({ history }: ActivationView): string[] =>
  history.filter(({ source }) => source === 'person').map(({ note }) => String(note));
