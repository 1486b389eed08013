import { WorkflowFailedError } from '@temporalio/client';
import { viewOfRefusal } from '../../src/activations/reports';
import type { ProviderError } from '../../src/providers/provider-error';
import {
  type ActivationView,
  clearanceChanged,
  defleet,
  type RetryRequest,
  retry,
} from '../../workflows/contract/messages';
import { eventually } from '../support/command-line';
import { ask } from '../support/messages';
import { ProviderDouble } from '../support/provider-double';
import { type Activation, soon } from '../workflows/harness';

type Status = ActivationView['status'];

/** A life to record: what happens to one vehicle, told from the outside. */
export interface Script {
  readonly brand: string;
  readonly outcome: string;
  /** Where the vehicle leaves the fleet. */
  readonly cancelled: string;
  /** The workflow's first task waits this long, so that something can happen before it. */
  readonly startDelay?: string;
  /** Before the workflow is started. */
  readonly prepare?: (provider: ScriptedProvider) => void;
  readonly live: (life: Life) => Promise<unknown>;
}

export function nameOf({ brand, outcome, cancelled }: Script): string {
  return `${brand}-${outcome}-${cancelled}`;
}

export class ScriptedProvider extends ProviderDouble {
  /** The provider's own words for refusing every submission, while they are set. */
  refusal: string | null = null;
  private arrived: () => void = () => undefined;
  private release: (error?: ProviderError) => void = () => undefined;
  /** Resolves when a held submission is under way. */
  posted: Promise<void> = Promise.resolve();

  override async submit(
    requests: Parameters<ProviderDouble['submit']>[0],
  ): ReturnType<ProviderDouble['submit']> {
    if (this.refusal === null) return super.submit(requests);
    const description = this.refusal;
    return requests.map(({ vin }) => ({ vin, outcome: 'refused', description }));
  }

  /** Lets the next submission hang until `answer` says how it ends. */
  holdSubmission(): void {
    this.posted = new Promise((resolve) => {
      this.arrived = resolve;
    });
    const held = new Promise<void>((resolve, reject) => {
      this.release = (error) => (error ? reject(error) : resolve());
    });
    this.beforeSubmitAnswer = async () => {
      this.arrived();
      await held;
    };
  }

  answer(error?: ProviderError): void {
    this.beforeSubmitAnswer = async () => undefined;
    this.release(error);
  }
}

/** One vehicle, its provider and its activation: what a script plays with. */
export class Life {
  constructor(
    readonly provider: ScriptedProvider,
    readonly handle: Activation,
  ) {}

  see(wanted: (view: ActivationView) => boolean): Promise<ActivationView> {
    return soon(this.handle, wanted);
  }

  /** An attempt has met a provider that is away. */
  async isMissed(): Promise<void> {
    await eventually(
      async () => this.provider.calls.length,
      (calls) => calls > 0,
    );
  }

  status(wanted: Status): Promise<ActivationView> {
    return this.see(({ status }) => status === wanted);
  }

  step(wanted: ActivationView['step']): Promise<ActivationView> {
    return this.see(({ step }) => step === wanted);
  }

  /** The provider's record changes, and its webhook says so. */
  async hears(status: Status, reason: string | null = null): Promise<void> {
    this.provider.set(status, reason);
    await this.handle.signal(clearanceChanged, { status, reason });
  }

  async approved(): Promise<void> {
    await this.status('pending');
    await this.hears('approved');
    await this.status('approved');
  }

  async parked(reason: string): Promise<void> {
    await this.status('pending');
    await this.hears('rejected', reason);
    await this.step('parked');
  }

  async quiet(): Promise<void> {
    await this.approved();
    await this.step('quiet');
  }

  retry(request: RetryRequest = { by: 'ops' }): Promise<unknown> {
    return ask(this.handle, retry, request);
  }

  defleet(): Promise<unknown> {
    return ask(this.handle, defleet, { by: 'ops', reason: 'sold' });
  }

  /** The provider finishes a withdrawal that has begun, and the activation ends. */
  async lets(status: 'canceled' | 'revoked'): Promise<void> {
    await this.status(status === 'canceled' ? 'canceling' : 'revoking');
    this.provider.set(status);
    await this.ended();
  }

  /** The workflow has closed: Completed, Cancelled, or Failed because it was refused for good. @throws what else it is. */
  async ended(): Promise<void> {
    const error = await this.handle.result().catch((error: unknown) => error);
    const { name } = (await this.handle.describe()).status;
    if (name === 'COMPLETED' || name === 'CANCELLED' || isRefusal(error)) return;
    throw new Error(`The workflow is ${name}`);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof WorkflowFailedError && viewOfRefusal(error) !== null;
}
