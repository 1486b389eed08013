import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../src/base/temporary-folder';
import type { BuyerCertificate, FullCertificate } from '../../src/certificates/certificate';
import { makeFiles, makeStatement, sha256 } from '../../src/certificates/issue';
import { publicJwk, readPublicKeys, readSigningKey } from '../../src/certificates/keys';
import { CHECKS } from '../../src/certificates/refusal';
import { verifyFile } from '../../src/certificates/verify';
import { chainOf, facts, newKey, signerWith, statementFacts, vinOf } from './support';
import { tamperedBy, WAYS } from './tampered';

const SEED = 16;
const ROOT = join(__dirname, '../..');
const key = newKey();
const otherKey = newKey();
const AT = '2026-12-02T09:00:00.000Z';
const [one, two] = chainOf(2, key) as [{ full: string; buyer: string }, { full: string; buyer: string }];

describe('a certificate', () => {
  it('says what was asked, what was answered and what we read back, each with its time', () => {
    const found = verifyFile(one.full, [key]);
    expect(found).toMatchObject({
      ok: true,
      kid: key.kid,
      content: {
        ...{ kind: 'full', version: 1, number: 1, previous: null, issuedAt: AT, fleet: 'acme' },
        vehicle: { vin: vinOf(1) },
        event: { kind: 'sold', date: '2026-12-01' },
        asked: { by: 'fleet-manager', channel: 'cli' },
        accesses: [
          {
            provider: 'high-mobility',
            asked: { at: '2026-12-01T23:00:00.000Z', words: 'DELETE of the clearance' },
            answer: { at: '2026-12-01T23:00:01.000Z', words: 'revoking' },
            readBack: { at: '2026-12-02T08:00:00.000Z', words: 'revoked' },
            ...{ outcome: 'ended', calls: 1, kept: null },
          },
        ],
        clock: 'Temporal server, UTC',
        software: { name: 'vin-activation', version: '0.1.0' },
      },
    });
    const content = (found as { content: FullCertificate }).content;
    expect(content.notCovered.join(' ')).toMatch(/carmaker's inner state.*keeps.*own memory/);
  });

  it('has a copy for the buyer, with the hash of the first file, and without fleet, people and calls', () => {
    const found = verifyFile(one.buyer, [key], { full: one.full, vin: vinOf(1) });
    const { content } = found as { content: BuyerCertificate };
    expect(content).toMatchObject({
      kind: 'buyer',
      full: sha256(one.full),
      number: 1,
      vehicle: { vin: vinOf(1) },
    });
    expect(content.accesses).toEqual([
      { provider: 'high-mobility', outcome: 'ended', readBackAt: '2026-12-02T08:00:00.000Z', kept: null },
    ]);
    expect(JSON.stringify(content)).not.toMatch(/acme|fleet-manager|cli|DELETE/);
  });

  it('is no statement: that has a type of its own, no number, and says why something is open', () => {
    const text = makeStatement(statementFacts(1), signerWith(key));
    const found = verifyFile(text, [key]);
    expect(found).toMatchObject({
      ok: true,
      content: {
        kind: 'statement',
        accesses: [{ outcome: 'ended' }, { outcome: 'open', why: expect.any(String) }],
      },
    });
    expect(JSON.parse(Buffer.from(text.split('.')[0] ?? '', 'base64url').toString())).toEqual({
      ...{ alg: 'Ed25519', kid: key.kid, typ: 'vin-defleeting-statement+jws' },
    });
    expect(JSON.stringify(found)).not.toContain('"number"');
  });

  it('has a salt of its own, so that the commitment alone tells nobody the VIN', () => {
    const again = makeFiles(facts(1), { number: 1, previous: null, issuedAt: AT }, signerWith(key));
    const commitments = [one, again].map(({ full }) => {
      const found = verifyFile(full, [key]);
      return (found as { content: FullCertificate }).content.vehicle.commitment;
    });
    expect(commitments[0]).not.toBe(commitments[1]);
  });

  it('is the same bytes where it is signed again with the same salt', () => {
    const make = () =>
      makeFiles(facts(1), { number: 1, previous: null, issuedAt: AT }, signerWith(key), 'a'.repeat(22));
    expect(make()).toEqual(make());
  });

  it('is read under the older name of its algorithm as well', () => {
    const [, content] = one.full.split('.');
    const header = Buffer.from(
      JSON.stringify({ alg: 'EdDSA', kid: key.kid, typ: 'vin-defleeting+jws' }),
    ).toString('base64url');
    const input = `${header}.${content}`;
    const signature = sign(null, Buffer.from(input), createPrivateKey(key.privatePem)).toString('base64url');
    expect(verifyFile(`${input}.${signature}`, [key])).toMatchObject({ ok: true });
  });

  it('is refused for another vehicle, and as the copy of another one', () => {
    expect(verifyFile(one.full, [key], { vin: vinOf(2) })).toMatchObject({ ok: false, check: 'vehicle' });
    expect(verifyFile(one.buyer, [key], { full: two.full })).toMatchObject({ ok: false, check: 'copy' });
    expect(verifyFile(one.full, [])).toMatchObject({ ok: false, check: 'key' });
  });

  it('cuts words that would make it too long to be read, and keeps their beginning', () => {
    const long = { at: AT, words: 'x'.repeat(5_000) };
    const access = { ...facts(1).accesses[0], answer: long } as ReturnType<typeof facts>['accesses'][number];
    const files = makeFiles(
      facts(1, { accesses: [access] }),
      { number: 1, previous: null, issuedAt: AT },
      signerWith(key),
    );
    const { content } = verifyFile(files.full, [key]) as { content: FullCertificate };
    expect(content.accesses[0]?.answer?.words).toMatch(/^x{1999}…$/);
  });
});

describe('200 certificates that were tampered with', () => {
  const all = tamperedBy(SEED, 200, { text: one.full, key, otherKey, other: two.full });

  it('are of every way there is, and none is the one that was signed', () => {
    expect(new Set(all.map(({ how }) => how)).size).toBe(Object.keys(WAYS).length);
    expect(all.every(({ text }) => text !== one.full)).toBe(true);
  });

  it.each(Object.keys(WAYS))('are refused, each with its reason: %s', (way) => {
    for (const { text, expected } of all.filter(({ how }) => how === way)) {
      const found = verifyFile(text, [key]);
      expect(found).toMatchObject({
        ok: false,
        check: expect.any(String),
        problem: expect.stringMatching(/^[A-Z].{15,}/),
      });
      expect(expected).toContain((found as { check: string }).check);
    }
  });

  it('would not all be found by the signature alone', () => {
    const checks = new Set(all.map(({ text }) => (verifyFile(text, [key]) as { check: string }).check));
    expect([...checks].sort()).toEqual(
      ['algorithm', 'commitment', 'content', 'form', 'header', 'key', 'signature', 'type'].sort(),
    );
    for (const check of checks) expect(CHECKS).toContain(check);
  });
});

describe('verified by others', () => {
  const folder = temporaryFolder('vin-verified-');
  const at = (name: string) => join(folder.path, name);
  const texts = { good: one.full, bad: one.full.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')) };
  beforeAll(() => {
    writeFileSync(at('public.pem'), key.publicPem);
    writeFileSync(at('jwks.json'), JSON.stringify({ keys: [publicJwk(key)] }));
    writeFileSync(at('good.jws'), texts.good);
    const changed = Buffer.from(JSON.stringify({ ...JSON.parse(contentOf(one.full)), number: 9 }));
    const [header, , signature] = one.full.split('.');
    writeFileSync(at('bad.jws'), [header, changed.toString('base64url'), signature].join('.'));
  });
  afterAll(() => folder.remove());

  /** The lines that docs/verifying.md gives to a buyer. */
  const lines = /```sh\n(# with openssl\n[\s\S]*?)```/.exec(
    readFileSync(join(ROOT, 'docs/verifying.md'), 'utf8'),
  )?.[1];

  it.each([
    ['good.jws', 0],
    ['bad.jws', 1],
  ])('openssl, by the three lines of the documentation: %s leaves with %i', (file, code) => {
    const script = (lines ?? '').replaceAll('FILE', file);
    expect(script.trim().split('\n')).toHaveLength(4);
    const { status, stdout } = spawnSync('bash', ['-c', script], { cwd: folder.path, encoding: 'utf8' });
    expect(status).toBe(code);
    expect(stdout).toContain(
      code === 0 ? 'Signature Verified Successfully' : 'Signature Verification Failure',
    );
  });

  it('jose, by the public list of keys', () => {
    const program = `
      import { readFileSync } from 'node:fs';
      import { compactVerify, createLocalJWKSet, calculateJwkThumbprint } from 'jose';
      const jwks = JSON.parse(readFileSync(${JSON.stringify(at('jwks.json'))}, 'utf8'));
      const keys = createLocalJWKSet(jwks);
      const read = (name) => readFileSync(${JSON.stringify(folder.path)} + '/' + name, 'utf8');
      const { payload, protectedHeader } = await compactVerify(read('good.jws'), keys);
      const refused = await compactVerify(read('bad.jws'), keys).then(() => null, (error) => error.code);
      const thumbprint = await calculateJwkThumbprint(jwks.keys[0]);
      console.log(JSON.stringify({ header: protectedHeader, payload: JSON.parse(new TextDecoder().decode(payload)), refused, thumbprint }));`;
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(JSON.parse(out)).toMatchObject({
      header: { alg: 'Ed25519', kid: key.kid, typ: 'vin-defleeting+jws' },
      payload: { number: 1, vehicle: { vin: vinOf(1) } },
      refused: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
      thumbprint: key.kid,
    });
  });
});

describe('a key', () => {
  it('is read as PEM, as JWK and as a list, and is the same one', () => {
    const forms = [key.publicPem, JSON.stringify(publicJwk(key)), JSON.stringify({ keys: [publicJwk(key)] })];
    expect(forms.flatMap(readPublicKeys).map(({ kid }) => kid)).toEqual([key.kid, key.kid, key.kid]);
    expect(readPublicKeys(`${key.publicPem}${otherKey.publicPem}`)).toHaveLength(2);
  });

  it.each([
    ['a private key as PEM', () => key.privatePem, /private key/],
    ['a private key as JWK', () => JSON.stringify({ ...publicJwk(key), d: 'AA' }), /private key/],
    ['words', () => 'hello', /no public key/],
    ['broken JSON', () => '{', /no proper JSON/],
    ['an empty list', () => '{"keys":[]}', /no key/],
    ['a key of another kind', () => RSA, /rsa/],
  ])('is refused where a public one is wanted: %s', (_what, text, words) => {
    expect(() => readPublicKeys(text())).toThrow(words);
  });

  it.each([
    ['a public key', () => key.publicPem],
    ['words', () => 'hello'],
  ])('is refused where a private one is wanted: %s', (_what, text) => {
    expect(() => readSigningKey(text())).toThrow('it is no private key');
  });
});

function contentOf(text: string): string {
  return Buffer.from(text.split('.')[1] ?? '', 'base64url').toString();
}

const RSA = `-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC05uWlHIyTfbUbNxC4Xesu0E2g
8yvd0eqLnvxnTUKQb/o0uLzLLxzkembYW7/hW2XW+Fgpn4QkXJXzbpWZGhpmyaZe
/2sJTAMeRkY3r9vRICGW02ps1Ko4Yztz5pkoAgAJ3Vyywib5+47kh//bzdHfptY3
1NWaf2bO5OwDjV83+QIDAQAB
-----END PUBLIC KEY-----
`;
