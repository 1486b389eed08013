import { VinError } from '../../../src/base/errors';
import type { Visit } from '../../../src/gateway/page/plugin';
import { chosenParkings } from '../../../src/gateway/page/seen';
import type { OpenParking } from '../../../src/snapshot/parkings';
import type { Snapshot } from '../../../src/snapshot/snapshot';
import { agoIso, DAY, NOW, ofDriver, type RunningPage, startPage } from './support';

let page: RunningPage;
beforeEach(async () => {
  page = await startPage();
});
afterEach(() => page.close());

const VIN = 'WBA8E9G50GN777777';
const parked = (more: Partial<OpenParking> = {}): OpenParking => ({
  ...{
    provider: 'autopay',
    plate: 'NO-AA12345',
    vin: VIN,
    fleet: 'acme',
    externalId: null,
    step: 'in-fleet',
  },
  ...{
    addedAt: null,
    waitingFor: null,
    nextAt: null,
    trouble: null,
    isFaulty: false,
    startedAt: agoIso(DAY),
    endedAt: null,
  },
  ...{ workflowId: 'parking:autopay:NO-AA12345', execution: 'RUNNING', ...more },
});
const long = (more: Partial<OpenParking> = {}) =>
  parked({ matters: [{ matter: 'long-stay', since: agoIso(9 * DAY), until: null }], ...more });

describe('parkings on the fleet page', () => {
  test('are a group of the front, which leads to them', async () => {
    page.rows = [ofDriver()];
    page.parkings = [long(), parked({ plate: 'NO-BB2' })];
    const browser = await page.signedIn();
    const { text } = await browser.get('/');
    expect(text).toContain('It has been parked for longer than the limit');
    expect(text).toContain('href="/vehicles?topic=long-stay&amp;owner=fleet-manager"');
    expect(text).toContain('2 parkings');
    const list = (await browser.get('/vehicles?topic=long-stay&owner=fleet-manager')).text;
    expect([list.includes('NO-AA12345'), list.includes('NO-BB2')]).toEqual([true, false]);
    expect((await browser.get('/vehicles')).text).toContain('NO-BB2');
    expect((await browser.get('/vehicles?brand=ford')).text).not.toContain('NO-BB2');
  });

  test('are a line on the page of their vehicle, also where it has no data', async () => {
    page.parkings = [long()];
    page.activations.failure = new VinError('ACTIVATION_UNKNOWN', 'There is none', 'Look.');
    const { status, text } = await (await page.signedIn()).get(`/vehicle/${VIN}`);
    expect([status, text.includes('NO-AA12345'), text.includes('See where it is')]).toEqual([
      200,
      true,
      true,
    ]);
  });

  test('are found by their plate as people write it', async () => {
    page.parkings = [parked()];
    const { status, headers } = await (await page.signedIn()).get('/find?vin=no%20aa%2012345');
    expect([status, headers['location']]).toEqual([303, `/vehicle/${VIN}`]);
  });

  test('of other fleets, and credentials, are not there for a token of some fleets', async () => {
    page.parkings = [long()];
    const trouble = { code: 'PROVIDER_UNAUTHORIZED', words: 'no', next: 'Mend it.', at: page.now };
    page.credentials = [{ application: 'autopay:default', trouble }];
    const other = await page.signedIn('operate', ['globex']);
    expect((await other.get('/')).text).toContain('Nothing needs you.');
    expect((await other.get('/vehicles')).text).not.toContain('NO-AA12345');
    expect((await (await page.signedIn('read', '*')).get('/')).text).toContain('gives no token for parking');
  });
});

test('parkings of a list are looked through in the turn of the token, those that wait longest first', async () => {
  const since = (days: number) => [{ matter: 'long-stay', since: agoIso(days * DAY), until: null } as const];
  const parkings = [
    parked({ plate: 'NO-AA1' }),
    parked({ plate: 'NO-AA2', matters: since(2) }),
    parked({ plate: 'NO-AA3', matters: since(9) }),
  ];
  let turns = 0;
  const inTurn = async (work: () => Promise<unknown>) => {
    turns += 1;
    return work();
  };
  const visit = { use: { inTurn }, signal: new AbortController().signal, now: NOW } as unknown as Visit;
  const own = { activations: [], defleetings: [], parkings, credentials: [], at: NOW } as unknown as Snapshot;
  const found = await chosenParkings(visit, own, {});
  expect(found.map(({ row }) => row.plate)).toEqual(['NO-AA3', 'NO-AA2', 'NO-AA1']);
  expect(turns).toBe(1);
});
