import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { temporaryFolder } from '../../src/base/temporary-folder';
import { makeFiles, makeStatement } from '../../src/certificates/issue';
import { publicJwk } from '../../src/certificates/keys';
import { pageOf } from '../../src/certificates/page';
import { describeInChromium, launchChromium } from '../support/chromium';
import { facts, newKey, signerWith, statementFacts, vinOf } from './support';
import { tamperedBy } from './tampered';

const key = newKey();
const otherKey = newKey();
const place = { number: 12, previous: null, issuedAt: '2026-12-02T09:00:00.000Z' };
const HOSTILE = `</pre><script>document.title='taken'</script><img src=x onerror="document.title='taken'">&amp;`;
const hostileAccess = { ...facts(1).accesses[0], answer: { at: place.issuedAt, words: HOSTILE } };
const files = makeFiles(
  facts(1, {
    accesses: [hostileAccess as ReturnType<typeof facts>['accesses'][number]],
    fleet: 'Müller & Söhne',
  }),
  place,
  signerWith(key),
);
const other = makeFiles(facts(2), { ...place, number: 13 }, signerWith(key));

describe('the page of a certificate', () => {
  it('can be read without scripts, and holds the signed file as it was signed', () => {
    const page = pageOf(files.full);
    expect(page).toContain(files.full);
    expect(page).toContain(`<td>${vinOf(1)}</td>`);
    expect(page).not.toContain('<img');
    expect(page).toMatch(/@media print/);
  });

  it('says of an access that is open that nothing was asked yet, and not that nothing was open', () => {
    const { accesses, ...statement } = statementFacts();
    const open = accesses.map((one) => (one.outcome === 'open' ? { ...one, asked: null } : one));
    const page = pageOf(makeStatement({ ...statement, accesses: open }, signerWith(key)));
    expect(page).toContain('Asked of the provider: nothing yet');
    expect(page).not.toContain('Asked of the provider: nothing, as');
  });

  it('asks nobody for anything: its policy allows no request, and only its own script and style', () => {
    const [, policy = ''] = /Content-Security-Policy" content="([^"]+)"/.exec(pageOf(files.full)) ?? [];
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'$/,
    );
    expect(pageOf(other.full)).not.toMatch(/(?:src|href)=|url\(|fetch\(|import\(/);
  });
});

describeInChromium('the page of a certificate in Chromium', () => {
  const folder = temporaryFolder('vin-page-');
  let browser: Browser;
  let page: Page;
  let asked: string[];

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    folder.remove();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    asked = [];
    page.on('request', (request) => asked.push(request.url()));
  });
  afterEach(() => page.close());

  /** Opens a page as somebody who got it by mail does, from a file, and verifies it with a pasted key. */
  const verdict = async (html: string, pasted: string): Promise<string> => {
    const file = join(folder.path, 'certificate.html');
    writeFileSync(file, html);
    await page.goto(pathToFileURL(file).href);
    await page.locator('#key').fill(pasted);
    await page.locator('#verify').click();
    await page.locator('#verdict.good, #verdict.bad').waitFor();
    return (await page.locator('#verdict').textContent()) ?? '';
  };

  it.each([
    ['the full file, by a key as PEM', files.full, key.publicPem],
    ['the copy for the buyer, by a key as JWK', files.buyer, JSON.stringify(publicJwk(key))],
    [
      'a list of keys with older ones',
      files.full,
      JSON.stringify({ keys: [publicJwk(otherKey), publicJwk(key)] }),
    ],
    ['a statement', makeStatement(statementFacts(1), signerWith(key)), key.publicPem],
  ])('verifies without any request: %s', async (_what, text, pasted) => {
    expect(await verdict(pageOf(text), pasted)).toBe(
      `Verified: what stands below was signed with the key ${key.kid}, and was not changed since.`,
    );
    expect(asked).toHaveLength(1);
    expect(await page.title()).not.toBe('taken');
  });

  it.each([
    ['another key', otherKey.publicPem, /signed with the key .* you pasted/],
    ['a private key', key.privatePem, /private key/],
    ['no key', 'hello', /no public key/],
    ['half a key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', /^Not verified/],
  ])('verifies nothing with %s', async (_what, pasted, words) => {
    expect(await verdict(pageOf(files.full), pasted)).toMatch(words);
  });

  it('says so where what it shows is not what was signed', async () => {
    const changed = pageOf(files.full).replace(`<td>${vinOf(1)}</td>`, `<td>${vinOf(3)}</td>`);
    expect(await verdict(changed, key.publicPem)).toMatch(/shows something else/);
  });

  it('refuses what was tampered with, whatever way', async () => {
    const around = { text: files.full, key, otherKey, other: other.full };
    // That a signed content is none of ours is said by the command: the page shows what was signed.
    const all = tamperedBy(3, 19, around).filter(({ expected }) =>
      expected.some((check) => ['form', 'header', 'algorithm', 'type', 'key', 'signature'].includes(check)),
    );
    const html = pageOf(files.full);
    for (const { how, text } of all) {
      const put = html.replace(files.full, () => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
      expect([how, await verdict(put, key.publicPem)]).toEqual([how, expect.stringMatching(/^Not verified/)]);
    }
  });

  it('says what to do where the browser does not know Ed25519', async () => {
    await page.addInitScript(() => {
      const generateKey = () => Promise.reject(new Error('Unrecognized name'));
      Object.assign(crypto.subtle, { generateKey });
    });
    expect(await verdict(pageOf(files.full), key.publicPem)).toMatch(/cannot verify Ed25519.*openssl/);
  });

  it('is printed without what belongs to the screen', async () => {
    await verdict(pageOf(files.full), key.publicPem);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#verify').isVisible()).toBe(false);
    expect(await page.locator('#rows').isVisible()).toBe(true);
    expect((await page.pdf()).length).toBeGreaterThan(5_000);
  });
});
