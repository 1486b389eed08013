import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';
import { columnsOf } from '../../workflows/contract/columns';
import { ACTIVATION, type ActivationInput, activationId } from '../../workflows/contract/messages';
import { updatesOf } from '../../workflows/contract/search-attributes';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { begin } from '../../workflows/lifecycle/begin';
import { shownOf } from '../../workflows/lifecycle/view';
import { tooLarge } from '../config/bounds';
import type { Application } from '../domain/application';
import { summaryOf } from '../domain/markdown';
import { isDefleeting, startAgain } from './again';
import { type Difference, differencesFrom, TAGS } from './differences';
import type { ActivationRow } from './reports';
import type { Fleets } from './search';
import { forbidden, notAvailable, vehicleTooLarge } from './start-errors';

/**
 * What comes of a start. `already-active`: it was alive before, and nothing was changed. `leaving`: nothing was started, because it
 * is leaving. `starts-again`: the same, and it starts once it has left.
 */
export const START_OUTCOMES = ['started', 'already-active', 'leaving', 'starts-again'] as const;
export type StartOutcome = Extract<(typeof START_OUTCOMES)[number], 'started' | 'already-active'>;

/** What comes of a start, and what an activation that was there has otherwise than it was asked for. */
export interface Started {
  readonly outcome: (typeof START_OUTCOMES)[number] | 'ended';
  readonly differs: readonly Difference[];
}

/** Starts that are tried where an activation ends in that moment. */
const MOST_STARTS = 3;

/** What an activation begins with; its application is that of whoever starts it. */
export type NewActivation = Omit<ActivationInput, keyof Application>;

/** What holds after the end of an earlier one: start again, or change nothing. */
export type Reuse = 'ALLOW_DUPLICATE' | 'REJECT_DUPLICATE';

export interface HowToStart {
  /** A vehicle whose activation has ended stays as it is, as long as Temporal remembers it. */
  readonly once?: boolean;
  /** A vehicle that is leaving, here or elsewhere, starts again once it has left, however long that takes. */
  readonly again?: boolean;
}

/** What the server stores of an activation. */
export interface Stored {
  readonly row: ActivationRow;
  readonly memo: Record<string, unknown> | undefined;
}

/** What is known already of activations that may be seen. */
export interface Known {
  /** @throws VinError `ACTIVATION_UNKNOWN`. */
  stored(vin: string): Promise<Stored>;
  rowIfKnown(vin: string): Promise<ActivationRow | null>;
}

/** Starts activations of one application, for somebody who may see some fleets. */
export class Starter {
  constructor(
    private readonly client: Client,
    private readonly app: Application,
    private readonly fleets: Fleets,
    private readonly known: Known,
  ) {}

  /**
   * Starts the activation of a vehicle. Starting it again while it is alive changes nothing.
   *
   * @param reuse what holds after the end of an earlier one: start again, or change nothing.
   * @throws VinError `VEHICLE_TOO_LARGE`, `FLEET_FORBIDDEN` when the fleet is none of ours, `VIN_NOT_AVAILABLE` when an activation is
   * alive that we may not see.
   */
  async start(vehicle: NewActivation, reuse: Reuse = 'ALLOW_DUPLICATE'): Promise<StartOutcome> {
    this.requireStartable(vehicle);
    const { vin, brand, fleet } = vehicle;
    const input = { ...vehicle, ...this.app };
    try {
      await this.client.workflow.start(ACTIVATION, {
        workflowId: activationId(this.app, vin),
        taskQueue: applicationQueue(this.app),
        args: [input],
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: reuse,
        typedSearchAttributes: columnsAtStart(input),
        ...(vehicle.tags && { memo: { [TAGS]: vehicle.tags } }),
        staticSummary: summaryOf(`${vin} · ${brand}${fleet ? ` · fleet ${fleet}` : ''}`),
      });
      return 'started';
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      if (this.fleets !== '*' && !(await this.isAliveHere(vin))) throw notAvailable(vin);
      return 'already-active';
    }
  }

  /**
   * Starts a vehicle, or says why not and what is otherwise than it was asked for.
   *
   * @throws VinError as `start`.
   */
  async activate(vehicle: NewActivation, { once = false, again = false }: HowToStart = {}): Promise<Started> {
    const { vin } = vehicle;
    this.requireStartable(vehicle);
    // Its access here may have ended, while another application is waited for.
    if (await isDefleeting(this.client, vin, this.fleets)) {
      if (again) await startAgain(this.client, { ...vehicle, ...this.app });
      return { outcome: again ? 'starts-again' : 'leaving', differs: [] };
    }
    const reuse = once ? 'REJECT_DUPLICATE' : 'ALLOW_DUPLICATE';
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.start(vehicle, reuse);
      if (outcome === 'started') return { outcome, differs: [] };
      const { row, memo } = await this.known.stored(vin);
      if (row.execution === 'RUNNING') {
        if (row.leaving === null) return { outcome, differs: differencesFrom(vehicle, row, memo) };
        if (again) await startAgain(this.client, { ...vehicle, ...this.app });
        return { outcome: again ? 'starts-again' : 'leaving', differs: [] };
      }
      // It has ended this moment, or long ago.
      if (once || tries >= MOST_STARTS) return { outcome: 'ended', differs: [] };
    }
  }

  /** As `start`, but a vehicle whose activation has ended stays as it is, as long as Temporal remembers it. */
  async startOnce(vehicle: NewActivation): Promise<StartOutcome | 'ended'> {
    const outcome = await this.start(vehicle, 'REJECT_DUPLICATE');
    if (outcome === 'started') return outcome;
    return (await this.isAliveHere(vehicle.vin)) ? outcome : 'ended';
  }

  private requireStartable(vehicle: NewActivation): void {
    const { vin, fleet } = vehicle;
    const large = tooLarge(vehicle);
    if (large) throw vehicleTooLarge(vin, large.problem);
    if (this.fleets !== '*' && !(fleet && this.fleets.includes(fleet))) throw forbidden(vin, fleet);
  }

  private async isAliveHere(vin: string): Promise<boolean> {
    return (await this.known.rowIfKnown(vin))?.execution === 'RUNNING';
  }
}

/** So that a list shows it before a worker has had it, at no event of its history. */
export function columnsAtStart(input: ActivationInput): SearchAttributePair[] {
  const columns = columnsOf(shownOf(begin(input, Date.now())));
  return updatesOf(columns).filter(({ value }) => value !== null) as SearchAttributePair[];
}
