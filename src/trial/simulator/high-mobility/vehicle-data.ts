import { answers, type SimulatedReply } from './answers';
import { type ClearanceRow, statusOf } from './clearances';
import { firstDrive } from './lives';

/** When the data of a vehicle begins to flow (simulated milliseconds after its approval), or that it was lost. */
export type DataScript = { readonly after: number } | { readonly lost: true };

/** What the Vehicle Data API says of each vehicle. */
export class VehicleData {
  private readonly scripts = new Map<string, DataScript>();

  script(vin: string, script: DataScript): void {
    this.scripts.set(vin, script);
  }

  /** GET /v1/vehicle-data/autoapi-13/{vin}, at a simulated time. */
  answer(row: ClearanceRow | undefined, now: number, requestId: string): SimulatedReply {
    if (!row || statusOf(row) !== 'approved') return answers.noConsent(requestId);
    const script = this.scripts.get(row.vin) ?? { after: firstDrive(row.brand) };
    if ('lost' in script) return answers.consentRemoved(requestId);
    const approvedAt = row.changelog.at(-1)?.at ?? now;
    const drivenAt = approvedAt + script.after;
    return drivenAt <= now ? answers.ok(data(drivenAt)) : answers.noDataYet(requestId);
  }
}

/** As little as a vehicle can say. */
function data(at: number): object {
  const odometer = { data: { unit: 'kilometers', value: 19_201 }, timestamp: new Date(at).toISOString() };
  return { diagnostics: { odometer } };
}
