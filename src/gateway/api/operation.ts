import type { z } from 'zod';
import type { Catalogue } from '../../domain/catalogue-schema';
import type { Logger } from '../../log';
import type { Activations } from '../../temporal/activations';
import type { FieldError, ProblemCode } from './problem';
import { invalidFields } from './problem';
import type { Role, Token } from './tokens';

/** What the API works with. */
export interface ApiSurroundings {
  readonly activations: Activations;
  readonly catalogue: Catalogue;
  /** Whether the provider is a sandbox, where test VINs are good. */
  readonly sandbox: boolean;
  readonly log: Logger;
  /** Requests that may wait at once; each costs Temporal up to four calls a second. */
  readonly mostWaits: number;
  /** Those that wait now. */
  waits: number;
}

/** One request that has been let in and understood. */
export interface Call<Query, Body> {
  readonly api: ApiSurroundings;
  /** The activations as far as the token may see them. */
  readonly activations: Activations;
  readonly token: Token;
  /** The VIN of the path, in the form to use; empty where the path has none. */
  readonly vin: string;
  readonly query: Query;
  readonly body: Body;
  /** Says that nobody waits for the answer any more, or that the gateway stops. */
  readonly signal: AbortSignal;
  readonly requestId: string;
  /** The header `Idempotency-Key`, where the operation knows it and the request has it. */
  readonly idempotencyKey?: string | undefined;
}

export interface Answer {
  readonly body: unknown;
  /** @default that of `success` */
  readonly status?: 202;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One thing that the API can do: what its route and its part of the OpenAPI document are made from. */
export interface Operation<Query extends z.ZodType = z.ZodType, Body extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly method: 'GET' | 'POST';
  /** Under `/v1`, as OpenAPI writes it. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly role: Role;
  readonly query?: Query;
  readonly body?: Body;
  /** A request without a body is then the same as one with `{}`. */
  readonly bodyOptional?: boolean;
  /** Bytes. @default 64 KiB, the gateway's own limit */
  readonly bodyLimit?: number;
  /** What the body is read with, where items are judged one by one and not all at once. @default body */
  readonly bodyReader?: z.ZodType;
  readonly success: {
    readonly status: 200 | 202;
    readonly description: string;
    readonly schema: z.ZodType;
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** When it answers 202 with the same body in place of `success`. */
  readonly queued?: string;
  /** Whether it is a message, whose id may come in the header `Idempotency-Key`. */
  readonly takesKey?: boolean;
  /** The problems that only this operation answers with. */
  readonly problems: readonly ProblemCode[];
  handle(call: Call<z.output<Query>, z.output<Body>>): Promise<Answer>;
}

/** Keeps the types of one operation together while it is written down. */
export function operation<Query extends z.ZodType, Body extends z.ZodType>(
  described: Operation<Query, Body>,
): Operation {
  return described as unknown as Operation;
}

/**
 * Reads one part of a request by its schema.
 *
 * @param place says where an issue is: a pointer into the body or the name of a parameter.
 * @throws ApiError `REQUEST_INVALID`, with every field that is wrong.
 */
export function readPart<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: (path: readonly PropertyKey[]) => Pick<FieldError, 'pointer' | 'parameter'>,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue): FieldError[] => {
    // A name that we do not know is reported where it stands.
    const paths =
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    const detail = issue.code === 'unrecognized_keys' ? 'is not a field that we know' : issue.message;
    return paths.map((path) => ({ ...place(path), code: 'FIELD_INVALID', detail: detail.slice(0, 200) }));
  });
  throw invalidFields(firstOfEach(errors).slice(0, MOST_ERRORS));
}

/** One error for each place: that an empty text also misses a pattern helps nobody. */
function firstOfEach(errors: readonly FieldError[]): FieldError[] {
  const places = new Map<string, FieldError>();
  for (const error of errors) {
    const place = error.pointer ?? error.parameter ?? '';
    if (!places.has(place)) places.set(place, error);
  }
  return [...places.values()];
}

/** Enough to learn from; a body can hold many thousand unknown names. */
const MOST_ERRORS = 50;

/** A JSON pointer (RFC 6901) as a URI fragment, for example `#/tags/colour`. */
export function pointer(...path: readonly PropertyKey[]): string {
  const parts = path.map((part) => encodeURIComponent(String(part).replace(/~/g, '~0').replace(/\//g, '~1')));
  return ['#', ...parts].join('/').slice(0, 200);
}
