import type { z } from 'zod';
import type { BatchRow } from '../../../workflows/contract/batch';
import type { BatchReport } from '../../activations/batches';
import { VinError } from '../../base/errors';
import { Batch, BatchPage, BatchQuery } from './batch-schemas';
import { evenly } from './evenly';
import { type Call, operation } from './operation';
import { invalidFields } from './problem';

/** As the API shows it. */
export function resourceOf(report: BatchReport): z.output<typeof Batch> {
  const { id, kind: message, status, by, startedAt, endedAt, stoppedBy, counts } = report;
  return { id, message, status, by, startedAt, endedAt, stoppedBy, counts };
}

/** One look or order, when it is the token's turn; until the beat its end would tell of batches of others. */
export function inTurn<T>(
  { token, use, signal }: Call<unknown, unknown>,
  work: () => Promise<T>,
): Promise<T> {
  return use.lookInTurn(() => evenly(token, work), signal);
}

export const readBatch = operation({
  id: 'readBatch',
  method: 'GET',
  path: '/batches/{id}',
  summary: 'Read how a batch stands, and what came of its vehicles',
  description:
    'A batch is what a message to many vehicles starts. A token sees those that were asked for with some or all of its fleets.',
  role: 'read',
  query: BatchQuery,
  success: {
    status: 200,
    description: 'The batch, running or ended, with a page of its rows',
    schema: BatchPage,
  },
  problems: ['BATCH_UNKNOWN'],
  handle: async (call) => {
    const { activations, id, use, query } = call;
    const { limit } = query;
    const from = placeOf(query.cursor);
    use.takePage(limit);
    const report = await inTurn(call, () => activations.batches.report(id));
    const rows = await inTurn(call, () => rowsOf(call, from, limit));
    const end = from + (rows?.length ?? 0);
    return {
      body: {
        ...resourceOf(report),
        complete: rows !== null,
        rows: (rows ?? []).map((row, index) => ({ index: from + index, ...row })),
        next: rows !== null && end < report.counts.vehicles ? String(end) : null,
      },
    };
  },
});

export const stopBatch = operation({
  id: 'stopBatch',
  method: 'POST',
  path: '/batches/{id}/stop',
  summary: 'Stop a batch',
  description: 'Nothing more is begun; what was taken stays so. One that has ended stays as it is.',
  role: 'operate',
  success: { status: 202, description: 'It stops, or has ended', schema: Batch },
  problems: ['BATCH_UNKNOWN'],
  handle: async (call) => {
    const { activations, id, token } = call;
    return { body: resourceOf(await inTurn(call, () => activations.batches.stop(id, token.name))) };
  },
});

/** Null where no worker answers. */
async function rowsOf(
  { activations, id }: Call<unknown, unknown>,
  from: number,
  limit: number,
): Promise<BatchRow[] | null> {
  return activations.batches.rows(id, from, limit).catch((error: unknown) => {
    if (error instanceof VinError && error.code === 'WORKER_MISSING') return null;
    throw error;
  });
}

/** @throws ApiError `REQUEST_INVALID`. */
function placeOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,6}$/.test(cursor)) return Number(cursor);
  throw invalidFields([
    {
      parameter: 'cursor',
      code: 'FIELD_INVALID',
      detail: 'is not a cursor of a batch',
      next: 'Take "next" of the page before, or begin without a cursor.',
    },
  ]);
}
