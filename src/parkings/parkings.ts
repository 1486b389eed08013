import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import {
  type Leave,
  leave,
  PARKING,
  PARKING_MEMO,
  type ParkedVehicle,
  type ParkingInput,
  type ParkingListed,
  type ParkingPolicy,
  type ParkingView,
  parkingId,
  parkingStatus,
  vehicleNamed,
} from '../../workflows/contract/parking';
import { parkingColumns } from '../../workflows/contract/parking-columns';
import { parkingQueue } from '../../workflows/contract/task-queues';
import { beginParking } from '../../workflows/parking/state';
import { listedParkingOf } from '../../workflows/parking/view';
import { fleetsOfVehicle } from '../activations/anywhere';
import { Elsewhere } from '../activations/elsewhere';
import { describeIfKnown, type Fleets, newestRows, readExecutions } from '../activations/search';
import { notAvailable } from '../activations/start-errors';
import { summaryOf } from '../domain/markdown';
import { type Plate, plateText, readPlate } from '../domain/plate';
import { type ParkingFilter, type ParkingRow, parkingRowOf, queryOf, waitsFor } from './parking-rows';
import { taken, unknown } from './refusals';

/**
 * What comes of adding. `already`: this vehicle has it, nothing is changed. `named`: it was there, and what was not known of its vehicle is known now. `again`: it is leaving, and begins again once it has left.
 * `transferred`: it leaves for the one, and begins again for the other.
 */
export const ADD_OUTCOMES = ['added', 'already', 'named', 'again', 'transferred'] as const;

export interface AddReply {
  readonly outcome: (typeof ADD_OUTCOMES)[number];
  readonly parking: ParkingListed;
}

/** What comes of removing. */
export const REMOVE_OUTCOMES = ['leaving', 'already-leaving', 'left'] as const;
export interface RemoveReply {
  readonly outcome: (typeof REMOVE_OUTCOMES)[number];
  readonly parking: ParkingListed;
}

/** A plate and its vehicle, as it is added. */
export interface NewParking {
  readonly plate: Plate;
  readonly vin?: string | null | undefined;
  readonly fleet?: string | null | undefined;
  readonly externalId?: string | null | undefined;
}

interface HowToAdd {
  readonly transfer?: boolean;
  readonly by?: string | null;
  readonly mayLeave?: boolean;
  readonly order?: string | null | undefined;
}

/** Everything that is known of a parking. */
export type ParkingReport = ParkingView & {
  /** False when no worker answered: then only what the server stores is known, without stays and history. */
  readonly complete: boolean;
};

/** How long a worker may take to answer, in milliseconds. */
const QUESTION = 5_000;

/** What the outside asks of parkings: the CLI and the HTTP API. Limited to some fleets, those of others are as absent; limited to some applications, so are those of vehicles that live at others alone. */
export class Parkings {
  private readonly elsewhere: Elsewhere;

  /** @param applications their keys; null: all. */
  constructor(
    private readonly client: Client,
    readonly provider: string,
    private readonly fleets: Fleets = '*',
    private readonly taskQueue?: string,
    applications: readonly string[] | null = null,
  ) {
    this.elsewhere = new Elsewhere(client, applications);
  }

  forFleets(fleets: Fleets, applications: readonly string[] | null = null): Parkings {
    return new Parkings(this.client, this.provider, fleets, this.taskQueue, applications);
  }

  /**
   * A vehicle comes. Asked again for the same vehicle, nothing is changed.
   *
   * @param how.mayLeave it was asked to leave, and may not have heard it yet: its lists do not say so. The last word counts.
   * @param how.order the id of the defleeting that is taken back: what leaves for another reason goes on.
   * @throws VinError `PLATE_TAKEN` where the plate is that of another vehicle or fleet, and it is not to be transferred; `VIN_NOT_AVAILABLE`
   * where we may see only some fleets or applications and the vehicle lives in others: its plate would leave with it, and be in its
   * certificate.
   */
  async add(
    { plate, vin = null, fleet = null, externalId = null }: NewParking,
    policy: ParkingPolicy,
    how: HowToAdd = {},
  ): Promise<AddReply> {
    const vehicle: ParkedVehicle = { provider: this.provider, plate, vin, fleet, externalId };
    const input: ParkingInput = { ...vehicle, policy };
    if (vin !== null && !(await this.isOurVehicle(vin))) {
      // A plate that is refused for any VIN says so: else it would tell, for nothing, which VINs others have.
      const held = await this.newest(plate);
      if (held?.execution === 'RUNNING') await this.requireFree(held, input, how.transfer);
      throw notAvailable(vin);
    }
    const { listed, ...start } = this.startOf(input);
    try {
      await this.client.workflow.start(PARKING, { ...start, workflowIdConflictPolicy: 'FAIL' });
      return { outcome: 'added', parking: listed };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    const running = await this.newest(plate);
    const told = running?.execution === 'RUNNING' && (await this.addRunning(running, input, how));
    // It has ended meanwhile.
    return told || this.add({ plate, vin, fleet, externalId }, policy, how);
  }

  private async isOurVehicle(vin: string): Promise<boolean> {
    if (await this.elsewhere.has(vin)) return false;
    if (this.fleets === '*') return true;
    // Also where only another parking of it is here, or its leaving: that would have this plate leave as well.
    return [...(await fleetsOfVehicle(this.client, vin))].every((fleet) => this.isOurs(fleet));
  }

  /** @returns whether it is the plate of the same vehicle. @throws VinError `PLATE_TAKEN` */
  private async requireFree(running: ParkingRow, input: ParkingInput, transfer = false): Promise<boolean> {
    if (await this.elsewhere.has(running.vin)) throw taken(input.plate);
    const isSame = this.isSameVehicle(running, input);
    if (!isSame && (!transfer || !this.isOurs(running.fleet))) throw taken(input.plate);
    return isSame;
  }

  /** @returns null: it runs no more. */
  private async addRunning(
    running: ParkingRow,
    input: ParkingInput,
    { transfer = false, by = null, mayLeave = false, order = null }: HowToAdd,
  ): Promise<AddReply | null> {
    const isSame = await this.requireFree(running, input, transfer);
    const handle = this.client.workflow.getHandle(parkingId(this.provider, input.plate));
    // What is known of its vehicle stays known, where nobody says it once more.
    const known = {
      vin: running.vin ?? input.vin,
      fleet: running.fleet ?? input.fleet,
      externalId: running.externalId ?? input.externalId,
    };
    const isNews =
      known.vin !== running.vin || known.fleet !== running.fleet || known.externalId !== running.externalId;
    const isStaying = isSame && running.step !== 'leaving' && !mayLeave;
    try {
      if (isStaying && isNews) await handle.signal(vehicleNamed, known);
      if (!isStaying) {
        const next = isSame ? { ...input, ...known } : input;
        const reason = isSame ? null : 'the plate changes hands';
        await handle.signal(leave, { by, reason, next, order });
      }
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
    if (!isStaying) return { outcome: isSame ? 'again' : 'transferred', parking: running };
    return { outcome: isNews ? 'named' : 'already', parking: { ...running, ...known } };
  }

  /**
   * What nobody has said of one of them is no difference. But a plate of which nobody has said the fleet is no plate of those who see
   * some fleets only: they would get what others have.
   */
  private isSameVehicle(
    known: Pick<ParkingListed, 'vin' | 'fleet'>,
    { vin, fleet }: Pick<ParkedVehicle, 'vin' | 'fleet'>,
  ): boolean {
    const isSame = (one: string | null, other: string | null) =>
      one === null || other === null || one === other;
    const isFleet = this.fleets === '*' ? isSame(known.fleet, fleet) : known.fleet === fleet;
    return isFleet && isSame(known.vin, vin);
  }

  /**
   * A parking that nobody manages is begun as one that leaves: what is open at the provider is ended, and nothing is added. One that lives
   * is asked to leave.
   */
  async beginLeaving(
    { plate, vin = null, fleet = null, externalId = null }: NewParking,
    policy: ParkingPolicy,
    leaving: Leave,
  ): Promise<void> {
    const { listed: _, ...start } = this.startOf({
      provider: this.provider,
      plate,
      vin,
      fleet,
      externalId,
      policy,
    });
    await this.client.workflow.signalWithStart(PARKING, { ...start, signal: leave, signalArgs: [leaving] });
  }

  private startOf(input: ParkingInput) {
    const { plate } = input;
    const listed = listedParkingOf(beginParking(input, Date.now()));
    return {
      listed,
      workflowId: parkingId(this.provider, plate),
      taskQueue: parkingQueue(this.provider, this.taskQueue),
      args: [input],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
      typedSearchAttributes: parkingColumns(input).flatMap(({ key, value }) =>
        value === null ? [] : [{ key, value }],
      ),
      memo: { [PARKING_MEMO]: listed },
      staticSummary: summaryOf(`The parking of ${plateText(plate)}`),
    };
  }

  /** The vehicle leaves. @throws VinError `PARKING_UNKNOWN`. */
  async remove(
    plate: Plate,
    { by = null, reason = null }: { readonly by?: string | null; readonly reason?: string | null } = {},
  ): Promise<RemoveReply> {
    const parking = await this.row(plate);
    if (parking.execution !== 'RUNNING') return { outcome: 'left', parking };
    try {
      await this.client.workflow
        .getHandle(parkingId(this.provider, plate))
        .signal(leave, { by, reason, order: null });
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { outcome: 'left', parking };
      throw error;
    }
    return { outcome: parking.step === 'leaving' ? 'already-leaving' : 'leaving', parking };
  }

  /**
   * A vehicle has another plate: the new one begins, and the others leave. Asked again, nothing is done twice.
   *
   * @param fleet of the vehicle, where no parking of it tells.
   * @throws VinError `PLATE_TAKEN`: then nothing was changed.
   */
  async changePlate(
    {
      vin,
      plate,
      fleet = null,
    }: { readonly vin: string; readonly plate: Plate; readonly fleet?: string | null },
    policy: ParkingPolicy,
    by: string | null,
  ): Promise<{ readonly added: AddReply; readonly left: readonly RemoveReply[] }> {
    const text = plateText(plate);
    const others = (await this.list({ vin })).filter((row) => row.plate !== text);
    const [known] = others;
    const vehicle = { plate, vin, fleet: known?.fleet ?? fleet, externalId: known?.externalId ?? null };
    const added = await this.add(vehicle, policy, { by });
    const left: RemoveReply[] = [];
    for (const other of others) {
      const check = readPlate(other.plate);
      if (check.ok)
        left.push(await this.remove(check.plate, { by, reason: `the plate of its vehicle is ${text} now` }));
    }
    return { added, left };
  }

  /** What the server stores of the newest parking of a plate. @throws VinError `PARKING_UNKNOWN`. */
  async row(plate: Plate): Promise<ParkingRow> {
    const row = await this.newest(plate);
    if (!row || !this.isOurs(row.fleet) || (await this.elsewhere.has(row.vin))) throw unknown(plate);
    return row;
  }

  /** Everything that is known of it, where a worker answers; else what the server stores. @throws VinError `PARKING_UNKNOWN`. */
  async report(plate: Plate): Promise<ParkingReport> {
    const row = await this.row(plate);
    const run = this.client.workflow.getHandle(parkingId(this.provider, plate));
    const view = await this.client
      .withDeadline(Date.now() + QUESTION, () => run.query(parkingStatus))
      .catch(() => null);
    if (view) return { ...view, complete: true };
    const { workflowId: _id, execution: _execution, ...listed } = row;
    return { ...listed, stays: [], totals: [], locked: [], history: [], complete: false };
  }

  /** Parkings, one row for each plate, newest first. */
  async list(filter: ParkingFilter = {}, limit = Number.POSITIVE_INFINITY): Promise<ParkingRow[]> {
    const isWanted = (row: ParkingRow): boolean => waitsFor(row, filter.matter);
    const rows = await newestRows(this.client, queryOf(filter, this.fleets), parkingRowOf, {
      limit,
      isWanted,
    });
    return [...(await this.elsewhere.without(rows))];
  }

  /** One page of the same, in the server's own order. Pass `from` back to the same filter only. */
  async page(
    filter: ParkingFilter,
    part: { readonly limit: number; readonly from: Uint8Array | null },
  ): Promise<{ readonly rows: readonly ParkingRow[]; readonly next: Uint8Array | null }> {
    const { executions, next } = await readExecutions(this.client, queryOf(filter, this.fleets), part);
    return { rows: await this.elsewhere.without(executions.map(parkingRowOf)), next };
  }

  private async newest(plate: Plate): Promise<ParkingRow | null> {
    const found = await describeIfKnown(this.client, parkingId(this.provider, plate));
    return found && parkingRowOf(found);
  }

  private isOurs(fleet: string | null): boolean {
    return this.fleets === '*' || (fleet !== null && this.fleets.includes(fleet));
  }
}
