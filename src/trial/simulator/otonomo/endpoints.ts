import { z } from 'zod';
import type { Tokens } from './tokens';
import { type Edition, wordFor } from './words';
import type { Refusal, Workspace } from './workspace';

/** What a call is answered, before any fault touches it. */
export interface SimulatedReply {
  readonly status: number;
  readonly body?: object;
}

/** What the endpoints work on. */
export interface State {
  readonly workspace: Workspace;
  readonly tokens: Tokens;
  readonly credentials: {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly service: string;
  };
  readonly edition: Edition;
  readonly isSmall: boolean;
}

const REQUIRED = 'This field is required.';

const uploadSchema = z.object({
  vins: z.array(z.object({ vin: z.string(), odometer: z.string().optional() })).min(1),
});
const vinsSchema = z.object({ vins: z.array(z.string()).min(1) });

/** POST of a form for a token: wrong credentials are a 400 with an empty object, another grant one with a word. */
export function createToken({ tokens, credentials }: State, body: unknown): SimulatedReply {
  const { client_id, client_secret, grant_type, service } = (body ?? {}) as Record<string, unknown>;
  if (grant_type !== 'client_credentials') return { status: 400, body: { error: 'invalid_client' } };
  const isKnown =
    client_id === credentials.clientId &&
    client_secret === credentials.clientSecret &&
    service === credentials.service;
  return isKnown ? { status: 200, body: tokens.issue() } : { status: 400, body: {} };
}

export const UNAUTHORIZED: SimulatedReply = {
  status: 401,
  body: { detail: 'Authentication credentials were not provided.' },
};

/** POST of vehicles: every one is answered on its own row, and where one has failed the status is the odd 201. */
export function upload({ workspace }: State, body: unknown): SimulatedReply {
  const asked = uploadSchema.safeParse(body);
  if (!asked.success) return fieldErrors(asked.error);
  const data = asked.data.vins.map(({ vin, odometer }) => {
    const error = refusalOf(vin) ?? (workspace.upload(vin, odometer ?? null) ? null : 'Already exist');
    return error === null ? { vin, uploadStatus: 'success' } : { vin, uploadStatus: 'error', error };
  });
  const errors = data.filter(({ uploadStatus }) => uploadStatus === 'error').length;
  const summary = { success: String(data.length - errors), errors: String(errors) };
  return { status: errors > 0 ? 201 : 200, body: { summary, data } };
}

function refusalOf(vin: string): string | null {
  return vin.length === 16 || vin.length === 17 ? null : 'VIN length should be 16 or 17 characters';
}

/** GET of vehicles: the whole workspace, always. */
export function list({ workspace, edition, isSmall }: State): SimulatedReply {
  const vehicles = workspace.vehicles.map(({ vin, make, state, changedAt }) => ({
    vin,
    make,
    status: wordFor(state, edition, isSmall),
    last_update: new Date(changedAt).toISOString().slice(0, 16).replace('T', ' '),
  }));
  return { status: 200, body: { vehicles } };
}

/** POST of VINs to enable, disable or remove: all of them, or none. */
export function act(
  { workspace }: State,
  action: 'enable' | 'disable' | 'remove',
  body: unknown,
): SimulatedReply {
  const asked = vinsSchema.safeParse(body);
  if (!asked.success) return fieldErrors(asked.error);
  const refusal: Refusal | null = workspace[action](asked.data.vins);
  if (!refusal) return { status: action === 'remove' ? 204 : 202 };
  return { status: refusal.status, body: { message: refusal.message, vins: refusal.vins } };
}

/** GET of the connectivity of a VIN; `null`: nobody may ask for it. */
export function connectivity(vin: string, said: string | null, make: string): SimulatedReply {
  if (said !== null) return { status: 200, body: { vin, make, connectivity: said } };
  return { status: 403, body: { detail: 'You do not have permission to perform this action.' } };
}

/** `{"vins": ["This field is required."]}` */
function fieldErrors({ issues }: z.ZodError): SimulatedReply {
  const fields = issues.map(({ path, code, message }) => {
    const isMissing = code === 'invalid_type' && message.includes('undefined');
    return [String(path.at(0) ?? 'non_field_errors'), [isMissing ? REQUIRED : message]];
  });
  return { status: 400, body: Object.fromEntries(fields) };
}
