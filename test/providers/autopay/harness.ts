import type { Plate } from '../../../src/domain/plate';
import { type AutopayOptions, createAutopay } from '../../../src/providers/autopay/client';
import type { ParkingClient } from '../../../src/providers/parking';
import { ProviderError } from '../../../src/providers/provider-error';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server';

export const TOKEN_ROUTE = 'POST /oauth/token';
export const VEHICLES = '/fleet/v2/vehicles';
export const SERVICES = '/fleet/v2/services';
export const SECRET = 'the-secret-of-the-credential';

export const NORWEGIAN: Plate = { country: 'NO', number: 'AA12345', subdivision: null };
export const GERMAN: Plate = { country: 'DE', number: 'HDBB12345', subdivision: 'HD' };

/** The seed's own samples, as the page has them. */
export const STAY = {
  id: '7cfb0be0-35eb-4afe-90cc-bb1c091a4231',
  facility: { code: '100', name: 'Autopay facility' },
  zone: { code: '100', name: 'Autopay zone' },
  product_name: 'Autopay product',
  vehicle: { license_plate_number: 'AA12345', country_code: 'NO', created_at: '2023-01-05T12:12:12+0000' },
  start_time: '2023-01-12T12:14:12+0000',
  end_time: '2023-01-12T13:55:04+0000',
  cost: { currency: 'NOK', vat_percent: 20, net_amount: 20.2, vat_amount: 4.04, gross_amount: 24.24 },
  operator_id: 'operator-id',
  type: 'PARKING',
  service_data: { key: 'value' },
  invoicing_status: 'NOT_INVOICED',
};

export function refusal(status: number, id: string, message = 'No.') {
  return { status, body: { error_id: id, message } };
}

type Routes = Parameters<typeof startScriptedServer>[0];
const open: { close(): Promise<void> }[] = [];

/** A scripted server that grants tokens and answers as told, and a client for it. Both are closed by `closeAll`. */
export async function connect(
  routes: Routes,
  options: Partial<AutopayOptions> = {},
): Promise<{ server: ScriptedServer; client: ParkingClient }> {
  const server = await startScriptedServer({
    [TOKEN_ROUTE]: {
      body: { access_token: 'a-token', expires_in: 86_400, token_type: 'Bearer', scope: 'fleet' },
    },
    ...routes,
  });
  const client = createAutopay({
    baseUrl: server.url,
    authUrl: server.url,
    clientId: 'the-credential',
    clientSecret: SECRET,
    ...options,
  });
  open.push(client, server);
  return { server, client };
}

export async function closeAll(): Promise<void> {
  for (const one of open.splice(0)) await one.close();
}

/** What a call throws. */
export async function failureOf(call: Promise<unknown>): Promise<ProviderError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProviderError)) throw new Error(`it ended with ${error}`);
  expect(JSON.stringify([error.message, error.next])).not.toContain(SECRET);
  return error;
}
