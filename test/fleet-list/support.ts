import { loadCatalogue } from '../../src/catalogue/catalogue';
import {
  type BadRow,
  type GoodRow,
  type ListRow,
  readBatches,
  readFleetList,
} from '../../src/fleet-list/fleet-list';

export const CATALOGUE = loadCatalogue();

/** A stream of these bytes, in chunks of this size. */
export async function* chunks(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += Math.max(1, size)) yield bytes.subarray(at, at + size);
}

/** Reads a whole list from its text. */
export async function read(
  list: string | Uint8Array,
  options: { sandbox?: boolean; catalogue?: typeof CATALOGUE; chunk?: number } = {},
): Promise<ListRow[]> {
  const { sandbox = false, catalogue = CATALOGUE, chunk } = options;
  const rows: ListRow[] = [];
  for await (const row of readFleetList(chunks(Buffer.from(list), chunk), { catalogue, sandbox })) {
    rows.push(row);
  }
  return rows;
}

export const good = (rows: readonly ListRow[]): GoodRow[] => rows.filter((row) => row.ok);
export const bad = (rows: readonly ListRow[]): BadRow[] => rows.filter((row) => !row.ok);

/** What a person is told of how a list was read. */
export async function notesOf(list: string | Uint8Array, chunk = 20): Promise<string[]> {
  const notes: string[] = [];
  const options = { catalogue: CATALOGUE, sandbox: false };
  for await (const batch of readBatches(chunks(Buffer.from(list), chunk), options))
    notes.push(...batch.notes);
  return notes;
}
