import { z } from 'zod';

/** What Autopay leaves open, and what is odd about it: each can be had either way. */
export const switchesSchema = z.strictObject({
  /** What a second POST of a plate is answered. */
  secondPost: z.enum(['same', 'error']).default('same'),
  /** What a DELETE of a plate that is not there is answered. */
  absentDelete: z.enum(['done', 'error']).default('error'),
  /** Whether a number comes back with its subdivision in front. */
  prefix: z.boolean().default(true),
  /** Which of the two spellings replies and notifications have. */
  data: z.enum(['service_data', 'serviceData']).default('serviceData'),
  /** Whether facility, zone and product are left out, as in some samples. */
  bare: z.boolean().default(false),
  /** Rows on a page. */
  page: z.number().int().min(1).default(200),
  /** Whether each operator has a fleet of its own, in the place of one for all. */
  perOperator: z.boolean().default(false),
  /** The days that a span may have. */
  spanDays: z.number().positive().default(50),
  /** How many of what is locked the answer leaves out. */
  unlisted: z.number().int().min(0).default(0),
});
export type Switches = z.output<typeof switchesSchema>;
export type SwitchesInput = z.input<typeof switchesSchema>;
