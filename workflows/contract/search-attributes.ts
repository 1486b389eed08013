import {
  defineSearchAttributeKey,
  type SearchAttributePair,
  SearchAttributeType,
  type TypedSearchAttributes,
} from '@temporalio/common';
import { COLUMN_LIST, COLUMNS, type ColumnName, type ColumnType, type ColumnValues } from './columns';

/** The columns of `columns.ts` as Temporal has them. */

/** Names and types as the server wants them registered. */
export const SEARCH_ATTRIBUTES = Object.fromEntries(
  COLUMN_LIST.map(({ name, type }) => [name, type]),
) as Readonly<Record<ColumnName, ColumnType>>;

const TYPES = {
  Keyword: SearchAttributeType.KEYWORD,
  Datetime: SearchAttributeType.DATETIME,
  Bool: SearchAttributeType.BOOL,
} as const satisfies Record<ColumnType, SearchAttributeType>;

const KEYS = COLUMN_LIST.map((column) => ({
  ...column,
  attribute: defineSearchAttributeKey(column.name, TYPES[column.type]),
}));

type Value = string | boolean | null;

/** What a column is set to, in the server's form; null takes it away. */
export interface ColumnUpdate {
  readonly key: SearchAttributePair['key'];
  readonly value: string | boolean | Date | null;
}

/** The values of all columns in the server's form. */
export function updatesOf(columns: ColumnValues): ColumnUpdate[] {
  return KEYS.map(({ key, type, attribute }) => {
    const value: Value = columns[key as keyof ColumnValues];
    return { key: attribute, value: type === 'Datetime' && value !== null ? new Date(`${value}`) : value };
  });
}

/** Those of them that the server does not have yet. */
export function changedIn(known: TypedSearchAttributes, updates: readonly ColumnUpdate[]): ColumnUpdate[] {
  return updates.filter(({ key, value }) => plain(known.get(key as never)) !== plain(value));
}

/** The columns that the server has of an activation. */
export function columnsIn(known: TypedSearchAttributes): ColumnValues {
  return Object.fromEntries(
    KEYS.map(({ key, attribute, missing }) => [key, plain(known.get(attribute as never)) ?? missing]),
  ) as unknown as ColumnValues;
}

function plain(value: unknown): Value {
  return value instanceof Date ? value.toISOString() : ((value ?? null) as Value);
}

/** A column's name by its key in rows. */
export function columnName<K extends keyof ColumnValues>(key: K): ColumnName {
  return Object.keys(COLUMNS).find((name) => COLUMNS[name as ColumnName].key === key) as ColumnName;
}
