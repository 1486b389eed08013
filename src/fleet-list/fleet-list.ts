import type { Catalogue } from '../catalogue/schema';
import type { Odometer } from '../domain/clearance';
import type { Plate } from '../domain/plate';
import type { VehicleCheckOptions, VinCheck } from '../domain/vin';
import { BEGINNING, type Beginning, readBeginning } from './beginning';
import { type Columns, readHeader } from './columns';
import { decoded, hasZeros, notReadable } from './encoding';
import { fileBytes } from './list-file';
import type { ListRecord, RecordReader } from './records';
import { RowReader } from './rows';
import { isBrand } from './values';

/** A vehicle as a fleet's list names it. `tags` are those of its row; the policy's defaults come later. */
export interface ListedVehicle {
  /** Empty: nobody has said it, and only the parking of its plate is asked for. */
  readonly vin: string;
  /** The id of the brand in the catalogue; without a VIN as it is written. */
  readonly brand: string;
  readonly fleet?: string;
  readonly externalId?: string;
  /** The key of another application than that of the list, where the vehicle is to be started. */
  readonly application?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly odometer?: Odometer;
  /** The plate whose parking is to be started. */
  readonly plate?: Plate;
  /** Its parking alone is asked for, and no data. */
  readonly onlyParking?: true;
}

/** A row that can be used. `line` counts from 1, with the header. */
export interface GoodRow {
  readonly ok: true;
  readonly line: number;
  readonly vehicle: ListedVehicle;
  /** The text of the column `expect`, which only a trial reads. */
  readonly expect?: string;
  readonly warnings: readonly string[];
}

/** A row that cannot be used: what is wrong with which value, and what to do about it. */
export interface BadRow {
  readonly ok: false;
  readonly line: number;
  /** What stands in the column `vin`, as far as the row could be read. */
  readonly vin: string;
  readonly value: string;
  readonly problem: string;
  readonly remedy: string;
  /** What it has in the columns of the list that are known, by their names, without its VIN. */
  readonly written?: Readonly<Record<string, string>>;
  readonly expect?: string;
}

export type ListRow = GoodRow | BadRow;

/** The rows of one piece of a list. */
export interface RowBatch {
  readonly rows: readonly ListRow[];
  /** What separates the values of the list. */
  readonly delimiter: string;
  /** The columns that a row of a list of these vehicles has, without the VIN. */
  readonly columns: readonly string[];
  /** Bytes of the list that have been read so far. */
  readonly bytes: number;
  /** What a person should know of how the list was read; each note comes once. */
  readonly notes: readonly string[];
}

export interface FleetListOptions {
  readonly catalogue: Catalogue;
  /** Whether the provider's test VINs are allowed. */
  readonly sandbox: boolean;
  /** How the provider checks what names a vehicle. @default as a VIN */
  readonly checkVehicle?: (text: string, options: VehicleCheckOptions) => VinCheck;
  /** The providers of parking that are configured. @default none: a plate is not used, and the row says so */
  readonly parkings?: readonly string[];
  /**
   * Where a row belongs, by what it says; null: to the application of the list. A sentence where it cannot be anywhere.
   *
   * @default every row belongs to the application of the list, and a row that names another cannot be used
   */
  readonly placeOf?: (row: RowPlace) => ElsewhereOptions | string | null;
}

/** What decides at which application a vehicle of a list is started, as it is written. */
export interface RowPlace {
  readonly application: string;
  readonly fleet: string;
  readonly brand: string;
}

/** How the rows of another application are read. */
export interface ElsewhereOptions extends Omit<FleetListOptions, 'placeOf' | 'parkings'> {
  /** Its key: `otonomo:default`. */
  readonly application: string;
}

/**
 * Reads a fleet's list: CSV with a header, one vehicle a row, as spreadsheets write it: separated by commas, semicolons,
 * tabs or pipes, in any of their encodings. Rows come as they are read, good and bad ones; a bad row never stops the others.
 *
 * @param source the path of a file, or its bytes.
 * @throws VinError `LIST_UNREADABLE`, `LIST_ENCODING`, `LIST_COLUMN_MISSING`, `LIST_COLUMN_TWICE`,
 *   `LIST_COLUMN_INVALID`, each for the whole list.
 */
export async function* readFleetList(
  source: string | AsyncIterable<Uint8Array | string>,
  options: FleetListOptions,
): AsyncGenerator<ListRow> {
  for await (const { rows } of readBatches(source, options)) yield* rows;
}

/**
 * As `readFleetList`, in batches of what one read of the file gives: a long list is read in a fraction of the
 * time. There is at least one batch, also of a list without rows.
 */
export async function* readBatches(
  source: string | AsyncIterable<Uint8Array | string>,
  options: FleetListOptions,
): AsyncGenerator<RowBatch> {
  const rowsOf = new RowReader(options);
  let start = '';
  let list:
    | { readonly reader: RecordReader; readonly columns: Columns; readonly delimiter: string }
    | undefined;
  let notes: string[] = [];
  let bytes = 0;
  const batch = (records: readonly ListRecord[], isEnd: boolean): RowBatch => {
    const { columns, delimiter } = list as NonNullable<typeof list>;
    const rows = rowsOf.read(records, columns, delimiter);
    if (isEnd) rowsOf.end();
    const told = [...notes, ...rowsOf.takeNotes()];
    notes = [];
    return {
      rows,
      delimiter: forResult(delimiter),
      columns: [...columns.written.keys()],
      bytes,
      notes: told,
    };
  };
  const columnsOf: typeof readHeader = (header, around) => {
    try {
      return readHeader(header, around);
    } catch (error) {
      throw hasZeros(start) ? notReadable('no text') : error;
    }
  };
  const begin = (isAll: boolean): RowBatch => {
    const beginning = readBeginning(start, isAll);
    const { header = [], line = 1, records: below = [] } = beginning ?? {};
    const columns = columnsOf(header, {
      line,
      records: below,
      isBrand: (text) => isBrand(options.catalogue, text),
    });
    const { reader, delimiter, records } = beginning as Beginning;
    notes.push(...(beginning as Beginning).notes, ...columns.notes);
    list = { reader, columns, delimiter };
    start = '';
    return batch(records, isAll);
  };

  for await (const piece of decoded(typeof source === 'string' ? fileBytes(source) : source)) {
    bytes = piece.bytes;
    if (piece.note) notes.push(piece.note);
    if (list) {
      yield batch(list.reader.read(piece.text), false);
      continue;
    }
    start += piece.text;
    if (start.length > BEGINNING) yield begin(false);
  }
  yield list ? batch(list.reader.end(), true) : begin(true);
}

/** What separates the values of the result: as in the list, if programs will find it. */
function forResult(delimiter: string): string {
  return /[,;\t|]/.test(delimiter) ? delimiter : ',';
}
