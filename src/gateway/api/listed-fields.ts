import { z } from 'zod';
import {
  COLUMN_LIST,
  type ColumnValues,
  MEMO_LIST,
  type MemoValues,
  type SeenBy,
} from '../../../workflows/contract/columns';
import { STEPS } from '../../../workflows/contract/messages';
import type { ActivationRow } from '../../activations/reports';
import { registry, statusWord, textOrNull, timeOrNull } from './registry';

/** What the API's rows are made of: the columns and the memo of workflows/contract/columns.ts that callers may see. */

type Listed = Omit<ColumnValues & MemoValues, 'status' | 'step'>;
type Shape = {
  readonly [K in keyof Listed]: Listed[K] extends boolean
    ? z.ZodBoolean
    : null extends Listed[K]
      ? z.ZodNullable<z.ZodString>
      : z.ZodString;
} & {
  readonly status: typeof statusWord;
  readonly step: z.ZodEnum<{ readonly [S in (typeof STEPS)[number]]: S }>;
};

const isSeen = ({ seenBy }: { readonly seenBy: SeenBy }): boolean => seenBy === 'callers';

const columns = COLUMN_LIST.filter(isSeen).map(({ key, type, says, missing }) => {
  if (type === 'Bool') return [key, z.boolean().register(registry, { description: says })];
  if (type === 'Datetime') return [key, timeOrNull(says)];
  return [key, missing === null ? textOrNull(says) : z.string().register(registry, { description: says })];
});
const memo = MEMO_LIST.filter(isSeen).map(({ key, says, isTime }) => [
  key,
  isTime ? timeOrNull(says) : textOrNull(says),
]);

/** The schema of each field. */
export const LISTED = {
  ...Object.fromEntries([...columns, ...memo]),
  // Words of a fixed set.
  status: statusWord,
  step: z.enum(STEPS).register(registry, { description: 'What the activation is doing' }),
} as unknown as Shape;

const KEYS = Object.keys(LISTED) as (keyof Shape)[];

/** The fields of a row that a caller of the API may see. */
export function listedOf(row: ActivationRow): Pick<ActivationRow, keyof Shape> {
  return Object.fromEntries(KEYS.map((key) => [key, row[key]])) as unknown as Pick<
    ActivationRow,
    keyof Shape
  >;
}
