import type { ClearanceRequest } from '../../../src/domain/clearance';
import { Otonomo, type OtonomoOptions } from '../../../src/providers/otonomo/client';
import type { ProviderError } from '../../../src/providers/provider-error';
import { openContract } from '../../contracts/contract';
import {
  type RecordedRequest,
  type ScriptedServer,
  startScriptedServer,
} from '../../support/scripted-server';
import { failureWithout } from '../failure';

export const CONTRACT = openContract('otonomo.yaml');
export const SECRET = 'hunter2-client-secret-of-the-test';
export const TOKEN = 'token-of-the-test';
export const TOKEN_ROUTE = 'POST /v1/oauth/token/';
export const VEHICLES = '/v2/vehicle-management/vehicles/';
export const [ONE, TWO, SHORT] = ['WVWZZZ1KZAW000001', 'WVWZZZ1KZAW000002', 'WVWZZZ1KZAW00003'] as const;

type Routes = Parameters<typeof startScriptedServer>[0];
const open: { close(): Promise<void> }[] = [];

export function tokenReply(token = TOKEN, expires_in = 86_400) {
  return { body: { access_token: token, expires_in, token_type: 'Bearer' } };
}

/** A scripted server that grants tokens, and a client for it. Both are closed by `closeAll`. */
export async function connect(
  routes: Routes,
  options: Partial<OtonomoOptions> = {},
): Promise<{ server: ScriptedServer; client: Otonomo }> {
  const server = await startScriptedServer({ [TOKEN_ROUTE]: tokenReply(), ...routes });
  const client = new Otonomo({
    baseUrl: server.url,
    clientId: 'client-id-of-the-test',
    clientSecret: SECRET,
    service: 'workspace-of-the-test',
    ...options,
  });
  open.push(client, server);
  return { server, client };
}

export async function closeAll(): Promise<void> {
  for (const one of open.splice(0)) await one.close();
}

/** The ProviderError with which a call ends, without the secrets of these tests. */
export function failureOf(call: Promise<unknown>): Promise<ProviderError> {
  return failureWithout([SECRET, TOKEN], call);
}

export function request(vin: string, more: Partial<ClearanceRequest> = {}): ClearanceRequest {
  return { vin, brand: 'bmw', tags: {}, ...more };
}

/** The reply to an upload: the words of an error for those that have one. */
export function uploaded(rows: Readonly<Record<string, unknown>>) {
  const data = Object.entries(rows).map(([vin, error]) =>
    error === null ? { vin, uploadStatus: 'success' } : { vin, uploadStatus: 'error', error },
  );
  const errors = data.filter(({ uploadStatus }) => uploadStatus === 'error').length;
  const summary = { success: String(data.length - errors), errors: String(errors) };
  return { status: errors > 0 ? 201 : 200, body: { summary, data } };
}

/** The whole workspace, by VIN. */
export function workspace(words: Readonly<Record<string, string>>, make = 'Mercedes') {
  const vehicles = Object.entries(words).map(([vin, status]) => ({
    vin,
    make,
    status,
    last_update: '2020-05-07 10:12',
  }));
  return { body: { vehicles } };
}

/** The VINs that each call of an action named. */
export function vinsOf(requests: readonly RecordedRequest[]): string[][] {
  return requests.map(({ body }) => (JSON.parse(body) as { vins: string[] }).vins);
}

/** Refuses a call as long as it names any of these. */
export function refusing(vins: readonly string[], status: number, message: string, done: number) {
  return ({ body }: RecordedRequest) => {
    const named = (JSON.parse(body) as { vins: string[] }).vins.filter((vin) => vins.includes(vin));
    return named.length > 0 ? { status, body: { message, vins: named } } : { status: done, body: '' };
  };
}

export const UNKNOWN = 'the following vin where not found under you workspace';
