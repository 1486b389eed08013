import { z } from 'zod';
import { plainVin } from '../../domain/vin';

/*
 * The replies of the Fleet Clearance API, version 1. Unknown keys are dropped; brands and
 * statuses are plain words, because new ones appear before documents do. What may be missing may also
 * be wrong: it then counts as missing.
 */

const optionalText = z.string().nullish().catch(null);

/** A name with other characters (masked, for example) may be of any vehicle, as no name may. */
const vinOfRow = z
  .string()
  .trim()
  .min(1)
  .refine((vin) => /^[A-Z0-9]+$/.test(plainVin(vin)), 'has characters that no VIN has');

const changelogEntry = z.object({ timestamp: z.string(), status: z.string(), reason: optionalText });

/** GET /v1/fleets/vehicles/{vin}, and one row of the list. */
export const clearanceRow = z.object({
  vin: vinOfRow,
  status: z.string().trim().min(1),
  reason: optionalText,
  brand: optionalText,
  tags: z.record(z.string(), z.unknown()).nullish().catch(null),
  changelog: z.array(changelogEntry.nullable().catch(null)).nullish().catch(null),
});
export type ClearanceRow = z.output<typeof clearanceRow>;

/** A row that says at least which vehicle it is about. */
export const namedRow = clearanceRow.extend({ status: clearanceRow.shape.status.catch('unreadable status') });

/** POST /v1/eligibility. */
export const eligibilityReply = z.object({
  vin: z.string().trim().min(1),
  eligible: z.boolean(),
  data_delivery: z.array(z.string()).catch([]),
  connectivity_status: optionalText,
  primary_user_assigned: z.boolean().nullish().catch(null),
});

/** GET /v1/fleets/vehicles: the rows are read one by one. */
export const listReply = z.array(z.unknown());

const submitRow = z.object({
  vin: z.string().trim().min(1),
  status: z.string().trim().min(1),
  description: optionalText,
  reason: optionalText,
});
export type SubmitRow = z.output<typeof submitRow>;

/** POST /v1/fleets/vehicles. A row that cannot be read is null. */
export const submitReply = z.object({ vehicles: z.array(submitRow.nullable().catch(null)) });

/** DELETE /v1/fleets/vehicles/{vin}. */
export const withdrawReply = z.object({
  vin: z.string().trim().min(1),
  status: z.string().trim().toLowerCase(),
});
