import { z } from 'zod';
import { type ClearanceRow, statusOf } from './clearances';

const among = z.union([
  z.strictObject({ operator: z.literal('eq'), value: z.string() }),
  z.strictObject({ operator: z.literal('in'), value: z.array(z.string()) }),
]);
const labelled = z.strictObject({
  operator: z.enum(['eq', 'contains']),
  value: z.record(z.string(), z.string()),
});
const timed = z.strictObject({
  operator: z.enum(['eq', 'lt', 'gt', 'lte', 'gte']),
  value: z.iso.datetime({ offset: true }),
});
const filterSchema = z.strictObject({
  vin: among.optional(),
  status: among.optional(),
  brand: among.optional(),
  tags: labelled.optional(),
  approved_at: timed.optional(),
  inserted_at: timed.optional(),
});
type Filter = z.output<typeof filterSchema>;

/**
 * Reads the `filter` of the list call: JSON of `{field: {operator, value}}`. Several fields are joined with "and"
 * (documented nowhere).
 *
 * @throws Error when it is no JSON or names an unknown field or operator.
 */
export function parseFilter(text: string): (row: ClearanceRow) => boolean {
  const filter = filterSchema.parse(JSON.parse(text));
  return (row) =>
    isAmong(row.vin, filter.vin) &&
    isAmong(statusOf(row), filter.status) &&
    isAmong(row.brand, filter.brand) &&
    isLabelled(row.tags ?? {}, filter.tags) &&
    isTimed(approvedAt(row), filter.approved_at) &&
    isTimed(row.insertedAt, filter.inserted_at);
}

function approvedAt(row: ClearanceRow): number | null {
  return row.changelog.findLast((change) => change.status === 'approved')?.at ?? null;
}

function isAmong(value: string, condition: Filter['vin']): boolean {
  if (!condition) return true;
  return condition.operator === 'eq' ? value === condition.value : condition.value.includes(value);
}

function isLabelled(tags: Readonly<Record<string, string>>, condition: Filter['tags']): boolean {
  if (!condition) return true;
  const wanted = Object.entries(condition.value);
  const contained = wanted.every(([name, value]) => tags[name] === value);
  return contained && (condition.operator === 'contains' || Object.keys(tags).length === wanted.length);
}

/** Compares whole seconds, because the API shows no finer times. */
function isTimed(time: number | null, condition: Filter['inserted_at']): boolean {
  if (!condition) return true;
  if (time === null) return false;
  const difference = Math.floor(time / 1_000) - Math.floor(Date.parse(condition.value) / 1_000);
  switch (condition.operator) {
    case 'eq':
      return difference === 0;
    case 'lt':
      return difference < 0;
    case 'gt':
      return difference > 0;
    case 'lte':
      return difference <= 0;
    case 'gte':
      return difference >= 0;
  }
}
