import type { Client } from '@temporalio/client';
import type { ActivationRow } from '../activations/reports';
import { VinError } from '../base/errors';
import { visible } from '../base/visible';
import type { DefleetingRow } from '../defleetings/defleeting-rows';
import { type Application, applicationKey } from '../domain/application';
import { type Plate, readPlate } from '../domain/plate';
import type { ParkingRow } from '../parkings/parking-rows';
import { checkedKnownVin, type KnownVin } from './session';
import { inSeconds } from './times';

/** What names a vehicle: its VIN, or its plate with its country. */
export type VehicleName = { readonly known: KnownVin } | { readonly plate: Plate };

/** @throws VinError `VIN_INVALID` for what is neither. */
export function readVehicleName(text: string): VehicleName {
  try {
    return { known: checkedKnownVin(text) };
  } catch (error) {
    const check = readPlate(text);
    if (check.ok) return { plate: check.plate };
    throw error;
  }
}

/** What is known of a vehicle beside one activation. */
export interface AroundVehicle {
  /** Its other activations that run. */
  readonly elsewhere: readonly ActivationRow[];
  readonly parkings: readonly ParkingRow[];
  /** Its newest defleeting; null: it never had one. */
  readonly defleeting: DefleetingRow | null;
}

/** The parkings of a plate or a vehicle: those that live, else the newest of the plate. */
export async function parkingsOf(client: Client, of: { readonly vin: string } | { readonly plate: Plate }) {
  const { Parkings } = require('../parkings/parkings') as typeof import('../parkings/parkings');
  const { parkingProvider } = require('../config/parkings') as typeof import('../config/parkings');
  const parkings = new Parkings(client, parkingProvider(process.env));
  return 'plate' in of ? [await parkings.row(of.plate)] : parkings.list(of);
}

export async function around(client: Client, vin: string, here: Application | null): Promise<AroundVehicle> {
  const { runningAnywhere } = require('../activations/anywhere') as typeof import('../activations/anywhere');
  const { Defleetings } =
    require('../defleetings/defleetings') as typeof import('../defleetings/defleetings');
  const [running, parkings, defleeting] = await Promise.all([
    runningAnywhere(client, vin),
    parkingsOf(client, { vin }),
    new Defleetings(client).row(vin).catch((error: unknown) => {
      if (error instanceof VinError && error.code === 'DEFLEETING_UNKNOWN') return null;
      throw error;
    }),
  ]);
  const own = here && applicationKey(here);
  const elsewhere = running.filter((row) => applicationKey(row) !== own);
  return { elsewhere, parkings, defleeting };
}

/** A line for each thing. */
export function aroundLines({
  elsewhere = [],
  parkings = [],
  defleeting = null,
}: Partial<AroundVehicle>): string[] {
  const lines = [
    ...elsewhere.map(
      (row) =>
        `${'Also at'.padEnd(12)} ${applicationKey(row)}: ${row.status}${row.reason ? `: ${row.reason}` : ''} (vin status ${row.vin} --application ${applicationKey(row)})`,
    ),
    ...parkings.map(parkingLine),
    ...(defleeting ? [defleetingLine(defleeting)] : []),
  ];
  return lines.map((line) => visible(line));
}

export function parkingLine({ plate, provider, step, addedAt, waitingFor, trouble }: ParkingRow): string {
  const since = addedAt ? `, since ${inSeconds(addedAt)}` : '';
  const waits = waitingFor ? `; waits for ${waitingFor}` : '';
  return `${'Parking'.padEnd(12)} ${plate} at ${provider}: ${step}${since}${waits}${trouble ? `; in the way: ${trouble}` : ''} (vin parking show ${plate})`;
}

function defleetingLine({ vin, reason, step, outcome, deadlineAt, certificate }: DefleetingRow): string {
  const until = deadlineAt && outcome === null ? `, until ${inSeconds(deadlineAt)}` : '';
  const proof = certificate ? `; certificate ${certificate.number}` : '';
  return `${'Defleeting'.padEnd(12)} ${reason}: ${outcome ?? step}${until}${proof} (vin defleet show ${vin})`;
}
