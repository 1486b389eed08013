import type { Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes';
import { VinError } from '../errors';

const { IndexedValueType } = temporal.api.enums.v1;
const TYPES = {
  Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  Bool: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
} as const;

/**
 * Registers our search attributes where they are missing: without them no activation can start.
 *
 * @throws VinError `SEARCH_ATTRIBUTES_MISSING` where the server does not let us (Temporal Cloud).
 */
export async function registerSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const wanted = Object.entries(SEARCH_ATTRIBUTES);
  let missing = wanted;
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    missing = wanted.filter(([name]) => !(name in customAttributes));
    if (missing.length === 0) return;
    const searchAttributes = Object.fromEntries(missing.map(([name, type]) => [name, TYPES[type]]));
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  } catch (cause) {
    const ALREADY_EXISTS = 6;
    if ((cause as { code?: number }).code === ALREADY_EXISTS) return;
    const commands = missing.map(([name, type]) => `--name ${name} --type ${type}`).join(' ');
    throw new VinError(
      'SEARCH_ATTRIBUTES_MISSING',
      `The namespace "${namespace}" lacks search attributes and did not take them: ${(cause as Error).message}`,
      `Run: temporal operator search-attribute create ${commands}`,
      { cause },
    );
  }
}
