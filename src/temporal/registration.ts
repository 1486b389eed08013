import type { ConnectionLike } from '@temporalio/client';

type SearchAttributeType = 'Text' | 'Keyword' | 'Int' | 'Double' | 'Bool' | 'Datetime' | 'KeywordList';
export type SearchAttributeTypes = Readonly<Record<string, SearchAttributeType>>;

/** `temporal.api.enums.v1.IndexedValueType` of Temporal's API. */
const INDEXED_VALUE_TYPE: Record<SearchAttributeType, number> = {
  Text: 1,
  Keyword: 2,
  Int: 3,
  Double: 4,
  Bool: 5,
  Datetime: 6,
  KeywordList: 7,
};

/**
 * Makes sure that a namespace has these custom search attributes; those that it has already are left alone.
 * A workflow that sets an attribute which the server does not know is stuck until somebody adds it.
 *
 * @returns the names of those that were added.
 */
export async function registerSearchAttributes(
  connection: ConnectionLike,
  namespace: string,
  attributes: SearchAttributeTypes,
): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.entries(attributes).filter(([name]) => !(name in customAttributes));
  if (missing.length > 0) await addSearchAttributes(connection, namespace, Object.fromEntries(missing));
  return missing.map(([name]) => name);
}

/** Adds custom search attributes to a namespace that has none of them: some servers (for tests) cannot list them. */
export async function addSearchAttributes(
  { operatorService }: ConnectionLike,
  namespace: string,
  attributes: SearchAttributeTypes,
): Promise<void> {
  const entries = Object.entries(attributes).map(([name, type]) => [name, INDEXED_VALUE_TYPE[type]]);
  await operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(entries) });
}
