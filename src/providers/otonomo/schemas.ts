import { z } from 'zod';
import { plainVin } from '../../domain/vin';

/*
 * The replies of the vehicle management (API v2) and of the connectivity of a VIN. Unknown keys are dropped. What may be
 * missing may also be wrong: it then counts as missing.
 */

/** A name with other characters (masked, for example) may be of any vehicle, as no name may. */
const vinOfRow = z
  .string()
  .trim()
  .min(1)
  .refine((vin) => /^[A-Z0-9]+$/.test(plainVin(vin)), 'has characters that no VIN has');

/** One row of the list. Its `last_update` is not read: no document says what was updated then, and in which zone. */
export const vehicleRow = z.object({
  vin: vinOfRow,
  status: z.string().trim().min(1),
  make: z.string().nullish().catch(null),
});
export type VehicleRow = z.output<typeof vehicleRow>;

/** A row that says at least which vehicle it is about. */
export const namedRow = vehicleRow.extend({ status: vehicleRow.shape.status.catch('unreadable status') });

const uploadRow = z.object({
  vin: z.string().trim().min(1),
  uploadStatus: z.string().trim().toLowerCase(),
  /** A text, or texts keyed by the field that they are about. */
  error: z.unknown().optional(),
});
export type UploadRow = z.output<typeof uploadRow>;

/** Rows keyed by VIN: each value is the rest of a row, or what is wrong with the vehicle. */
const keyedRows = z.record(z.string(), z.unknown()).transform((rows) =>
  Object.entries(rows).map(([vin, row]) => {
    const isRow = typeof row === 'object' && row !== null && 'uploadStatus' in row;
    return isRow ? { ...row, vin } : { vin, uploadStatus: 'error', error: row };
  }),
);

/** POST of vehicles: 200 where all went well, and 201 where some did not. A row that cannot be read is null. */
export const uploadReply = z.object({
  data: z.union([z.array(z.unknown()), keyedRows]).pipe(z.array(uploadRow.nullable().catch(null))),
});

/** GET of the connectivity of a VIN. */
export const connectivityReply = z.object({
  vin: z.string().trim().min(1),
  connectivity: z.string().trim().min(1),
});
