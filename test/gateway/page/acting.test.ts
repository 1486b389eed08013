import { hiddenIn, ofDriver, type RunningPage, rowWith, startPage } from './support';

let page: RunningPage;
beforeEach(async () => {
  page = await startPage();
  page.rows = [ofDriver({ vin: 'WBA8E9G50GN000001' }), ofDriver({ vin: 'WBA8E9G50GN000002' }), rowWith()];
});
afterEach(() => page.close());

const sent = () => page.activations.asked.filter(({ method }) => !['report', 'row'].includes(method));

describe('an action', () => {
  test('is shown before it is done: how many, and what would happen', async () => {
    const { text } = await (await page.signedIn()).get('/act?action=retry&owner=driver&topic=privacy-mode');
    expect(text).toContain('Nothing has been done yet');
    expect(text).toContain('Do it for 2 vehicles');
    expect(text).toContain('bmw: It is looked at now (it is pending).');
    expect(sent()).toEqual([]);
  });

  test('on all that match is one batch, with who and why', async () => {
    const browser = await page.signedIn();
    const asked = await browser.get('/act?action=acknowledge&owner=driver');
    const done = await browser.send(asked, '/act', { why: 'drivers are told' });
    expect(done.status).toBe(200);
    expect(done.text).toContain('2 vehicles get the message');
    expect(sent()).toEqual([
      expect.objectContaining({
        method: 'batch',
        given: [
          expect.anything(),
          expect.objectContaining({
            kind: 'acknowledge',
            request: { until: '3d' },
            by: 'Jane: drivers are told (the operate)',
            members: [{ vin: 'WBA8E9G50GN000001' }, { vin: 'WBA8E9G50GN000002' }],
          }),
        ],
      }),
    ]);
    expect(page.logged.join()).toContain('"why":"drivers are told"');
  });

  test('sent twice is the same message', async () => {
    const browser = await page.signedIn();
    const asked = await browser.get('/act?action=retry&owner=driver');
    await browser.send(asked, '/act');
    await browser.send(asked, '/act');
    expect(page.activations.batches.size).toBe(1);
  });

  test('on one vehicle is a message to it', async () => {
    const browser = await page.signedIn();
    const asked = await browser.get('/act?action=retry&vin=WBA8E9G50GN000001');
    const done = await browser.send(asked, '/act', { why: 'done' });
    expect(done.text).toContain('WBA8E9G50GN000001: The clearance is looked at now.');
    const [message] = sent();
    expect(message).toMatchObject({
      method: 'retry',
      given: ['WBA8E9G50GN000001', { by: 'Jane: done (the operate)' }, {}],
    });
  });

  test('defleet has a vehicle leave everywhere, and says by whom and why', async () => {
    const browser = await page.signedIn();
    const asked = await browser.get('/act?action=defleet&vin=WBA8E9G50GN000001');
    expect((await browser.send(asked, '/act', { departure: 'sold', why: 'contract 7' })).status).toBe(200);
    expect(page.asked).toEqual([
      expect.objectContaining({
        vin: 'WBA8E9G50GN000001',
        reason: 'sold',
        note: 'contract 7, asked by Jane',
        by: 'the operate',
      }),
    ]);
  });

  test('defleet has all that match leave everywhere, as one is: never at one application only', async () => {
    const browser = await page.signedIn();
    const asked = await browser.get('/act?action=defleet&owner=driver');
    expect(asked.text).toContain('its access ends in <b>every</b> application');
    const done = await browser.send(asked, '/act', { departure: 'sold', why: 'contract 7' });
    expect(done.text).toContain('2 vehicles leave in every application');
    const [batch] = sent();
    expect(batch).toMatchObject({
      method: 'batch',
      given: [
        expect.anything(),
        {
          kind: 'defleet',
          request: {
            reason: 'sold',
            leave: { note: 'contract 7, asked by Jane', eventDate: null, role: 'operator', channel: 'api' },
          },
        },
      ],
    });
  });

  test('is not done where others match now than were shown', async () => {
    const browser = await page.signedIn();
    const asked = await browser.get('/act?action=retry&owner=driver');
    page.rows = [...page.rows, ofDriver()];
    page.now += 5 * 60_000;
    const again = await browser.send(asked, '/act');
    expect(again.text).toContain('2 matched before, and 3 do now. Nothing was done.');
    expect(sent()).toEqual([]);
    expect(hiddenIn(again, '/act')['count']).toBe('3');
  });

  test.each([
    ['without the text that only our page knows', { csrf: 'guessed' }, {}],
    ['from another site', {}, { 'sec-fetch-site': 'cross-site' }],
  ])('is refused %s', async (_, form, headers: Record<string, string>) => {
    const browser = await page.signedIn();
    const hidden = hiddenIn(await browser.get('/act?action=retry&owner=driver'), '/act');
    expect((await browser.post('/act', { ...hidden, ...form }, headers)).status).toBe(403);
    expect(sent()).toEqual([]);
  });

  test('is nothing for a token that may only read: it has no buttons, and is refused', async () => {
    const browser = await page.signedIn('read');
    expect((await browser.get('/vehicles?owner=driver')).text).not.toContain('action="/act"');
    expect((await browser.get('/act?action=retry&owner=driver')).status).toBe(403);
    const csrf = hiddenIn(await browser.get('/'), '/sign-out')['csrf'] ?? '';
    const form = { csrf, action: 'retry', owner: 'driver', count: '2', id: 'x' };
    expect((await browser.post('/act', form)).status).toBe(403);
    expect(sent()).toEqual([]);
  });

  test('that is refused is told in the words of the error', async () => {
    const browser = await page.signedIn();
    const asked = await browser.get('/act?action=retry&vin=WBA8E9G50GN000001');
    page.activations.reply = { ...page.activations.reply, outcome: 'ended' };
    const { status, text } = await browser.send(asked, '/act');
    expect([status, text.includes('has ended')]).toEqual([409, true]);
  });
});

describe('a session', () => {
  test('sees the fleets of its token, and nothing of others', async () => {
    const other = ofDriver({ fleet: 'globex' });
    page.rows = [...page.rows, other];
    const browser = await page.signedIn('operate', ['acme']);
    expect((await browser.get('/')).text).toContain('2 need drivers');
    expect((await browser.get('/vehicles')).text).not.toContain(other.vin);
    expect((await browser.get(`/act?action=retry&vin=${other.vin}`)).status).toBe(404);
    expect((await (await page.signedIn('read', '*')).get('/')).text).toContain('3 need drivers');
  });

  test('has the share of its token, as at the API', async () => {
    await page.close();
    page = await startPage({ share: { waits: 1, batches: 1, starts: 1, checks: 1, calls: 1 } });
    const browser = await page.signedIn();
    await browser.get('/');
    const { status, headers, text } = await browser.get('/');
    expect([status, Number(headers['retry-after']) > 0]).toEqual([429, true]);
    expect(text).toContain('used up its share');
  });

  test('sends small forms only', async () => {
    const browser = await page.signedIn();
    expect((await browser.post('/act', { why: 'x'.repeat(9_000) })).status).toBe(413);
  });
});

describe('a list', () => {
  test('shows 50 at a time, the oldest first, and leads on with the same filters', async () => {
    page.rows = Array.from({ length: 120 }, () => ofDriver());
    const browser = await page.signedIn();
    const { text } = await browser.get('/vehicles?owner=driver');
    expect(text.match(/href="\/vehicle\//g)).toHaveLength(50);
    expect(text).toContain('1 to 50 of 120');
    expect(text).toContain('href="/vehicles?owner=driver&amp;from=50"');
    expect((await browser.get('/vehicles?owner=driver&from=100')).text).toContain('101 to 120 of 120');
  });

  test('leads to the same list in the Temporal UI, of the fleets of the token', async () => {
    const { text } = await (await page.signedIn('read', ['acme'])).get('/vehicles?owner=driver');
    const [, address = ''] = /href="(http:\/\/ui\.example[^"]*)"/.exec(text) ?? [];
    const query = new URL(address.replaceAll('&amp;', '&').replaceAll('&#39;', "'")).searchParams.get(
      'query',
    );
    expect(query).toContain("ActionOwner = 'driver'");
    expect(query).toMatch(/Fleet (?:IN \('acme'\)|= 'acme')/);
  });
});

describe('the page of a vehicle', () => {
  test('is found by its VIN, however it is written', async () => {
    const browser = await page.signedIn();
    const { status, headers } = await browser.get('/find?vin=wba8e9g50gn000001');
    expect([status, headers.location]).toEqual([303, '/vehicle/WBA8E9G50GN000001']);
    expect((await browser.get('/find?vin=none')).status).toBe(404);
  });

  test('shows what the last list showed where Temporal does not answer, and says so', async () => {
    const browser = await page.signedIn();
    await browser.get('/');
    page.activations.failure = new Error('away');
    const { status, text } = await browser.get('/vehicle/WBA8E9G50GN000001');
    expect([status, text.includes('Temporal has not answered')]).toEqual([200, true]);
    expect(text).toContain('Turn privacy mode off in the car.');
  });

  test('shows its history with the source of each fact, and leads to its workflow', async () => {
    const fact = { status: 'pending', reason: null, providerTime: null, note: null };
    const history = [
      { ...fact, at: '2026-11-25T12:00:00.000Z', source: 'submit' },
      { ...fact, at: '2026-11-26T12:00:00.000Z', source: 'webhook', reason: 'privacy mode is enabled' },
    ];
    page.activations.unknownFields = { history };
    const { text } = await (await page.signedIn()).get('/vehicle/WBA8E9G50GN000001');
    expect(text).toContain('id="timeline"');
    expect(text).toMatch(
      /data · webhook<\/td><td class="words">pending \(privacy mode is enabled\).*data · submit/s,
    );
    expect(text).toContain(
      '/namespaces/default/workflows/activation%3Ahigh-mobility%3Adefault%3AWBA8E9G50GN000001',
    );
  });
});
