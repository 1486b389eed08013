import type { Activations } from '../../activations/activations';
import type { ActivationReport } from '../../activations/reports';
import type { ListRow } from '../../fleet-list/fleet-list';
import { type Expectation, parseExpectation } from '../simulator/shared/expectation';

/** One row of the list on trial: what should become of it, and what has become of it. */
export interface Trial {
  readonly row: ListRow;
  readonly expectation: Expectation | null;
  /** The key of the application where the row goes. */
  readonly application: string;
  /** Whether an access that has ended leaves a record there: else it ends as absent. */
  readonly leavesRecord: boolean;
  report: ActivationReport | null;
  /** We have asked to defleet it. */
  leaving: boolean;
}

export function trialOf(row: ListRow, place: Pick<Trial, 'application' | 'leavesRecord'>): Trial {
  const expectation = row.expect ? parseExpectation(row.expect) : null;
  return { row, expectation, ...place, report: null, leaving: false };
}

export function vinOf({ row }: Trial): string {
  return row.ok ? row.vehicle.vin : row.value;
}

/** Whether a row has come to where it should end. A row without an expectation just has to come to rest. */
export function isAsExpected({ row, expectation, report, leavesRecord }: Trial): boolean {
  if (!row.ok) return expectation?.end === 'invalid' || expectation?.end === 'duplicate';
  if (!report) return false;
  if (!expectation) return report.settled;
  const { end } = expectation;
  if (end === 'pending') return report.status === 'pending';
  if (end === 'revoked' || end === 'canceled') {
    return report.status === (leavesRecord ? end : 'absent') && report.step === 'ended';
  }
  return report.status === end && report.settled;
}

/** Whether this is a row whose vehicle is where it should be withdrawn from. */
function isReadyToLeave({ expectation, report }: Trial): boolean {
  if (expectation?.end === 'revoked') return report?.status === 'approved';
  return expectation?.end === 'canceled' && report?.status === 'pending';
}

/** Has a vehicle leave. */
export type Leave = (vin: string) => Promise<unknown>;

/** Asks how each vehicle stands, and has it leave when it is time to: everywhere at once, when all of its rows are ready. */
export async function follow(
  trials: readonly Trial[],
  activationsAt: (application: string) => Activations,
  leave: Leave,
): Promise<void> {
  await Promise.all(trials.map((trial) => look(trial, activationsAt(trial.application))));
  const good = trials.filter(({ row }) => row.ok);
  for (const vin of new Set(good.map(vinOf))) {
    const rows = good.filter((trial) => vinOf(trial) === vin);
    if (rows.some((trial) => trial.leaving || !isReadyToLeave(trial))) continue;
    for (const trial of rows) trial.leaving = true;
    await leave(vin).catch(() => {
      for (const trial of rows) trial.leaving = false;
    });
  }
}

async function look(trial: Trial, activations: Activations): Promise<void> {
  if (!trial.row.ok || (trial.report?.step === 'ended' && trial.report.complete)) return;
  const report = await activations.report(trial.row.vehicle.vin);
  // While a worker is away the server has no history to show: what we know is better.
  if (report.complete || !trial.report) trial.report = report;
}
