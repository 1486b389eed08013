import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { loadCatalogue } from '../../../src/catalogue/catalogue';
import { activateCommand } from '../../../src/cli/activate';
import { amendCommand } from '../../../src/cli/amend';
import { defleetCommand } from '../../../src/cli/defleet';
import { filterIn } from '../../../src/cli/filter-options';
import { listCommand } from '../../../src/cli/list';
import { tokenCommand } from '../../../src/cli/token';
import { readConfig } from '../../../src/config/config';
import { readTokens } from '../../../src/gateway/api/token-file';
import { makeToken } from '../../../src/gateway/api/tokens';
import { highMobility } from '../../../src/providers/high-mobility/profile';
import { parseWebhook } from '../../../src/providers/high-mobility/webhook';
import { readSettings } from '../../../src/providers/settings';
import { good, read } from '../../fleet-list/support';
import { APP } from '../../support/application';
import { VIN } from './activations-double';
import { apiForEachTest } from './api-for-each-test';

/** One fleet, as six programs write it; and one vehicle. */
const FLEET = 'Müller Nord';
const SPELLINGS: readonly string[] = [
  'Müller Nord',
  'Mu\u0308ller Nord',
  'Müller\u00A0Nord',
  '\u200BMüller  Nord\u2060',
  ' \uFEFFMüller\u202E Nord',
  'Mü\u00ADller\tNord ',
];
const ODD_VIN = `\u202D${VIN.toLowerCase()}\u200B`;
const BROKEN = 'M\u0007ller';

const here = apiForEachTest();
const folder = mkdtempSync(path.join(tmpdir(), 'vin-names-'));

/** The options of a command as it would run with them. */
function optionsOf(command: Command, words: readonly string[]): Record<string, unknown> {
  let given: Record<string, unknown> = {};
  command
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .action((...all: unknown[]) => {
      given = (all.at(-1) as Command).opts();
    })
    .parse(words, { from: 'user' });
  return given;
}

const given = (method: string): Record<string, unknown>[] =>
  here.activations.asked
    .filter((asked) => asked.method === method)
    .map((asked) => asked.given.find((one) => typeof one === 'object') as Record<string, unknown>);

describe.each(SPELLINGS)('the fleet %j is the same at each door', (spelling) => {
  test('a list', async () => {
    const rows = good(await read(`vin,brand,fleet,tag:a\n${VIN},bmw,"${spelling}","${spelling}"\n`));
    expect(rows.map(({ vehicle }) => [vehicle.fleet, vehicle.tags['a']])).toEqual([[FLEET, FLEET]]);
  });

  test('options', () => {
    const tag = [`--tag`, `a=${spelling}`];
    const activate = optionsOf(activateCommand(), [VIN, '-b', 'bmw', '--fleet', spelling, ...tag]);
    expect([activate['fleet'], activate['tag']]).toEqual([FLEET, { a: FLEET }]);
    expect(filterIn(optionsOf(listCommand(), ['--fleet', spelling]), 'vin list').filter.fleet).toBe(FLEET);
    const defleet = optionsOf(defleetCommand(), [VIN, '--by', spelling, '--reason', spelling]);
    expect([defleet['by'], defleet['reason']]).toEqual([FLEET, FLEET]);
    const amend = optionsOf(amendCommand(), [VIN, ...tag, '--untag', spelling]);
    expect([amend['tag'], amend['untag']]).toEqual([{ a: FLEET }, [FLEET]]);
  });

  test('a body and a query of the API', async () => {
    const token = here.api.tokenFor('operate', [FLEET]);
    const call = (method: string, target: string, body?: unknown) =>
      here.api.call(method, `/v1/activations${target}`, { token, body });
    await call('POST', '', { vin: ODD_VIN, brand: 'bmw', fleet: spelling, tags: { a: spelling } });
    await call('POST', '/batch', [{ vin: ODD_VIN, brand: 'bmw', fleet: spelling }]);
    expect(given('start')).toEqual([
      expect.objectContaining({ vin: VIN, fleet: FLEET, tags: { a: FLEET } }),
      expect.objectContaining({ vin: VIN, fleet: FLEET }),
    ]);
    await call('GET', `?fleet=${encodeURIComponent(spelling)}`);
    expect(given('page')).toEqual([expect.objectContaining({ fleet: FLEET })]);
    await call('POST', `/${VIN}/defleet`, { by: spelling, reason: spelling });
    expect(given('defleet')).toEqual([
      expect.objectContaining({ by: expect.stringContaining(`${FLEET} (`), reason: FLEET }),
    ]);
    await call('POST', `/${VIN}/amend`, { tags: { [spelling]: spelling, gone: null } });
    expect(given('amend')).toEqual([expect.objectContaining({ tags: { [FLEET]: FLEET, gone: null } })]);
  });

  test('the file of tokens, and the command that writes it', async () => {
    const file = path.join(folder, `${SPELLINGS.indexOf(spelling)}.json`);
    const wish = { name: spelling, role: 'read', fleets: [spelling], expiresAt: null } as const;
    writeFileSync(file, JSON.stringify({ version: 1, tokens: [makeToken(wish, 0).token] }));
    expect(await readTokens(file)).toMatchObject([{ name: FLEET, fleets: [FLEET] }]);
    const words = ['create', '--role', 'read', '--fleet', spelling, '--name', spelling, '--file', file];
    const said = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    await tokenCommand().parseAsync(words, { from: 'user' });
    expect(said).toHaveBeenCalled();
    jest.restoreAllMocks();
    const { tokens } = JSON.parse(require('node:fs').readFileSync(file, 'utf8')) as { tokens: unknown[] };
    expect(tokens[1]).toMatchObject({ name: FLEET, fleets: [FLEET] });
  });

  test('the default tags of the environment', () => {
    const { policy } = loadCatalogue(undefined, { policy: { defaultTags: { [spelling]: spelling } } });
    expect(policy.defaultTags).toEqual({ [FLEET]: FLEET });
  });
});

describe('a name with a character that nobody can search is refused at each door, with its number', () => {
  test('options', () => {
    const refused: [Command, string[]][] = [
      [activateCommand(), [VIN, '-b', 'bmw', '--fleet', BROKEN]],
      [activateCommand(), [VIN, '-b', 'bmw', '--tag', `a=${BROKEN}`]],
      [defleetCommand(), [VIN, '--by', BROKEN]],
      [defleetCommand(), [VIN, '--reason', BROKEN]],
      [amendCommand(), [VIN, '--untag', BROKEN]],
    ];
    for (const [command, words] of refused) expect(() => optionsOf(command, words)).toThrow(/U\+0007/);
    expect(() => filterIn({ fleet: BROKEN }, 'vin list')).toThrow(/U\+0007/);
  });

  test.each([
    ['POST', '', { vin: VIN, brand: 'bmw', fleet: BROKEN }, '#/fleet', /U\+0007/],
    ['POST', '', { vin: VIN, brand: 'bmw', fleet: 'Fleet "Nord"' }, '#/fleet', /U\+0022/],
    ['POST', '', { vin: VIN, brand: 'bmw', fleet: 'M\uFFFDller' }, '#/fleet', /U\+FFFD/],
    ['POST', '', { vin: VIN, brand: 'bmw', tags: { a: BROKEN } }, '#/tags/a', /U\+0007/],
    ['POST', `/${VIN}/defleet`, { by: '\u001B[31m' }, '#/by', /U\+001B/],
    ['POST', `/${VIN}/defleet`, { reason: BROKEN }, '#/reason', /U\+0007/],
    ['POST', `/${VIN}/amend`, { tags: { a: BROKEN } }, '#/tags/a', /U\+0007/],
    ['GET', `?fleet=${encodeURIComponent(BROKEN)}`, undefined, 'fleet', /U\+0007/],
  ])('a request of the API: %s %s %j', async (method, target, body, place, problem) => {
    const answer = await here.api.call(method, `/v1/activations${target}`, { body });
    expect(answer.status).toBe(422);
    const [error] = answer.body.errors;
    expect([error.pointer ?? error.parameter, error.detail]).toEqual([place, expect.stringMatching(problem)]);
    expect(here.activations.asked).toEqual([]);
  });

  test('the default tags of the environment', () => {
    expect(() => loadCatalogue(undefined, { policy: { defaultTags: { a: BROKEN } } })).toThrow(/U\+0007/);
  });
});

describe('a VIN is the same at each door', () => {
  test('a webhook of the provider', () => {
    const body = JSON.stringify({
      vehicle: { vin: ODD_VIN },
      event: { type: 'fleet_clearance_changed', received_at: '2025-01-22T10:42:14Z', action: 'approved' },
    });
    expect(parseWebhook(Buffer.from(body))).toMatchObject({ vin: VIN });
  });

  test('the path and the bodies of the API', async () => {
    await here.api.call('GET', `/v1/activations/${encodeURIComponent(ODD_VIN)}`);
    expect(here.activations.asked).toMatchObject([{ method: 'report', given: [VIN] }]);
    const batch = await here.api.call('POST', '/v1/activations/batch', {
      body: [ODD_VIN, VIN].map((vin) => ({ vin, brand: 'bmw' })),
    });
    expect(batch.body.results).toMatchObject([
      { vin: VIN, outcome: 'started' },
      { vin: VIN, outcome: 'refused' },
    ]);
    await here.api.call('POST', '/v1/activations/defleet', { body: { vins: [ODD_VIN], id: 'odd' } });
    expect((await here.api.call('GET', '/v1/batches/odd')).body.rows).toMatchObject([{ vin: VIN }]);
  });
});

test('what was copied along with a variable of the environment is no part of it', () => {
  const environment = { VIN_POLL_INTERVAL: '\u00A06h\u200B', HIGH_MOBILITY_CLIENT_ID: '\uFEFFabc\u2060 ' };
  expect(readConfig(environment, ['VIN_POLL_INTERVAL'])).toEqual({ VIN_POLL_INTERVAL: 21_600_000 });
  expect(readSettings(highMobility, APP, environment, ['CLIENT_ID'])).toEqual({ CLIENT_ID: 'abc' });
  const empty = { HIGH_MOBILITY_CLIENT_ID: '\u200B' };
  expect(() => readSettings(highMobility, APP, empty, ['CLIENT_ID'])).toThrow(/is not set/);
});
