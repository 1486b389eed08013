import { generateKeyPairSync, verify } from 'node:crypto';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { readCredentials } from '../../../src/config/applications';
import { createHighMobility } from '../../../src/providers/high-mobility/client';
import { highMobility } from '../../../src/providers/high-mobility/profile';
import { startSimulator } from '../../../src/trial/simulator/high-mobility/simulator';
import { APP } from '../../support/application';
import { closeAll, connect, failureOf, TOKEN_ROUTE, VEHICLES, VIN } from './harness';

const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PEM = key.export({ type: 'pkcs8', format: 'pem' }).toString();
const ID = 'f6c331c4-9271-4e3b-a8c4-6a2cacac6451';
const DELETE = `DELETE ${VEHICLES}/${VIN}`;
const found = { body: { vin: VIN, status: 'revoking' } };
const folder = mkdtempSync(join(tmpdir(), 'vin-private-key-'));

afterEach(closeAll);

function fileWith(text: string, mode = 0o600): string {
  const file = join(folder, `${Math.random()}.pem`);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

function settings(more: Record<string, string>) {
  const HIGH_MOBILITY_CLIENT_ID = 'client';
  return readCredentials({ app: APP, profile: highMobility }, { HIGH_MOBILITY_CLIENT_ID, ...more });
}

function partOf(jwt: string, index: number) {
  return JSON.parse(Buffer.from(jwt.split('.')[index] ?? '', 'base64url').toString());
}

test('signs in with an assertion that its public key verifies, in the place of a secret', async () => {
  const { client, server } = await connect(
    { [DELETE]: found },
    { clientSecret: undefined, signingKey: { id: ID, key } },
  );
  await client.withdraw(VIN);
  const { client_assertion: jwt, ...rest } = JSON.parse(server.to(TOKEN_ROUTE)[0]?.body ?? '');
  expect(rest).toEqual({
    client_id: 'client-id-of-the-test',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    grant_type: 'client_credentials',
  });
  expect(partOf(jwt, 0)).toEqual({ alg: 'ES256', typ: 'JWT' });
  const { iat, jti, ...claims } = partOf(jwt, 1);
  expect(claims).toEqual({ ver: 2, iss: ID, aud: `${server.url}/v1` });
  expect(Math.abs(iat - Date.now() / 1_000)).toBeLessThan(60);
  expect(jti).toMatch(/^[0-9a-f-]{36}$/);
  const [head, body, signature = ''] = jwt.split('.');
  const how = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
  const bytes = Buffer.from(signature, 'base64url');
  expect(verify('sha256', Buffer.from(`${head}.${body}`), how, bytes)).toBe(true);
  expect(verify('sha256', Buffer.from(`${head}.${body}x`), how, bytes)).toBe(false);
});

test('signs each request for a token again', async () => {
  const grants = ['token-1', 'token-2'].map((access_token) => ({ body: { access_token, expires_in: 300 } }));
  let seconds = 0;
  const { client, server } = await connect(
    { [TOKEN_ROUTE]: grants, [DELETE]: found },
    { signingKey: { id: ID, key }, now: () => seconds * 1_000 },
  );
  await client.withdraw(VIN);
  seconds = 299;
  await client.withdraw(VIN);
  const ids = server
    .to(TOKEN_ROUTE)
    .map(({ body }) => partOf(JSON.parse(body ?? '').client_assertion, 1).jti);
  expect(new Set(ids).size).toBe(2);
});

describe('a provider that looks at the signature', () => {
  const known = { clientId: 'client', clientSecret: 'unused-secret', key: { id: ID, pem: PEM } };

  test('lets in who signs with the key that it knows', async () => {
    const simulator = await startSimulator(known);
    const client = createHighMobility({
      baseUrl: simulator.url,
      clientId: 'client',
      signingKey: { id: ID, key },
    });
    expect(await client.list()).toEqual([]);
    await Promise.all([client.close(), simulator.close()]);
  });

  test.each([
    [
      'another key',
      { id: ID, key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey },
      /is invalid/,
    ],
    ['a key of another id', { id: 'another', key }, /unknown key/],
  ])('refuses %s, and says which variables to check', async (_, signingKey, words) => {
    const simulator = await startSimulator(known);
    const client = createHighMobility({ baseUrl: simulator.url, clientId: 'client', signingKey });
    const error = await failureOf(client.list());
    expect(error).toMatchObject({ code: 'PROVIDER_CREDENTIALS', message: expect.stringMatching(words) });
    expect(error.next).toContain('private key');
    await Promise.all([client.close(), simulator.close()]);
  });
});

describe('the variables of the key', () => {
  test('are a file that only its owner reads, and the id', () => {
    const file = fileWith(PEM);
    const read = settings({ HIGH_MOBILITY_PRIVATE_KEY_FILE: file, HIGH_MOBILITY_PRIVATE_KEY_ID: ID });
    expect(read['PRIVATE_KEY_ID']).toBe(ID);
    expect(inspect(read)).not.toContain(PEM.slice(30, 60));
    expect(() => highMobility.connect(read)).not.toThrow();
  });

  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  test.each<[string, () => string, RegExp]>([
    ['everybody may open', () => fileWith(PEM, 0o644), /everybody on this machine may open/],
    ['is not there', () => join(folder, 'nowhere.pem'), /there is no such file/],
    ['holds no key', () => fileWith('secret-words'), /no private key in it/],
    [
      'holds a key of another curve',
      () => fileWith(p384.export({ type: 'pkcs8', format: 'pem' }).toString()),
      /P-256/,
    ],
  ])('a file that %s is refused', (_, file, words) => {
    const more = { HIGH_MOBILITY_PRIVATE_KEY_FILE: file(), HIGH_MOBILITY_PRIVATE_KEY_ID: ID };
    expect(() => settings(more)).toThrow(words);
    expect(() => settings(more)).not.toThrow(/secret-words|BEGIN/);
  });

  test.each<[string, () => Record<string, string>, RegExp]>([
    [
      'nothing to sign in with',
      () => ({}),
      /CLIENT_SECRET is not set. Set it, or HIGH_MOBILITY_PRIVATE_KEY_FILE/,
    ],
    [
      'an id without a file',
      () => ({ HIGH_MOBILITY_PRIVATE_KEY_ID: ID }),
      /set without HIGH_MOBILITY_PRIVATE_KEY_FILE/,
    ],
    [
      'a file without an id',
      () => ({ HIGH_MOBILITY_PRIVATE_KEY_FILE: fileWith(PEM) }),
      /set without HIGH_MOBILITY_PRIVATE_KEY_ID/,
    ],
    [
      'both a secret and a key',
      () => ({
        HIGH_MOBILITY_CLIENT_SECRET: 'secret',
        HIGH_MOBILITY_PRIVATE_KEY_FILE: fileWith(PEM),
        HIGH_MOBILITY_PRIVATE_KEY_ID: ID,
      }),
      /are both set/,
    ],
  ])('refuse %s', (_, more, words) => {
    expect(() => settings(more())).toThrow(words);
  });
});
