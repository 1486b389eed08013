import { z } from 'zod';
import type { Clock } from '../shared/clock';
import { answers, type SimulatedReply, shown } from './answers';
import type { Assertions } from './assertions';
import { isBrand } from './brands';
import type { Budget } from './budget';
import { type ClearanceRow, type Clearances, statusOf } from './clearances';
import type { Eligibility } from './eligibility';
import { parseFilter } from './filters';
import type { Ledger } from './ledger';
import type { Vehicle } from './lives';
import type { Tokens } from './tokens';
import type { VehicleData } from './vehicle-data';

/** What the endpoints work on. */
export interface State {
  readonly clock: Clock;
  readonly clearances: Clearances;
  readonly data: VehicleData;
  readonly eligibility: Eligibility;
  readonly ledger: Ledger;
  readonly tokens: Tokens;
  readonly reads: Budget;
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
  readonly assertions: Assertions;
}

const TOKEN_FIELDS = ['client_id', 'client_secret', 'grant_type'] as const;
const SIGNED_FIELDS = ['client_id', 'client_assertion', 'grant_type'] as const;

const submissionSchema = z.object({
  vehicles: z.array(
    z.object({
      vin: z.string(),
      brand: z.string(),
      tags: z.record(z.string(), z.string()).optional(),
      control_measures: z.unknown().optional(),
    }),
  ),
});

/**
 * POST /v1/access_tokens: a wrong secret is a 400, as the OAuth2 API reference shows; so is a bad assertion.
 *
 * @param base where this is, for example `http://127.0.0.1:4010/v1`.
 */
export function createToken(
  { tokens, credentials, assertions }: State,
  body: unknown,
  base: string,
): SimulatedReply {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const isSigned = fields['client_assertion'] !== undefined;
  const wanted = isSigned ? SIGNED_FIELDS : TOKEN_FIELDS;
  const blank = wanted.filter((name) => typeof fields[name] !== 'string' || fields[name] === '');
  if (blank.length > 0) return answers.tokenRefused(blank.map((name) => `${name} can't be blank`).join(', '));
  if (fields['grant_type'] !== 'client_credentials') return answers.tokenRefused('grant_type is invalid');
  if (fields['client_id'] !== credentials.clientId) return answers.tokenRefused('client_id is invalid');
  if (isSigned) {
    const refusal = assertions.refusal(fields['client_assertion_type'], fields['client_assertion'], base);
    if (refusal !== null) return answers.tokenRefused(refusal);
  } else if (fields['client_secret'] !== credentials.clientSecret) {
    return answers.tokenRefused('client_secret is invalid');
  }
  return answers.ok(tokens.issue(`${base}/auth_tokens`));
}

/** POST /v1/fleets/vehicles: every vehicle is answered on its own row. */
export function submit({ clearances, ledger }: State, body: unknown, forgetful: boolean): SimulatedReply {
  const submission = submissionSchema.safeParse(body);
  if (!submission.success) {
    return answers.invalid(
      submission.error.issues.map(({ path, message }) => ({
        source: path.join('.') || 'vehicles',
        detail: message,
      })),
    );
  }
  const vehicles = submission.data.vehicles.map((vehicle) => {
    const refusal = refuse(vehicle);
    if (refusal !== null) return { vin: vehicle.vin, status: 'error', description: refusal };
    if (forgetful) return row(vehicle, 'pending');
    const { row: clearance, repeated } = clearances.add(vehicle);
    if (repeated) ledger.repeats.push({ ...ledger.moment(), vin: vehicle.vin });
    return row(clearance, statusOf(clearance));
  });
  return answers.ok({ vehicles });
}

function refuse({ vin, brand }: Vehicle): string | null {
  if ([...vin].length !== 17) return 'vin should be 17 character(s)';
  return isBrand(brand) ? null : 'The brand is invalid';
}

function row(
  { vin, tags }: Pick<ClearanceRow, 'vin'> & { tags?: ClearanceRow['tags'] },
  status: string,
): object {
  return { vin, status, ...(tags === undefined ? {} : { tags }) };
}

/**
 * GET /v1/fleets/vehicles: a bare array, the newest clearance first (no order is promised, and "the last one of a
 * VIN counts" would be a wrong guess). How a bad filter is answered is documented nowhere; here it is a 422.
 */
export function list({ clearances }: State, filter: string | undefined): SimulatedReply {
  let wanted: (row: ClearanceRow) => boolean = () => true;
  try {
    if (filter !== undefined) wanted = parseFilter(filter);
  } catch (error) {
    return answers.invalid([{ source: 'filter', detail: (error as Error).message }]);
  }
  return answers.ok(clearances.rows.filter(wanted).reverse().map(shown));
}

/** GET /v1/fleets/vehicles/{vin}: 60 calls a minute for the application. */
export function read({ clock, clearances, reads }: State, vin: string, requestId: string): SimulatedReply {
  const wait = reads.take(clock.now());
  if (wait !== null) return answers.tooManyRequests(requestId, wait);
  const clearance = clearances.newest(vin);
  return clearance ? answers.ok(shown(clearance)) : answers.notFound('vin');
}

/** GET /v1/vehicle-data/autoapi-13/{vin}. Its limit of calls is documented nowhere. */
export function readData({ clock, clearances, data }: State, vin: string, requestId: string): SimulatedReply {
  return data.answer(clearances.newest(vin), clock.now(), requestId);
}

/** DELETE /v1/fleets/vehicles/{vin}. */
export function withdraw({ clearances }: State, vin: string): SimulatedReply {
  const withdrawal = clearances.withdraw(vin);
  switch (withdrawal.outcome) {
    case 'begun':
      return answers.ok(row(withdrawal.row, statusOf(withdrawal.row)));
    case 'absent':
      return answers.notFound('vin');
    case 'removed':
      return answers.conflict('Clearance is already removed');
    case 'in transition':
      return answers.conflict('Clearance is in transition mode');
    case 'not supported':
      return answers.notSupported();
    case 'too early':
      return answers.tooEarly();
  }
}
