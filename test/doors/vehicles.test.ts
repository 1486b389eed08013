import { readPlateOf } from '../../src/cli/parking';
import { checkedKnownVin } from '../../src/cli/session';
import { plateText } from '../../src/domain/plate';
import { readFleetList } from '../../src/fleet-list/fleet-list';
import { CATALOGUE, chunks } from '../fleet-list/support';
import { ActivationsDouble } from '../gateway/api/activations-double';
import { parkingsAt } from '../gateway/api/parkings-double';
import { type RunningApi, startApi } from '../gateway/api/support';
import { type RunningPage, startPage } from '../gateway/page/support';
import { type RunningGateway, signed, startGateway } from '../gateway/support';

const VIN = 'WBA8E9G50GNT00001';
const PLATE = 'NO-AA12345';
/** What is refused, whatever its words are. */
const REFUSED = null;

type Door = (text: string) => Promise<string | null>;
type Texts = readonly (readonly [what: string, text: string, becomes: string | null])[];

/** Texts as bytes of UTF-8 hold them. */
const inUtf8 = (text: string): string => Buffer.from(text).toString();
/** A longer address is refused by the server itself, before it is read. */
const inAddress = (text: string): string => encodeURIComponent(inUtf8(text).slice(0, 60));
const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;

let api: RunningApi;
let gateway: RunningGateway;
let page: RunningPage;
let activations: ActivationsDouble;
const parked: string[] = [];

beforeAll(async () => {
  activations = new ActivationsDouble();
  api = await startApi(activations.asActivations, { parking: parkingsAt(parked) });
  gateway = await startGateway();
  gateway.sink.known.add(VIN);
  page = await startPage();
  page.parkings = [{ plate: PLATE, vin: null, fleet: null } as never];
});
afterAll(async () => {
  await api.close();
  await gateway.close();
  await page.close();
});

const attempt = (work: () => string): string | null => {
  try {
    return work();
  } catch {
    return REFUSED;
  }
};

async function listed(heading: string, row: string): Promise<Record<string, unknown> | null> {
  const options = { catalogue: CATALOGUE, sandbox: true, parkings: ['autopay'] };
  for await (const first of readFleetList(chunks(Buffer.from(`${heading}\n${row}\n`)), options)) {
    return first.ok ? { ...first.vehicle } : null;
  }
  return null;
}

/** A message to it; what is refused is said in words, and by no fault of ours. */
async function asked(method: string, path: string, body?: object): Promise<boolean> {
  activations.asked.length = 0;
  activations.active.clear();
  parked.length = 0;
  const answer = await api.call(method, path, body ? { body } : {});
  expect(answer.status).toBeLessThan(500);
  if (answer.status >= 300) expect(answer.body).toMatchObject({ code: expect.any(String) });
  return answer.status < 300;
}

const started = (): string =>
  (activations.asked.find(({ method }) => method === 'start')?.given[0] as { vin: string } | undefined)
    ?.vin ?? 'none';

/** Where the search of the page leads. */
async function search(text: string): Promise<string | null> {
  const browser = await page.signedIn();
  const { status, headers } = await browser.get(`/find?vin=${inAddress(text)}`);
  expect(status).toBeLessThan(500);
  return /^\/vehicle\/(.+)$/.exec(headers.location ?? '')?.[1] ?? REFUSED;
}

const VIN_DOORS: Readonly<Record<string, Door>> = {
  'an argument of vin': async (text) => attempt(() => checkedKnownVin(inUtf8(text)).vin),
  'a list': async (text) =>
    ((await listed('vin,brand,fleet', `${cell(text)},bmw,x`))?.['vin'] as string) ?? REFUSED,
  'the API': async (text) =>
    (await asked('POST', '/v1/activations', { vin: text, brand: 'bmw' })) ? started() : REFUSED,
  'a batch of the API': async (text) => {
    await asked('POST', '/v1/activations/batch', [{ vin: text, brand: 'bmw' }]);
    return activations.asked.some(({ method }) => method === 'start') ? started() : REFUSED;
  },
  'an address of the API': async (text) => {
    const isAnswered = await asked('GET', `/v1/activations/${inAddress(text)}`);
    const [report] = activations.asked.filter(({ method }) => method === 'report');
    return isAnswered && report ? String(report.given[0]) : REFUSED;
  },
  'the search of the page': search,
  'a webhook': async (text) => {
    gateway.sink.claims.length = 0;
    const event = {
      type: 'fleet_clearance_changed',
      received_at: '2025-01-22T10:42:14.000000Z',
      action: 'rejected',
    };
    const body = JSON.stringify({ vehicle: { vin: text }, event });
    const { status } = await gateway.post(body, signed(body, undefined, Math.random().toString()));
    expect(status).toBeLessThan(500);
    return gateway.sink.claims[0]?.vin ?? REFUSED;
  },
};

const VINS: Texts = [
  ['lower case', 'wba8e9g50gnt00001', VIN],
  ['spaces around', ` ${VIN} `, VIN],
  ['a hyphen', 'WBA-8E9G50GNT00001', REFUSED],
  ['zero width', 'WBA8E9G50\u200BGNT00001', VIN],
  ['a mark of direction', `\u202E${VIN}`, VIN],
  ['a line end', `${VIN}\r\n`, VIN],
  ['a space that does not break', `\u00A0${VIN}`, VIN],
  ['wide letters', 'ＷBA8E9G50GNT00001', VIN],
  ['a Cyrillic letter', 'WВA8E9G50GNT00001', REFUSED],
  ['NUL', 'WBA8E9G50\u0000GNT0001', REFUSED],
  ['an emoji', 'WBA8E9G50GNT0000🚚', REFUSED],
  ['half a character', 'WBA8E9G50GNT0000\uD800', REFUSED],
  ['quotes', `"${VIN}"`, REFUSED],
  ['an equals sign in front', `=${VIN}`, REFUSED],
  ['an encoded line end', `${VIN}%0a`, REFUSED],
  ['a number of a spreadsheet', '1,23457E+16', REFUSED],
  ['nothing', '', REFUSED],
  ['10,000 characters', 'W'.repeat(10_000), REFUSED],
];

const PLATE_DOORS: Readonly<Record<string, Door>> = {
  'an argument of vin': async (text) => attempt(() => plateText(readPlateOf(inUtf8(text)))),
  'a list': async (text) => {
    const vehicle = await listed('vin,brand,plate', `${VIN},bmw,${cell(text)}`);
    return vehicle?.['plate'] ? plateText(vehicle['plate'] as never) : REFUSED;
  },
  'the API with a VIN': async (text) =>
    (await asked('POST', '/v1/activations', { vin: VIN, brand: 'bmw', plate: text }))
      ? (parked[0] ?? '')
      : REFUSED,
  'the API without a VIN': async (text) =>
    (await asked('POST', '/v1/activations', { plate: text })) ? (parked[0] ?? '') : REFUSED,
  'a batch of the API': async (text) => {
    await asked('POST', '/v1/activations/batch', [{ plate: text }]);
    return parked[0] ?? REFUSED;
  },
  'an address of the API': async (text) => {
    await asked('GET', `/v1/parkings/${inAddress(text)}`);
    return parked[0] ?? REFUSED;
  },
  'the search of the page': search,
  'parkings of the API': async (text) =>
    (await asked('POST', '/v1/parkings', { plate: text })) ? (parked[0] ?? '') : REFUSED,
};

const PLATES: Texts = [
  ['lower case and spaces', 'no aa 12345', PLATE],
  ['dots and hyphens', 'NO-AA.123-45', PLATE],
  ['zero width', 'NO-AA\u200B12345', PLATE],
  ['a mark of direction', '\u202ENO-AA12345', PLATE],
  ['a line end', 'NO-AA12345\r\n', PLATE],
  ['Cyrillic letters that look the same', 'NO-АА12345', PLATE],
  ['wide letters', 'ＮＯ－ＡＡ１２３４５', PLATE],
  ['no country', 'AA12345', REFUSED],
  ['a country that there is not', 'QQ-AA12345', REFUSED],
  ['NUL', 'NO-AA\u000012345', REFUSED],
  ['an emoji', 'NO-AA🚚12345', REFUSED],
  ['half a character', 'NO-AA\uD80012345', REFUSED],
  ['quotes', '"NO-AA12345"', REFUSED],
  ['an encoded line end', 'NO-AA12345%0a', REFUSED],
  ['a way up', 'NO-../AA12345?x', REFUSED],
  ['HTML', 'NO-<b>AA12345', REFUSED],
  ['nothing', '', REFUSED],
  ['10,000 characters', `NO-${'A'.repeat(10_000)}`, REFUSED],
];

describe.each([
  ['a VIN', VIN_DOORS, VINS],
  ['a plate', PLATE_DOORS, PLATES],
] as const)('%s at every door', (_kind, doors, texts) => {
  test.each(texts)('with %s', async (_, text, becomes) => {
    const found: [string, string | null][] = [];
    for (const [door, open] of Object.entries<Door>(doors)) found.push([door, await open(text)]);
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(Object.keys(doors).map((door) => [door, becomes])),
    );
  });
});
