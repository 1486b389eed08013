import { z } from 'zod';
import { checkPlate } from '../../domain/plate';
import type { Cost, FleetList, FleetVehicle, Place, Service } from '../parking';
import { keepText } from '../shared/text';
import { readTimestamp } from '../shared/timestamp';

/** A row that could not be read, and why; never a value of it. */
export interface Unread {
  readonly index: number;
  readonly problem: string;
}

const text = z.string().trim().min(1).transform(keepText);
const id = z.union([z.number().transform(String), z.string()]).pipe(text);
/** Fields of a beta come and go: what is not as it should be is not known, and the rest of the row counts. */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null).default(null);
const time = z.string().transform((value) => readTimestamp(value));
const place = z.object({ code: maybe(text), name: maybe(text) }).transform(({ code, name }): Place | null => {
  if (code === null && name === null) return null;
  return { code: code ?? name ?? '', name: name ?? code ?? '' };
});
const amount = maybe(z.number());
const cost = z
  .object({
    currency: text,
    gross_amount: amount,
    net_amount: amount,
    vat_amount: amount,
    vat_percent: amount,
  })
  .transform(
    (row): Cost => ({
      currency: row.currency,
      gross: row.gross_amount ?? null,
      net: row.net_amount ?? null,
      vat: row.vat_amount ?? null,
      vatPercent: row.vat_percent ?? null,
    }),
  );
const data = z.record(z.string(), z.unknown()).transform((values) =>
  Object.fromEntries(
    Object.entries(values)
      .slice(0, 20)
      .map(([key, value]) => [
        keepText(key),
        keepText(typeof value === 'string' ? value : JSON.stringify(value)),
      ]),
  ),
);
const plate = z
  .object({ license_plate_number: z.string(), country_code: z.string(), subdivision: maybe(z.string()) })
  .transform(({ license_plate_number: number, country_code: country, subdivision }, context) => {
    const check = checkPlate({ country, number, subdivision });
    if (check.ok) return check.plate;
    context.addIssue({ code: 'custom', message: 'is no plate' });
    return z.NEVER;
  });

const vehicleRow = z
  .looseObject({ created_at: maybe(time) })
  .transform(({ created_at: addedAt, ...row }) => ({ row, addedAt: addedAt ?? null }))
  .pipe(z.object({ row: plate, addedAt: z.number().nullable() }))
  .transform(({ row, addedAt }): FleetVehicle => ({ plate: row, addedAt }));

/** A service of a list, and a notification of one. */
export const serviceRow = z
  .object({
    id,
    vehicle: plate,
    facility: maybe(place),
    zone: maybe(place),
    product_name: maybe(text),
    start_time: maybe(time),
    end_time: maybe(time),
    cost: maybe(cost),
    operator_id: maybe(text),
    type: maybe(text),
    invoicing_status: maybe(text),
    // The table of the Fleet API writes it one way, its samples the other.
    service_data: maybe(data),
    serviceData: maybe(data),
  })
  .transform(
    (row): Service => ({
      id: row.id,
      plate: row.vehicle,
      facility: row.facility ?? null,
      zone: row.zone ?? null,
      product: row.product_name ?? null,
      startedAt: row.start_time ?? null,
      endedAt: row.end_time ?? null,
      cost: row.cost ?? null,
      operator: row.operator_id ?? null,
      type: row.type ?? 'PARKING',
      invoicing: row.invoicing_status ?? null,
      data: row.service_data ?? row.serviceData ?? {},
    }),
  );

const named = z.object({
  vehicle: z.object({ license_plate_number: z.string().trim().min(1), country_code: z.string() }),
});

/** Whether a row names a plate, be it one that we can read or not. */
export function hasPlate(row: unknown): boolean {
  return named.safeParse(row).success;
}

/** A row of an answer about one plate: where it names none that can be read, it is that one. */
export function withPlate(row: unknown, asked: object): unknown {
  const isRow = typeof row === 'object' && row !== null && !Array.isArray(row);
  if (!isRow || plate.safeParse((row as { vehicle?: unknown }).vehicle).success) return row;
  return { ...row, vehicle: asked };
}

/** Reads the vehicles of a list; a row that cannot be read is told, and stays in it as one that may be some plate. */
export function readVehicles(rows: readonly unknown[], onUnread: (row: Unread) => void): FleetList {
  const unread: (string | null)[] = [];
  const vehicles = readRows(rows, vehicleRow, (row) => {
    const read = numbered.safeParse(rows[row.index]);
    unread.push(read.success ? read.data.license_plate_number : null);
    onUnread(row);
  });
  return { vehicles, unread };
}

const numbered = z.object({ license_plate_number: z.string() });

/** Reads services; a row without an id or a plate is told, and left out. */
export function readServices(rows: readonly unknown[], onUnread: (row: Unread) => void): Service[] {
  return readRows(rows, serviceRow, onUnread);
}

/** One vehicle, as it answers an addition. @returns null where it says no plate. */
export function readVehicle(row: unknown): FleetVehicle | null {
  const read = vehicleRow.safeParse(row);
  return read.success ? read.data : null;
}

function readRows<T>(rows: readonly unknown[], schema: z.ZodType<T>, onUnread: (row: Unread) => void): T[] {
  return rows.flatMap((row, index) => {
    const read = schema.safeParse(row);
    if (read.success) return [read.data];
    const [issue] = read.error.issues;
    onUnread({ index, problem: `${issue?.path.join('.') || 'the row'}: ${issue?.message}` });
    return [];
  });
}
