import type { z } from 'zod';
import type { ParkingPolicy } from '../../../workflows/contract/parking';
import type { Activations } from '../../activations/activations';
import type { Certificates } from '../../activations/certificates';
import type { Catalogue } from '../../catalogue/schema';
import type { Logger } from '../../config/log';
import type { DayLook } from '../../days/look';
import type { Defleetings } from '../../defleetings/defleetings';
import type { Application } from '../../domain/application';
import type { VehicleCheckOptions, VinCheck } from '../../domain/vin';
import type { Parkings } from '../../parkings/parkings';
import type { Payments } from '../../parkings/payments';
import type { Snapshots } from '../../snapshot/snapshots';
import type { FieldError, ProblemCode } from './problem';
import { invalidFields } from './problem';
import type { TokenUse } from './shares';
import type { Role, Token } from './tokens';

/** What the API works with for parking. */
export interface ParkingSurroundings {
  /** Of every fleet. */
  readonly parkings: Parkings;
  readonly payments: Payments;
  /** How those that are begun here are looked after. */
  readonly policy: ParkingPolicy;
}

/** What the API works with, for a token. */
export interface ApiSurroundings {
  /** The token's. */
  readonly app: Application;
  /** Those of the application, of every fleet. */
  readonly activations: Activations;
  /** Of every fleet and every application. */
  readonly defleetings: Defleetings;
  /** Absent where this gateway has no credential for parking. */
  readonly parking?: ParkingSurroundings | undefined;
  /** Of every vehicle. */
  readonly certificates: Pick<Certificates, 'of' | 'left'>;
  /** The picture of all that is open, for all who ask. */
  readonly snapshots: Pick<Snapshots, 'look'>;
  /** What workers have kept of the last days. Absent: nothing is told of them. */
  readonly days?: Pick<DayLook, 'look'> | undefined;
  readonly catalogue: Catalogue;
  /** Whether the provider is a sandbox, where test VINs are good. */
  readonly sandbox: boolean;
  /** How the provider checks what names a vehicle. */
  readonly checkVehicle: (text: string, options: VehicleCheckOptions) => VinCheck;
  readonly log: Logger;
  /** Requests of all tokens that may wait at once; each costs Temporal up to four calls a second. */
  readonly mostWaits: number;
  /** Those that wait now. */
  readonly waiting: { count: number };
}

/** Where a token works: one of its applications. */
export interface Place {
  readonly api: ApiSurroundings;
  /** The activations as far as the token may see them. */
  readonly activations: Activations;
}

/** One request that has been let in and understood. */
export interface Call<Query, Body> extends Place {
  /**
   * At another of the token's applications, by its key; without it at the token's own.
   *
   * @throws ApiError `APPLICATION_FORBIDDEN`, `APPLICATION_OFF`.
   */
  placeAt(application?: string): Place;
  readonly token: Token;
  /** What the token uses of what all share. */
  readonly use: TokenUse;
  /** The VIN of the path, in the form to use; empty where the path has none. */
  readonly vin: string;
  /** The id of the path, or the plate as it is written there; empty where the path has none. */
  readonly id: string;
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
  readonly status?: 200 | 202;
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
  /** What the body is read with, where items are read and judged one by one and not all at once. @default body */
  readonly bodyReader?: z.ZodType;
  /** Whether it is for many vehicles: a token has few of these at the same time. */
  readonly isBatch?: boolean;
  readonly success: {
    readonly status: 200 | 202;
    readonly description: string;
    readonly schema: z.ZodType;
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** When it answers 202 with the same body in place of `success`. */
  readonly queued?: string;
  /** When it answers 200 with another body in place of `success`. */
  readonly instead?: { readonly description: string; readonly schema: z.ZodType };
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
 * @param most errors that are told.
 * @throws ApiError `REQUEST_INVALID`, with the fields that are wrong.
 */
export function readPart<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: (path: readonly PropertyKey[]) => Pick<FieldError, 'pointer' | 'parameter'>,
  most: number = MOST_ERRORS,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  // One error for each place: that an empty text also misses a pattern helps nobody.
  const errors = new Map<string, FieldError>();
  for (const { path, detail } of told(result.error.issues)) {
    const found = place(path.map(cut));
    const key = found.pointer ?? found.parameter ?? '';
    if (!errors.has(key)) errors.set(key, { ...found, code: 'FIELD_INVALID', detail: detail.slice(0, 200) });
    if (errors.size === most) break;
  }
  throw invalidFields([...errors.values()]);
}

/** Each issue with its path; a name that we do not know is reported where it stands. */
function* told(issues: readonly z.core.$ZodIssue[]): Generator<{ path: PropertyKey[]; detail: string }> {
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') yield { path: issue.path, detail: issue.message };
    else
      for (const key of issue.keys)
        yield { path: [...issue.path, key], detail: 'is not a field that we know' };
  }
}

/** A name can be a megabyte long, and half a character where it ends. */
function cut(part: PropertyKey): PropertyKey {
  return typeof part === 'string' ? part.slice(0, LONGEST_NAME).replace(/\p{Surrogate}/gu, '\uFFFD') : part;
}

/** Characters of a name that are told. */
const LONGEST_NAME = 60;

/** Enough to learn from; a body can hold many thousand unknown names. */
const MOST_ERRORS = 50;

/** A JSON pointer (RFC 6901) as a URI fragment, for example `#/tags/colour`. */
export function pointer(...path: readonly PropertyKey[]): string {
  const parts = path.map((part) => encodeURIComponent(String(part).replace(/~/g, '~0').replace(/\//g, '~1')));
  return ['#', ...parts].join('/').slice(0, 200);
}
