import { randomInt } from 'node:crypto';
import { type Client, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { CancelledFailure, type Duration } from '@temporalio/common';
import { DefaultLogger, type NativeConnection, Runtime } from '@temporalio/worker';
import { loadCatalogue } from '../../src/catalogue/catalogue';
import type { CatalogueOverrides } from '../../src/catalogue/schema';
import { rulesFor } from '../../src/domain/rules';
import { createWorker } from '../../src/temporal/worker';
import {
  ACTIVATION,
  type ActivationInput,
  type ActivationView,
  activationId,
  status,
} from '../../workflows/contract/messages';
import type { Notice } from '../../workflows/contract/notice';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { APP, APP_KEY } from '../support/application';
import { BUNDLE } from '../support/bundle';
import { eventually } from '../support/command-line';
import { ProviderDouble } from '../support/provider-double';

export type Activation = WorkflowHandle<(input: ActivationInput) => Promise<ActivationView>>;

/** Workers log only what is wrong: the tests provoke failures on purpose. Once for each test file. */
export function quietWorkers(): void {
  const logging = { filter: 'ERROR', forward: {} };
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging } });
}

/** Waits of the policy that would be hours. */
export const QUICK = {
  policy: {
    pollInterval: '1s',
    withdrawPollInterval: '1s',
    transitionRetry: '1s',
    cancelPendingAfter: '1ms',
  },
} as const;

/** The same, where what was done in vain waits for a second as well: it is a minute, whatever the policy says. */
export const QUICKEST = {
  overrides: {
    policy: {
      pollInterval: '1m',
      withdrawPollInterval: '1m',
      transitionRetry: '1m',
      cancelPendingAfter: '1ms',
    },
  },
  speed: 60,
} as const;

let started = 0;
/** Files that one process runs one after the other share a server: each has serial numbers of its own. */
const FIRST_SERIAL = randomInt(1_000_000);

/** One activation, its worker and its provider: what a test of the workflow needs. */
export class Harness {
  readonly provider = new ProviderDouble();
  /** Each attempt to tell people, oldest first, and when it was made. */
  readonly tellings: { readonly at: number; readonly notice: Notice }[] = [];
  /** What becomes of the next attempts to tell people, before they work. */
  readonly noticeFailures: Error[] = [];
  readonly vin: string;
  private readonly taskQueue: string;

  /** @param connections of the server that the test runs on. */
  constructor(
    private readonly connections: { readonly client: Client; readonly nativeConnection: NativeConnection },
    private readonly overrides?: CatalogueOverrides,
    /** How many workflows the worker keeps: few or none, so that steps are replays too. */
    private readonly cache = started % 4,
    private readonly speed = 1,
  ) {
    started += 1;
    const serial = (FIRST_SERIAL + started) % 1_000_000;
    this.vin = `WBA8E9G50GN${String(serial).padStart(6, '0')}`;
    this.taskQueue = `test-${this.vin}`;
  }

  async start(
    brand: string,
    { fleet, ...options }: { readonly fleet?: string; readonly workflowTaskTimeout?: Duration } = {},
  ): Promise<Activation> {
    const handle = await this.connections.client.workflow.start(ACTIVATION, {
      ...options,
      workflowId: activationId(APP, this.vin),
      taskQueue: applicationQueue(APP, this.taskQueue),
      args: [{ ...APP, vin: this.vin, brand, ...(fleet !== undefined && { fleet }) }],
    });
    return handle as unknown as Activation;
  }

  /** What people were told, oldest first. */
  get notices(): Notice[] {
    return this.tellings.map(({ notice }) => notice);
  }

  /** Runs a worker whose cache holds nearly nothing, so that steps are replays too. */
  async withWorker<T>(
    work: () => Promise<T>,
    { maxCachedWorkflows = this.cache, speed = this.speed, overrides = this.overrides } = {},
  ): Promise<T> {
    const catalogue = loadCatalogue(undefined, overrides);
    const worker = await createWorker({
      connection: this.connections.nativeConnection,
      namespace: 'default',
      taskQueue: this.taskQueue,
      workflowBundle: BUNDLE,
      maxCachedWorkflows,
      providers: { [APP_KEY]: this.provider },
      notifier: { send: (notice) => this.tell(notice) },
      rulesOf: (brand, _app, fleet) => rulesFor(catalogue, brand, { speed, fleet }),
    });
    return worker.runUntil(work);
  }

  private async tell(notice: Notice): Promise<void> {
    this.tellings.push({ at: Date.now(), notice });
    const failure = this.noticeFailures.shift();
    if (failure) throw failure;
  }
}

/** Looks until the view is as wanted, without letting any time be skipped. */
export function soon(handle: Activation, wanted: (view: ActivationView) => boolean): Promise<ActivationView> {
  return eventually(() => handle.query(status), wanted);
}

export const isPending = (view: ActivationView): boolean => view.status === 'pending';

/** Expects the workflow to end Cancelled, as Temporal shows it. */
export async function expectCancelled(handle: Activation): Promise<void> {
  const error = (await handle.result().catch((error: unknown) => error)) as WorkflowFailedError;
  expect(error).toBeInstanceOf(WorkflowFailedError);
  expect(error.cause).toBeInstanceOf(CancelledFailure);
  expect((await handle.describe()).status.name).toBe('CANCELLED');
}
