import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../src/base/temporary-folder';
import { makeFiles, sha256 } from '../../src/certificates/issue';
import { publicJwk, readPublicKeys, readSigningKey } from '../../src/certificates/keys';
import { createProgram } from '../../src/cli/vin';
import { facts, newKey, signerWith, vinOf } from './support';

describe('vin certificate', () => {
  const folder = temporaryFolder('vin-certificate-command-');
  const at = (name: string) => join(folder.path, name);
  const key = newKey();
  const AT = '2026-12-02T09:00:00.000Z';
  const one = makeFiles(facts(1), { number: 1, previous: null, issuedAt: AT }, signerWith(key));
  const two = makeFiles(facts(2), { number: 2, previous: sha256(one.full), issuedAt: AT }, signerWith(key));
  let out = '';

  beforeAll(() => {
    writeFileSync(at('1.jws'), one.full);
    writeFileSync(at('1-buyer.jws'), one.buyer);
    writeFileSync(at('public.pem'), key.publicPem);
    writeFileSync(at('jwks.json'), JSON.stringify({ keys: [publicJwk(key)] }));
  });
  beforeEach(() => {
    out = '';
    process.exitCode = undefined;
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += text;
      return true;
    });
    jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.exitCode = undefined;
  });
  afterAll(() => folder.remove());

  const run = async (...words: string[]) => {
    await createProgram('certificate').parseAsync(['node', 'vin', 'certificate', ...words]);
    return process.exitCode ?? 0;
  };

  it('verifies a file and leaves with 0', async () => {
    expect(await run('verify', at('1.jws'), '--key', at('public.pem'), '--vin', vinOf(1))).toBe(0);
    expect(out).toMatch(new RegExp(`1\\.jws: good\nSigned with ${key.kid}`));
    expect(out).toContain(vinOf(1));
    const whole = ['verify', at('1-buyer.jws'), '-k', at('jwks.json'), '--full', at('1.jws'), '-o', 'json'];
    expect(await run(...whole)).toBe(0);
  });

  it('leaves with 1 and says which check failed', async () => {
    expect(await run('verify', at('1.jws'), '--key', at('public.pem'), '--vin', vinOf(2))).toBe(1);
    expect(out).toContain(`NOT good. The check of the vehicle failed: It is about the vehicle ${vinOf(1)}`);
    writeFileSync(at('cut.txt'), one.full.slice(0, -9));
    expect(await run('verify', at('cut.txt'), '-k', at('public.pem'), '-o', 'json')).toBe(1);
    expect(JSON.parse(out.slice(out.indexOf('{')))).toMatchObject({ ok: false, check: 'form' });
  });

  it('checks a folder, and says what is missing', async () => {
    expect(await run('check-chain', folder.path)).toBe(0);
    expect(out).toContain('whole (1 certificates');
    writeFileSync(at('3.jws'), two.full.replace(/.$/, '-'));
    expect(await run('check-chain', folder.path, '--key', at('public.pem'))).toBe(1);
    expect(out).toMatch(/3\.jws: (?:form|signature): /);
    expect(await run('check-chain', folder.path, '--from', '2')).toBe(1);
  });

  it('finds nothing whole in a folder without certificates', async () => {
    const empty = temporaryFolder('vin-empty-');
    expect(await run('check-chain', empty.path, '--key', at('public.pem'))).toBe(1);
    expect(out).toContain('there is no good certificate');
    empty.remove();
  });

  it('makes a key for its owner only, and never over another one', async () => {
    const file = at('signing.pem');
    expect(await run('create-key', file)).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const made = readFileSync(file, 'utf8');
    const { kid } = readSigningKey(made);
    expect(out.trim()).toBe(kid);
    expect(readPublicKeys(readFileSync(at('signing.public.pem'), 'utf8'))[0]?.kid).toBe(kid);
    await expect(run('create-key', file)).rejects.toMatchObject({ code: 'CERTIFICATE_NOT_WRITTEN' });
    expect(readFileSync(file, 'utf8')).toBe(made);
  });

  it.each([
    [
      'a file that is not there',
      () => ['verify', at('none.jws'), '-k', at('public.pem')],
      'CERTIFICATE_UNREADABLE',
    ],
    ['a private key', () => ['verify', at('1.jws'), '-k', at('private.pem')], 'CERTIFICATE_KEY_UNUSABLE'],
    ['no number', () => ['check-chain', folder.path, '--from', 'x'], 'USAGE_WRONG'],
  ])('refuses %s with an error of its own', async (_what, words, code) => {
    if (!existsSync(at('private.pem'))) writeFileSync(at('private.pem'), key.privatePem);
    await expect(run(...words())).rejects.toMatchObject({ code });
  });
});
