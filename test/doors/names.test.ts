import { InvalidArgumentError, type Option } from 'commander';
import { VinError } from '../../src/base/errors';
import { filterIn } from '../../src/cli/filter-options';
import { createProgram } from '../../src/cli/vin';
import { read } from '../fleet-list/support';
import { ActivationsDouble } from '../gateway/api/activations-double';
import { type Answer, type RunningApi, startApi } from '../gateway/api/support';
import { ofDriver, type RunningPage, startPage } from '../gateway/page/support';
import { inUtf8, refused, TEXTS, type Verdict, why } from './texts';

const VIN = 'WBA8E9G50GN000001';
const cell = (text: string): string =>
  `"${(/^[=+\-@]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

let api: RunningApi;
let page: RunningPage;
let activations: ActivationsDouble;

beforeAll(async () => {
  activations = new ActivationsDouble();
  api = await startApi(activations.asActivations);
  page = await startPage();
  page.rows = [ofDriver({ vin: VIN })];
});
afterAll(async () => {
  await api.close();
  await page.close();
});

function optionOf(path: readonly string[], long: string): Option {
  let command = createProgram();
  for (const name of path) command = command.commands.find((one) => one.name() === name) ?? command;
  const option = command.options.find((one) => one.long === long);
  if (!option?.parseArg) throw new Error(`${path.join(' ')} ${long} reads nothing`);
  return option;
}

/** By an option of a command, as its shell hands it over. */
function byOption(
  path: readonly string[],
  long: string,
  wrap = (text: string) => text,
  unwrap: (read: unknown) => string = String,
) {
  const option = optionOf(path, long);
  return async (text: string): Promise<Verdict> => {
    try {
      return { name: unwrap(option.parseArg?.(wrap(inUtf8(text)), undefined as never)) };
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      return why(error.message);
    }
  };
}

/** By a column of a list, where what looks like a formula is protected as spreadsheets protect texts. */
function byColumn(heading: string, of: (vehicle: object) => unknown) {
  return async (text: string): Promise<Verdict> => {
    const tag = heading === 'fleet' ? '' : ',x';
    const list = `vin,brand,${heading}${tag && ',more'}\n${VIN},bmw,${cell(text)}${tag}\n`;
    const [row] = await read(Buffer.from(list), { sandbox: true });
    if (!row) throw new Error('no row');
    return row.ok ? { name: String(of(row.vehicle)) } : why(row.problem);
  };
}

const errorsOf = ({ body, text }: Answer): string =>
  ((body?.errors ?? []) as { detail: string }[]).map(({ detail }) => detail).join() || text;

/** What the doubles are asked, besides what is looked up. */
const SENT = ['start', 'retry', 'defleet'];

/** What a double was given: a new activation, or a VIN and a message. */
type Given = readonly [
  input: Record<string, string> & { readonly tags: Record<string, string> },
  message: Record<string, string>,
];

function byApi(
  method: string,
  path: string,
  bodyOf: (text: string) => object,
  of: (given: Given) => unknown,
) {
  return async (text: string): Promise<Verdict> => {
    activations.asked.length = 0;
    activations.active.clear();
    const answer = await api.call(method, path, { body: bodyOf(text) });
    if (answer.status >= 300) return why(errorsOf(answer));
    return {
      name: String(
        of((activations.asked.find(({ method }) => SENT.includes(method))?.given ?? []) as unknown as Given),
      ),
    };
  };
}

/** By a filter of a list or a group, which has to find what another door has kept. */
function byFilter(name: 'fleet' | 'externalId') {
  return async (text: string): Promise<Verdict> => {
    try {
      return { name: String(filterIn({ [name]: inUtf8(text) }, 'vin list').filter[name]) };
    } catch (error) {
      if (!(error instanceof VinError)) throw error;
      return why(error.message);
    }
  };
}

/** The same at the API, as an address has it or the body of a group. */
function bySearch(name: 'fleet' | 'externalId', isGroup = false) {
  return async (text: string): Promise<Verdict> => {
    activations.asked.length = 0;
    // A longer address is refused by the server itself, before it is read.
    const wanted = encodeURIComponent(inUtf8(text).slice(0, 1_000));
    const answer = isGroup
      ? await api.call('POST', '/v1/activations/retry', { body: { filter: { [name]: text }, dryRun: true } })
      : await api.call('GET', `/v1/activations?${name}=${wanted}`);
    if (answer.status >= 300) return why(errorsOf(answer));
    const search = activations.asked.find(({ method }) => method === (isGroup ? 'list' : 'page'));
    return { name: String((search?.given[0] as Record<string, unknown> | undefined)?.[name]) };
  };
}

const FLEETS: Readonly<Record<string, (text: string) => Promise<Verdict>>> = {
  'vin list --fleet': byFilter('fleet'),
  'vin list --external-id': byFilter('externalId'),
  'a list of the API by fleet': bySearch('fleet'),
  'a list of the API by external id': bySearch('externalId'),
  'a group of the API by fleet': bySearch('fleet', true),
  'a group of the API by external id': bySearch('externalId', true),
  'vin activate --fleet': byOption(['activate'], '--fleet'),
  'vin activate --external-id': byOption(['activate'], '--external-id'),
  'vin parking add --fleet': byOption(['parking', 'add'], '--fleet'),
  'vin parking add --external-id': byOption(['parking', 'add'], '--external-id'),
  'vin amend --fleet': byOption(['amend'], '--fleet'),
  'vin parking list --fleet': byOption(['parking', 'list'], '--fleet'),
  'the column fleet': byColumn('fleet', (vehicle) => (vehicle as { fleet?: string }).fleet),
  'the column external id': byColumn(
    'external-id',
    (vehicle) => (vehicle as { externalId?: string }).externalId,
  ),
  'fleet of the API': byApi(
    'POST',
    '/v1/activations',
    (fleet) => ({ vin: VIN, brand: 'bmw', fleet }),
    ([input]) => input['fleet'],
  ),
  'externalId of the API': byApi(
    'POST',
    '/v1/activations',
    (externalId) => ({ vin: VIN, brand: 'bmw', externalId }),
    ([input]) => input['externalId'],
  ),
};

const tagOf = (vehicle: object): unknown =>
  (vehicle as { tags: Record<string, string> }).tags['tag:note'] ??
  Object.values((vehicle as { tags: Record<string, string> }).tags)[0];

/** Who asks, in the message that the page has sent. */
function sentBy(): string {
  const sent = page.activations.asked.find(({ method }) => method === 'retry');
  return (sent?.given[1] as { by: string } | undefined)?.by ?? 'nothing was sent';
}

const NAMES: Readonly<Record<string, (text: string) => Promise<Verdict>>> = {
  'vin retry --by': byOption(['retry'], '--by'),
  'vin defleet --reason': byOption(['defleet'], '--reason'),
  'vin defleet --on-behalf-of': byOption(['defleet'], '--on-behalf-of'),
  'vin parking remove --reason': byOption(['parking', 'remove'], '--reason'),
  'vin activate --tag': byOption(
    ['activate'],
    '--tag',
    (text) => `note=${text}`,
    (tags) => (tags as { note: string }).note,
  ),
  'the column of a tag': byColumn('tag:note', tagOf),
  'a tag of the API': byApi(
    'POST',
    '/v1/activations',
    (note) => ({ vin: VIN, brand: 'bmw', tags: { note } }),
    ([input]) => input.tags['note'],
  ),
  'by of the API': byApi(
    'POST',
    `/v1/activations/${VIN}/retry`,
    (by) => ({ by }),
    ([, request]) => (request['by'] ?? '').replace(' (operate of *)', ''),
  ),
  'reason of the API': byApi(
    'POST',
    `/v1/activations/${VIN}/defleet`,
    (reason) => ({ reason }),
    ([, request]) => request['reason'],
  ),
  'why of the page': async (text) => {
    page.activations.asked.length = 0;
    const browser = await page.signedIn();
    const asked = await browser.get(`/act?action=retry&vin=${VIN}`);
    const done = await browser.send(asked, '/act', { why: text });
    if (done.status >= 300) return why(done.text);
    return {
      name: sentBy()
        .replace(/^Jane: /, '')
        .replace(' (the operate)', ''),
    };
  },
  'who signs in to the page': async (text) => {
    const browser = page.browser();
    const done = await browser.post('/sign-in', { token: page.tokenFor('operate'), who: text });
    if (done.status !== 303) return why(done.text);
    page.activations.asked.length = 0;
    await browser.send(await browser.get(`/act?action=retry&vin=${VIN}`), '/act');
    return { name: sentBy().replace(' (the operate)', '') };
  },
};

/** Where half a character cannot be told from one that a program could not read. */
const alike = (verdict: Verdict): Verdict =>
  'refused' in verdict && verdict.refused === 'U+D800' ? refused('U+FFFD') : verdict;

describe.each([
  ['a fleet', FLEETS],
  ['a name', NAMES],
])('%s at every door', (kind, doors) => {
  test.each(
    TEXTS.map(([what, text, name, fleet = name]) => [what, text, kind === 'a fleet' ? fleet : name] as const),
  )('with %s', async (_, text, becomes) => {
    const expected = alike(typeof becomes === 'string' ? { name: becomes } : becomes);
    const found: [string, Verdict][] = [];
    for (const [door, open] of Object.entries(doors)) found.push([door, alike(await open(text))]);
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(Object.keys(doors).map((door) => [door, expected])),
    );
  });
});
