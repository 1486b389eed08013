import { columnsOf } from '../../../workflows/contract/columns';
import { MEMO, memoOf } from '../../../workflows/contract/memo';
import { activationId } from '../../../workflows/contract/messages';
import { updatesOf } from '../../../workflows/contract/search-attributes';
import { APP } from '../../support/application';
import { Story } from '../../workflows/lifecycle/story';

const HOUR = 3_600_000;

/** When people look at the small world. */
export const NOW = Date.parse('2026-01-05T12:00:00.000Z');

/** A workflow of the small world. */
export interface Execution {
  readonly type: string;
  readonly workflowId: string;
  readonly columns?: Readonly<Record<string, unknown>>;
  readonly memo: Readonly<Record<string, unknown>>;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** What it answers to questions. */
  readonly answers?: Readonly<Record<string, unknown>>;
}

/** In privacy mode: the driver's turn. */
export const INACTIVE = 'WVWZZZ1KZAW000001';
/** Flowing for days. */
export const APPROVED = 'WBA8E9G50GNT00001';
/** Rejected; the fleet manager's turn. */
export const REJECTED = 'WF0AXXTTRAKK00001';
/** Sold, and on its way out. */
export const LEAVING = 'WBA8E9G50GNT00002';

export function stories(): Story[] {
  const inactive = Story.pending({ vin: INACTIVE, brand: 'volkswagen', fleet: 'acme' });
  inactive.now += 9 * HOUR;
  inactive.hears('pending', { reason: 'privacy mode is enabled', providerTime: inactive.now - HOUR });
  inactive.reads('pending', { reason: 'privacy mode is enabled' });
  const approved = Story.pending({ vin: APPROVED, brand: 'bmw', fleet: 'acme', externalId: 'A-1' });
  approved.now += 26 * HOUR;
  approved.hears('approved').tell({ type: 'data-checked', answer: 'not-asked' });
  approved.reads('approved');
  const rejected = Story.pending({ vin: REJECTED, brand: 'ford', fleet: 'north' });
  rejected.now += 30 * HOUR;
  rejected.hears('rejected', { reason: 'not eligible' }).reads('rejected', { reason: 'not eligible' });
  const leaving = Story.approved({ vin: LEAVING, brand: 'bmw', fleet: 'north' });
  leaving.now += 80 * HOUR;
  leaving.defleet();
  return [inactive, approved, rejected, leaving];
}

export function activationOf({ view }: Story): Execution {
  const { step } = view;
  if (step === 'ended') throw new Error(`${view.vin} has ended`);
  const shown = { ...view, step };
  return {
    type: 'activation',
    workflowId: activationId(APP, view.vin),
    startedAt: '2026-01-01T00:00:00.000Z',
    columns: Object.fromEntries(
      updatesOf(columnsOf(shown)).map(({ key, value }) => [key.name, [key.type, value]]),
    ),
    memo: { [MEMO]: memoOf(shown) },
    answers: { status: view },
  };
}
