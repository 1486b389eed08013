import { InvalidArgumentError, type Option } from 'commander';
import { VinError } from '../../src/base/errors';
import { visible, visibleJson } from '../../src/base/visible';
import { filterIn } from '../../src/cli/filter-options';
import { tableOf } from '../../src/cli/table';
import { createProgram } from '../../src/cli/vin';
import { cutTo } from '../../src/domain/cut';
import { markdownOf } from '../../src/domain/markdown';
import { joinCells } from '../../src/fleet-list/cells';
import { html } from '../../src/gateway/page/html';
import { selectionIn } from '../../src/gateway/page/select';
import { read } from '../fleet-list/support';
import { ActivationsDouble } from '../gateway/api/activations-double';
import { type Answer, type RunningApi, startApi } from '../gateway/api/support';
import { ofDriver, type RunningPage, startPage } from '../gateway/page/support';
import { type RunningGateway, signed, startGateway } from '../gateway/support';

/** What becomes of a text: the name that is kept, or what its refusal names. */
type Verdict = { readonly name: string } | { readonly refused: string };

const VIN = 'WBA8E9G50GN000001';
const long = (of: string, count: number) => of.repeat(count);
const refused = (why: string): Verdict => ({ refused: why });

/** What people and their programs write, and what it is at every door; a fleet is refused where a search would not find it. */
const TEXTS: readonly (readonly [what: string, text: string, name: string | Verdict, fleet?: Verdict])[] = [
  ['marks of direction', '\u202Eacme\u202C\u200F', 'acme'],
  ['Arabic letters', 'أسطول ٢', 'أسطول ٢'],
  ['an Arabic number sign', '\u0601٢', '\u0601٢'],
  ['zero width', 'ac\u200Bme', 'acme'],
  ['a soft hyphen', 'Lea\u00ADsing', 'Leasing'],
  ['letters of two characters', 'Mu\u0308ller', 'Müller'],
  ['an emoji of four bytes', '🚚 fleet', '🚚 fleet'],
  ['a new line', 'acme\nnord', 'acme nord'],
  ['a line end of DOS', 'acme\r\nnord', 'acme nord'],
  ['a tab', 'acme\tnord', 'acme nord'],
  ['a number with a sign', '-1', '-1'],
  ['an equals sign in front', '=1+2', '=1+2'],
  ['an at sign in front', '@acme', '@acme'],
  ['a formula', '@SUM(A1:A3)', '@SUM(A1:A3)'],
  ['an apostrophe within', "O'Neil", "O'Neil"],
  ['quotes', 'ACME "Nord"', 'ACME "Nord"', refused('U+0022')],
  ['a backslash', 'a\\b', 'a\\b', refused('U+005C')],
  ['an encoded line end', 'acme%0anord', 'acme%0anord'],
  ['commas and semicolons', 'a,b;c|d', 'a,b;c|d'],
  ['HTML', '<b>acme</b>&amp;', '<b>acme</b>&amp;'],
  ['Markdown', '[acme](http://e.example)*_`', '[acme](http://e.example)*_`'],
  ['a name of JavaScript', '__proto__', '__proto__'],
  ['NUL', 'ac\u0000me', refused('U+0000')],
  ['an escape', '\u001B[31mred', refused('U+001B')],
  ['a control character of C1', 'a\u009Bb', refused('U+009B')],
  ['half a character', 'ac\uD800me', refused('U+D800')],
  ['a letter that a program could not read', 'M\uFFFDller', refused('U+FFFD')],
  ['a character of private use', 'a\uF8FFb', refused('U+F8FF')],
  ['10,000 characters', long('x', 10_000), refused('length')],
  ['200 characters that are not seen', `ac${long('\u200B', 200)}me`, 'acme'],
];

/** The character that is named, or that it is about the length. */
function why(text: string): Verdict {
  const character = /U\+[0-9A-F]{4,6}/.exec(text)?.[0];
  return refused(character ?? (/characters|too large/.test(text) ? 'length' : text));
}

/** A text as bytes of UTF-8 hold it: halves of pairs are none. */
const inUtf8 = (text: string): string => Buffer.from(text).toString();
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

describe('what is kept is shown as it is, and harmless', () => {
  const kept = TEXTS.flatMap(([what, , name]) => (typeof name === 'string' ? [[what, name] as const] : []));

  test.each(kept)('with %s', async (_, name) => {
    expect(tableOf(['name'], [[name]])).toContain(name);
    expect(JSON.parse(visibleJson(JSON.stringify({ name })))).toEqual({ name });
    const { text } = html`<p title="${name}">${name}</p>`;
    const shown = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/.exec(text)?.slice(1) ?? [];
    expect(shown.map(unescaped)).toEqual([name, name]);
    const csv = `${joinCells(['vin', 'brand', 'tag:note', 'more'], ',')}${joinCells([VIN, 'bmw', name, 'x'], ',')}`;
    expect(csv.split('\n')[1]).not.toMatch(/,"?[=+\-@]/);
    const [row] = await read(csv, { sandbox: true });
    expect(row).toMatchObject({ ok: true, vehicle: { tags: { note: name } } });
  });

  const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  const unescaped = (text: string): string =>
    text.replace(/&([a-z]+|#39);/g, (_all, name: string) => ENTITIES[name] ?? '?');
});

describe('words of a provider', () => {
  const kept = TEXTS.map(([what, text]) => [what, inUtf8(text)] as const);
  let gateway: RunningGateway;

  beforeAll(async () => {
    gateway = await startGateway();
    gateway.sink.known.add(VIN);
  });
  afterAll(() => gateway.close());

  test.each(kept)(
    'are kept whole up to 1,000 characters, and are harmless where they are shown, with %s',
    async (what, text) => {
      gateway.sink.claims.length = 0;
      const event = { type: 'fleet_clearance_changed', action: 'rejected', detail: text };
      const body = JSON.stringify({ vehicle: { vin: VIN }, event });
      expect((await gateway.post(body, signed(body, undefined, what))).status).toBeLessThan(300);
      const reason = gateway.sink.claims[0]?.reason ?? 'nothing was claimed';
      expect(reason).toBe(cutTo(text, 1_000));
      const shown = tableOf(['reason'], [[reason]]);
      // One line of the table is it, beside its heading and the frame.
      expect(shown.trim().split('\n')).toHaveLength(5);
      expect(shown.replaceAll('\n', '')).toBe(visible(shown.replaceAll('\n', '')));
      expect(html`${reason}`.text).not.toMatch(/[<>"]/);
      expect(markdownOf(reason)).not.toMatch(/(?<!\\)[`*_[\]<>]/);
    },
  );
});

test('an address of the page names a fleet and a VIN as people write them', () => {
  const given = new URLSearchParams({ fleet: 'Mu\u0308ller\u00A0 Nord', vin: ` ${VIN.toLowerCase()}\u200B` });
  expect(selectionIn(given)).toEqual({ fleet: 'Müller Nord', vin: VIN });
});

test('a text that is cut keeps whole characters', () => {
  expect([cutTo('ab🚚', 3), cutTo('ab🚚', 4), cutTo('🚚🚚', 3), cutTo('abc', 3)]).toEqual([
    'ab',
    'ab🚚',
    '🚚',
    'abc',
  ]);
});
