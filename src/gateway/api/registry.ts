import { z } from 'zod';
import { CLEARANCE_STATUSES } from '../../domain/status';

interface Documentation {
  /** Its name in the OpenAPI document; without one it is written where it is used. */
  readonly id?: string;
  readonly description?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly maxLength?: number;
  /** The words that are meant to be sent, where more of them are understood. */
  readonly enum?: readonly string[];
  /** Which fields it needs, where a form alone does not say it. */
  readonly anyOf?: readonly object[];
  readonly example?: unknown;
}

/** What the OpenAPI document says of the schemas beyond their form. */
export const registry = z.registry<Documentation>();

export const time = z.string().register(registry, { format: 'date-time' });

export const statusWord = z.enum(CLEARANCE_STATUSES).register(registry, {
  id: 'ClearanceStatus',
  description:
    "The provider's word for the clearance; `absent` when it knows no such VIN, `unknown` for a word that we do not know",
});

/** A text, or null, with what it means. */
export function textOrNull(description: string) {
  return z.string().nullable().register(registry, { description });
}

/** A time, or null, with what it means. */
export function timeOrNull(description: string) {
  return z.string().nullable().register(registry, { format: 'date-time', description });
}
