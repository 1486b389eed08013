import { z } from 'zod';
import { readGivenPlate } from '../../domain/given-plate';
import type { Plate } from '../../domain/plate';
import { type FieldError, invalidFields } from './problem';
import { registry } from './registry';

/** A plate as requests give it: in one text, or in parts as a list has them in its columns. */

export const plate = z.string().min(1).max(60).register(registry, {
  description:
    'The plate with its country, as people write it: `NO-AA12345`, `DE-HD-BB 12345`; or without it, beside `country`',
  example: 'NO-AA12345',
});
export const plateParts = {
  plate: plate.optional(),
  country: z.string().min(1).max(20).optional().register(registry, {
    description: 'The country of the plate, where it is written without one: ISO 3166, two letters',
  }),
  subdivision: z.string().min(1).max(20).optional().register(registry, {
    description: 'The region that the plate names, where it is written without one, for example `HD`',
  }),
};

export interface PlateWords {
  readonly plate?: string | undefined;
  readonly country?: string | undefined;
  readonly subdivision?: string | undefined;
}

/** Where a field of the plate stands in the body. */
type PlaceOf = (field: keyof PlateWords) => string;

/** The plate of a request, or what is wrong with it; null where it has none. */
export function plateIn(words: PlateWords, placeOf: PlaceOf): Plate | FieldError | null {
  const { plate, country, subdivision } = words;
  if (plate === undefined) {
    const [field] = (['country', 'subdivision'] as const).filter((name) => words[name] !== undefined);
    if (field === undefined) return null;
    return {
      pointer: placeOf(field),
      code: 'FIELD_INVALID',
      detail: 'is that of a plate, and there is none',
    };
  }
  const check = readGivenPlate({ plate, country, subdivision });
  if (check.ok) return check.plate;
  return { pointer: placeOf('plate'), code: 'PLATE_INVALID', detail: check.problem, next: check.remedy };
}

/** The same where there has to be one. @throws ApiError `REQUEST_INVALID` */
export function requirePlate(words: PlateWords & { readonly plate: string }, placeOf: PlaceOf): Plate {
  const read = plateIn(words, placeOf);
  if (read !== null && !('code' in read)) return read;
  throw invalidFields(read === null ? [] : [read]);
}

export function isPlate(read: Plate | FieldError | null): read is Plate {
  return read !== null && !('code' in read);
}
