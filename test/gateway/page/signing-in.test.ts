import { USUAL_SHARE } from '../../../src/config/token-share';
import { ofDriver, type RunningPage, startPage } from './support';

let page: RunningPage;
beforeEach(async () => {
  page = await startPage();
  page.rows = [ofDriver()];
});
afterEach(() => page.close());

describe('the fleet page without a session', () => {
  test.each(['/', '/vehicles', '/vehicle/WBA8E9G50GN000001', '/find?vin=x', '/act?action=retry'])(
    'shows nothing but where to sign in: %s',
    async (path) => {
      const { status, text, headers } = await page.browser().get(path);
      expect([status, text.includes('<h1>Sign in</h1>')]).toEqual([401, true]);
      expect(text).not.toContain('privacy');
      // Anybody may ask, and leave it unread.
      expect(headers.connection).toBe('close');
    },
  );

  test('does nothing', async () => {
    const { status } = await page.browser().post('/act', { action: 'retry', vin: page.rows[0]?.vin ?? '' });
    expect([status, page.activations.asked]).toEqual([401, []]);
  });
});

describe('who signs in', () => {
  test('gets a cookie that no script reads, and that no other site sends along with a form', async () => {
    const browser = page.browser();
    const reply = await browser.post('/sign-in', { token: page.tokenFor('read'), who: 'Jane' });
    expect([reply.status, reply.headers.location]).toEqual([303, '/?kept']);
    expect(reply.headers['set-cookie']).toMatch(
      /^vin-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200$/,
    );
    expect((await browser.get('/')).status).toBe(200);
    expect(page.logged.join()).not.toMatch(/vin_|vin-session/);
  });

  test('gets one for TLS only, unless the gateway is on the same machine', async () => {
    const form = { token: page.tokenFor('read'), who: 'Jane' };
    const reply = await page.browser().post('/sign-in', form, { host: 'vin.example.com' });
    expect(reply.headers['set-cookie']).toMatch(/; Secure$/);
  });

  test.each([
    ['https://vin.example.com', '127.0.0.1:8080', true],
    ['https://localhost', 'localhost', true],
    ['http://127.0.0.1:8080', '127.0.0.1:8080', false],
    ['null', '127.0.0.1:8080', false],
  ])(
    'gets one for TLS where the browser says so, whatever a proxy calls the gateway: %s',
    async (origin, host, isSecure) => {
      const form = { token: page.tokenFor('read'), who: 'Jane' };
      const reply = await page.browser().post('/sign-in', form, { host, origin });
      expect(String(reply.headers['set-cookie']).endsWith('; Secure')).toBe(isSecure);
    },
  );

  test('spends a call of the share, and has few lines in the log', async () => {
    const form = { token: page.tokenFor('read'), who: 'Jane' };
    for (let time = 0; time < 150; time += 1) await page.browser().post('/sign-in', form);
    expect(page.logged.filter((line) => line.includes('page: signed in'))).toHaveLength(100);
    const other = await startPage({ share: { ...USUAL_SHARE, calls: 20 } });
    const text = other.tokenFor('read');
    const replies = [];
    for (let time = 0; time < 3; time += 1)
      replies.push(await other.browser().post('/sign-in', { token: text, who: 'Jane' }));
    await other.close();
    expect(replies.map(({ status }) => status)).toContain(429);
    expect(replies.at(-1)?.headers['set-cookie']).toBeUndefined();
  });

  test('has Temporal asked for vehicles only, whatever stands in the address', async () => {
    const browser = await page.signedIn();
    const asked = jest.spyOn(page.activations, 'looking');
    for (const text of ["x'", '%00', 'a%5C', '%3F', 'x'.repeat(500), 'WBA8E9G50GNT00001%20OR%201']) {
      expect((await browser.get(`/vehicle/${text}`)).status).toBe(404);
    }
    expect(asked).not.toHaveBeenCalled();
    await browser.get('/vehicle/wba8e9g50gnt00001');
    expect(asked).toHaveBeenCalled();
  });

  test.each([
    ['a wrong token', { token: `vin_${'x'.repeat(43)}`, who: 'Jane' }, {}, 'unknown, revoked or expired'],
    ['no name', { token: 'good', who: ' \u200b ' }, {}, 'Write your name'],
    [
      'a form of another site',
      { token: 'good', who: 'Jane' },
      { 'sec-fetch-site': 'cross-site' },
      'of this page',
    ],
  ])('is refused with %s', async (_, form, headers: Record<string, string>, says) => {
    const token = form.token === 'good' ? page.tokenFor('read') : form.token;
    const reply = await page.browser().post('/sign-in', { ...form, token }, headers);
    expect([reply.status, reply.headers['set-cookie']]).toEqual([401, undefined]);
    expect(reply.text).toContain(says);
  });

  test('is told that the browser has not kept the session', async () => {
    const { text } = await page.browser().get('/?kept');
    expect(text).toContain('only over https');
  });

  test('is out as soon as the token is revoked', async () => {
    const browser = await page.signedIn();
    page.tokens.length = 0;
    expect((await browser.get('/')).status).toBe(401);
  });

  test('signs out, and the old cookie is good for nothing', async () => {
    const browser = await page.signedIn();
    const { cookie } = browser;
    const reply = await browser.send(await browser.get('/'), '/sign-out');
    expect(reply.headers['set-cookie']).toContain('Max-Age=0');
    browser.cookie = cookie;
    expect((await browser.get('/')).status).toBe(401);
  });

  test('is not signed out by another site', async () => {
    const browser = await page.signedIn();
    expect((await browser.post('/sign-out', {})).status).toBe(403);
    expect((await browser.get('/')).status).toBe(200);
  });
});

describe('a one-time link', () => {
  test('signs in once; to open it only, as mail scanners do, uses nothing up', async () => {
    const code = page.sessions.linkFor(page.tokenFor('operate'));
    const browser = page.browser();
    await browser.get(`/sign-in?code=${code}`);
    const opened = await browser.get(`/sign-in?code=${code}`);
    expect(opened.text).not.toContain('name="token"');
    expect((await browser.send(opened, '/sign-in', { who: 'Jane' })).status).toBe(303);
    expect((await browser.get('/')).status).toBe(200);
    const again = await page.browser().send(opened, '/sign-in', { who: 'Eve' });
    expect([again.status, again.text.includes('used up')]).toEqual([401, true]);
  });
});
