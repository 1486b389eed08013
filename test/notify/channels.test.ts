import { loadCatalogue } from '../../src/catalogue/catalogue';
import type { CatalogueOverrides } from '../../src/catalogue/schema';
import { createApplications } from '../../src/config/applications';
import { channelVariables, readChannels } from '../../src/config/channels';
import type { Channel } from '../../src/notify/channel';
import { openChannels } from '../../src/notify/open-channels';
import { CHANNELS } from '../../src/notify/registry';
import { routeOf, untold } from '../../src/notify/routes';
import { highMobility } from '../../src/providers/high-mobility/profile';
import { PROVIDERS } from '../../src/providers/registry';
import { NOTICE, recordingLog, SECRET } from './support';
import { flares, flareTower } from './toy-channel';

/** A toy channel is one file, and one line in the registry that is handed in. */
const WITH_TOY: readonly Channel[] = [...CHANNELS, flareTower];
const TOY_SETTINGS = { VIN_FLARE_COLOUR: 'red' };

function problemOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('a channel of one file', () => {
  test('has its variables among all others, read and checked with them', () => {
    expect(Object.keys(createApplications(PROVIDERS, WITH_TOY).everyVariable())).toContain(
      'VIN_FLARE_COLOUR',
    );
    expect(Object.keys(channelVariables(WITH_TOY))).toEqual([
      'VIN_NOTIFY_URL',
      'VIN_NOTIFY_SECRET',
      'VIN_FLARE_COLOUR',
    ]);
    expect(readChannels(WITH_TOY, TOY_SETTINGS)).toEqual(TOY_SETTINGS);
    const problem = problemOf(() => readChannels(WITH_TOY, { VIN_FLARE_COLOUR: 'black' }));
    expect(problem).toContain('VIN_FLARE_COLOUR is not usable');
  });

  test('is opened and delivers beside the others, and can be the only one of a route', async () => {
    const { log } = recordingLog();
    const channels = openChannels(WITH_TOY, readChannels(WITH_TOY, TOY_SETTINGS), { log });
    expect(channels.ids).toEqual(['log', 'flare']);
    expect(channels.reachPeople).toBe(true);
    const catalogue = loadCatalogue(
      undefined,
      { policy: { routes: [{ audience: NOTICE.audience, channels: ['flare'] }] } },
      highMobility,
      { channels: WITH_TOY.map(({ id }) => id) },
    );
    expect(routeOf(NOTICE, catalogue.policy.routes, channels.ids)).toEqual(['flare']);
    expect(await channels.deliver('flare', NOTICE)).toEqual({
      outcome: 'delivered',
      where: 'a red flare',
      id: NOTICE.id,
    });
    expect(flares).toEqual([NOTICE.id]);
  });

  test('is not opened where it is not set up', () => {
    const { log } = recordingLog();
    expect(openChannels(WITH_TOY, readChannels(WITH_TOY, {}), { log }).ids).toEqual(['log']);
  });
});

describe('the channels that there are', () => {
  test('have ids and variables of their own', () => {
    const ids = CHANNELS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const names = CHANNELS.flatMap(({ variables }) => Object.keys(variables));
    expect(new Set(names).size).toBe(names.length);
  });

  test('reach people as soon as the webhook is set up', () => {
    const settings = { VIN_NOTIFY_URL: 'http://localhost:9/hook', VIN_NOTIFY_SECRET: SECRET };
    const { log } = recordingLog();
    expect(openChannels(CHANNELS, settings, { log }).reachPeople).toBe(true);
  });
});

describe('routes', () => {
  const routes = [
    { audience: 'operations', fleet: 'acme', channels: ['webhook'] },
    { audience: 'operations', channels: ['log'] },
    { audience: 'owner', channels: [] },
  ] as const;
  const open = ['log', 'webhook'];

  test.each([
    ['operations', 'acme', ['webhook']],
    ['operations', 'other', ['log']],
    ['operations', null, ['log']],
    ['owner', 'acme', []],
    ['fleet-manager', 'acme', ['log', 'webhook']],
  ] as const)('%s of the fleet %s is told by: %j', (audience, fleet, channels) => {
    expect(routeOf({ audience, fleet }, routes, open)).toEqual(channels);
  });

  test('are every channel for every audience where the policy says nothing', () => {
    expect(loadCatalogue().policy.routes).toEqual([]);
    expect(routeOf(NOTICE, [], open)).toEqual(open);
  });

  test('that name a channel which is not set up are told of at the start, once', () => {
    const twice = [...routes, ...routes];
    const open = { ids: ['log', 'flare'], reachPeople: true };
    expect(untold(open, twice)).toEqual([expect.stringContaining('"webhook", which is not set up')]);
    expect(untold({ ids: ['log', 'webhook'], reachPeople: true }, twice)).toEqual([]);
  });

  test('need a channel that reaches people: the worker says where there is none', () => {
    const channels = openChannels(CHANNELS, {}, { log: recordingLog().log });
    expect(untold(channels, [])).toEqual([expect.stringContaining('Nobody will be told of anything')]);
  });

  const read = (route: object) => () =>
    loadCatalogue(undefined, { policy: { routes: [route] } } as CatalogueOverrides);

  test('refuse a channel that there is not, and name those that there are', () => {
    expect(problemOf(read({ audience: 'owner', channels: ['log', 'pager'] }))).toContain(
      'policy.routes.0.channels: there is no channel "pager"; known are log, webhook',
    );
  });

  test('refuse an audience that there is not, and name those that there are', () => {
    const problem = problemOf(read({ audience: 'boss', channels: ['log'] }));
    expect(problem).toContain('policy.routes.0.audience');
    for (const known of ['owner', 'fleet-manager', 'operations']) {
      expect(problem).toContain(known);
    }
  });
});
