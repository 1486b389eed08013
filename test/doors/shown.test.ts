import { visible, visibleJson } from '../../src/base/visible';
import { tableOf } from '../../src/cli/table';
import { cutTo } from '../../src/domain/cut';
import { markdownOf } from '../../src/domain/markdown';
import { joinCells } from '../../src/fleet-list/cells';
import { html } from '../../src/gateway/page/html';
import { selectionIn } from '../../src/gateway/page/select';
import { read } from '../fleet-list/support';
import { type RunningGateway, signed, startGateway } from '../gateway/support';
import { inUtf8, TEXTS } from './texts';

const VIN = 'WBA8E9G50GN000001';

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
