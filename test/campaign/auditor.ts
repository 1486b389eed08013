import type { ActivationReport } from '../../src/activations/reports';
import { type ClearanceRow, isOpen } from '../../src/trial/simulator/high-mobility/clearances';
import type { Stage } from '../support/stage';
import { CANCELABLE, type Car } from './fleet';
import type { Messengers } from './messengers';

/** Submissions that the rules make by themselves after a rejection, for one vehicle (docs/catalogue.md). */
const BY_ITSELF = 8;
/** Between two clocks of one machine, in milliseconds. */
const APART = 100;

export interface Evidence {
  readonly car: Car;
  readonly report: ActivationReport;
  /** When its activation ended, in milliseconds since 1970; null while it is alive. */
  readonly endedAt: number | null;
}

/** Whether nothing more has to happen for a vehicle, but what somebody outside of us does. */
export function isAtRest({ execution, complete, step, settled, status, trouble }: ActivationReport): boolean {
  if (execution !== 'RUNNING') return true;
  // One that says so of itself is about to end.
  if (!complete || trouble || step === 'ended') return false;
  // One that is parked and not settled goes on by itself when its pause is over.
  return settled || (status === 'pending' && (step === 'waiting' || step === 'withdrawing'));
}

/** Compares what the provider holds with what the activations say. @returns a sentence for each breach. */
export function audit(stage: Stage, evidence: readonly Evidence[], messengers: Messengers): string[] {
  const { ledger, clock } = stage.simulator;
  const realAt = (simulated: number): number => Date.now() - (clock.now() - simulated) / clock.speed;
  const breaches = ledger.repeats.map(({ vin }) => `${vin} was submitted while a clearance of it was open`);
  for (const { car, report, endedAt } of evidence) {
    const rows = ledger.clearances.filter(({ vin }) => vin === car.vin);
    const found = [
      ...breachesOfEnd(rows, report, endedAt, realAt),
      ...breachesOfCount(rows, car, messengers.again.get(car.vin) ?? 0),
      ...(messengers.leaving.has(car.vin)
        ? breachesOfLeaving(rows, car, report)
        : breachesOfStaying(rows, report)),
    ];
    breaches.push(...found.map((breach) => `${car.vin} (${car.brand}): ${breach}`));
  }
  return breaches;
}

function breachesOfEnd(
  rows: readonly ClearanceRow[],
  { execution, status, defleet }: ActivationReport,
  endedAt: number | null,
  realAt: (simulated: number) => number,
): string[] {
  if (endedAt === null) return [];
  const isRefused = defleet === null && (status === 'rejected' || status === 'error');
  const right = isRefused ? ['FAILED'] : ['COMPLETED', 'CANCELLED'];
  const wrongly = right.includes(execution) ? [] : [`ended as ${execution}`];
  if (rows.some(isOpen)) return [...wrongly, 'its activation has ended, and a clearance is open'];
  const last = Math.max(...rows.map(({ changelog }) => realAt(changelog.at(-1)?.at ?? 0)));
  if (rows.length === 0 || last <= endedAt + APART) return wrongly;
  return [...wrongly, `its activation ended ${Math.round(last - endedAt)} ms before its clearance did`];
}

function breachesOfCount(rows: readonly ClearanceRow[], { isPlain, life }: Car, asked: number): string[] {
  const mayRepeat = life.some(({ status }) => status === 'rejected') ? BY_ITSELF : 0;
  const most = 1 + mayRepeat + (isPlain ? 0 : asked);
  const open = rows.filter(isOpen).length;
  return [
    ...(open > 1 ? [`${open} clearances are open`] : []),
    ...(rows.length > most ? [`${rows.length} clearances were made; at most ${most} were asked for`] : []),
  ];
}

function breachesOfLeaving(
  rows: readonly ClearanceRow[],
  { brand }: Car,
  report: ActivationReport,
): string[] {
  const { execution, status, waitingFor } = report;
  if (execution !== 'RUNNING') return [];
  const waitsForCarmaker =
    status === 'pending' && !CANCELABLE.includes(brand) && /carmaker's decision/.test(waitingFor ?? '');
  const atProvider = rows.filter(isOpen).length === 1;
  return waitsForCarmaker && atProvider
    ? []
    : [`it was asked to leave, and is ${status}, waiting for ${waitingFor}`];
}

function breachesOfStaying(rows: readonly ClearanceRow[], { execution, status }: ActivationReport): string[] {
  if (execution !== 'RUNNING')
    return status === 'rejected' ? [] : [`nobody asked it to leave; it ended ${status}`];
  const atProvider = rows.at(-1)?.changelog.at(-1)?.status;
  return atProvider === status || status === 'error' || !atProvider
    ? []
    : [`it believes ${status}, and the provider says ${atProvider}`];
}
