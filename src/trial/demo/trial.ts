import type { Activations } from '../../activations/activations';
import type { ActivationReport } from '../../activations/reports';
import type { ListRow } from '../../fleet-list/fleet-list';
import { type Expectation, parseExpectation } from '../simulator/shared/expectation';

/** One row of the list on trial: what should become of it, and what has become of it. */
export interface Trial {
  readonly row: ListRow;
  readonly expectation: Expectation | null;
  report: ActivationReport | null;
  /** We have asked to defleet it. */
  leaving: boolean;
}

export function trialOf(row: ListRow): Trial {
  const expectation = row.expect ? parseExpectation(row.expect) : null;
  return { row, expectation, report: null, leaving: false };
}

export function vinOf({ row }: Trial): string {
  return row.ok ? row.vehicle.vin : row.value;
}

/** Whether a row has come to where it should end. A row without an expectation just has to come to rest. */
export function isAsExpected({ row, expectation, report }: Trial): boolean {
  if (!row.ok) return expectation?.end === 'invalid' || expectation?.end === 'duplicate';
  if (!report) return false;
  if (!expectation) return report.settled;
  const { end } = expectation;
  if (end === 'pending') return report.status === 'pending';
  if (end === 'revoked' || end === 'canceled') return report.status === end && report.step === 'ended';
  return report.status === end && report.settled;
}

/** Whether this is the moment to defleet the vehicle: as soon as it is where it should be withdrawn from. */
function isTimeToDefleet({ expectation, report, leaving }: Trial): boolean {
  if (leaving || !report) return false;
  if (expectation?.end === 'revoked') return report.status === 'approved';
  return expectation?.end === 'canceled' && report.status === 'pending';
}

/** Has a vehicle leave. */
export type Leave = (vin: string) => Promise<unknown>;

/** Asks how a vehicle stands, and has it leave when it is time to. */
export async function follow(trial: Trial, activations: Activations, leave: Leave): Promise<void> {
  if (!trial.row.ok || (trial.report?.step === 'ended' && trial.report.complete)) return;
  const report = await activations.report(trial.row.vehicle.vin);
  // While a worker is away the server has no history to show: what we know is better.
  if (report.complete || !trial.report) trial.report = report;
  if (!isTimeToDefleet(trial)) return;
  trial.leaving = true;
  await leave(trial.row.vehicle.vin).catch(() => (trial.leaving = false));
}
