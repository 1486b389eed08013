import {
  createHighMobility,
  type HighMobilityClient,
  type HighMobilityOptions,
} from '../../../src/providers/high-mobility/client';
import type { ProviderError } from '../../../src/providers/provider-error';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server';
import { failureWithout } from '../failure';

export const SECRET = 'hunter2-client-secret-of-the-test';
export const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.token-of-the-test.signature';
export const TOKEN_ROUTE = 'POST /v1/access_tokens';
export const VEHICLES = '/v1/fleets/vehicles';
export const VIN = 'WVWZZZ1KZAW000001';

/** What the token endpoint answers when all is well. */
export function tokenReply(token = TOKEN, expiresIn = 300) {
  return {
    body: {
      access_token: token,
      expires_in: expiresIn,
      scope: 'fleet:clearance vehicle:eligibility-check vehicle:data',
      token_type: 'bearer',
    },
  };
}

type Routes = Parameters<typeof startScriptedServer>[0];
const open: { close(): Promise<void> }[] = [];

/** A scripted server that grants tokens, and a client for it. Both are closed by `closeAll`. */
export async function connect(
  routes: Routes,
  options: Partial<HighMobilityOptions> = {},
): Promise<{ server: ScriptedServer; client: HighMobilityClient }> {
  const server = await startScriptedServer({ [TOKEN_ROUTE]: tokenReply(), ...routes });
  const client = createHighMobility({
    baseUrl: server.url,
    clientId: 'client-id-of-the-test',
    clientSecret: SECRET,
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
