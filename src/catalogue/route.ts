import { z } from 'zod';
import { AUDIENCES } from '../domain/audience';

/** By which channels an audience is told. Which channels there are is looked at in catalogue.ts. */
export const route = z.strictObject({
  audience: z.enum(AUDIENCES),
  /** Of the vehicles of this fleet only. */
  fleet: z.string().min(1).optional(),
  /** None: the audience is told nothing. */
  channels: z.array(z.string()),
});
