import { BATCH_LIMIT } from '../../../src/gateway/api/request-schemas';
import { VIN } from './activations-double';
import { apiForEachTest } from './api-for-each-test';

const here = apiForEachTest();
const { post } = here;

const START = '/v1/activations';
const OTHER = 'WBA8E9G50GNT00002';
/** A defleet in a group is that of the command: the vehicle leaves everywhere. */
const EVERYWHERE = {
  leave: { eventDate: null, deadline: null, onBehalfOf: null, role: 'operator', channel: 'api' },
};
const OWN = { acknowledge: { until: '3d' }, amend: { tags: { note: 'x' } } };
const methods = () => here.activations.asked.map(({ method }) => method);

describe('a message to a group', () => {
  test.each([
    'retry',
    'resume',
    'acknowledge',
    'amend',
    'refresh',
    'stay',
    'suspend',
    'data-seen',
    'defleet',
  ])('%s goes to each vehicle that is named, and to each that a filter finds', async (kind) => {
    here.activations.listed = [{ vin: VIN }, { vin: OTHER }];
    const own = OWN[kind as keyof typeof OWN] ?? {};
    const named = await post(`${START}/${kind}`, { vins: [VIN.toLowerCase(), OTHER], id: 'x-1', ...own });
    expect([named.status, named.body.counts.vehicles]).toEqual([202, 2]);
    const filter = { brand: 'VW', owner: 'Driver', attention: true, olderThan: '10d' };
    const found = await post(`${START}/${kind}`, { filter, ...own });
    const { body } = await here.api.call('GET', `/v1/batches/${found.body.id}`);
    expect(body.rows.map(({ vin }: { vin: string }) => vin)).toEqual([VIN, OTHER]);
    expect(methods()).toEqual(['batch', 'list', 'batch', 'batchReport', 'batchRows']);
    const vehicles = { members: [{ vin: VIN }, { vin: OTHER }] };
    expect(here.activations.asked[0]?.given[1]).toMatchObject({
      id: 'x-1',
      kind,
      request: kind === 'defleet' ? EVERYWHERE : own,
      ...vehicles,
    });
    expect(here.activations.asked[1]?.given[0]).toEqual({
      brand: 'volkswagen',
      owner: 'driver',
      needsAttention: true,
      olderThan: 864_000_000,
      provider: 'high-mobility',
      application: 'default',
    });
  });

  test('defleet takes what a defleeting takes, and each vehicle takes a start of the share', async () => {
    const body = {
      vins: [VIN, OTHER, 'SHORT'],
      reason: 'lease-ended',
      note: 'contract 7',
      by: 'fleet manager',
    };
    const how = { eventDate: '2026-12-01', deadline: '48h', onBehalfOf: 'ACME' };
    expect((await post(`${START}/defleet`, { ...body, ...how })).status).toBe(202);
    expect(here.activations.asked[0]?.given[1]).toMatchObject({
      request: {
        reason: 'lease-ended',
        leave: {
          ...{ note: 'contract 7', eventDate: '2026-12-01', deadline: 172_800_000, onBehalfOf: 'ACME' },
          ...{ role: 'fleet manager', channel: 'api' },
        },
      },
    });
  });

  test('is foreseen for each by a dry run, and nothing is sent', async () => {
    here.activations.listed = [{ vin: VIN, step: 'parked' }, { vin: OTHER }];
    const found = await post(`${START}/resume`, { filter: { inTrouble: true }, dryRun: true });
    expect([found.status, found.body]).toMatchObject([200, { wouldBeTaken: 1, wouldBeRefused: 1 }]);
    expect(found.body.results[1]).toMatchObject({
      vin: OTHER,
      outcome: 'would-be-refused',
      next: 'It is not parked: there is nothing to resume.',
    });
    const named = await post(`${START}/retry`, { vins: [VIN, 'SHORT'], dryRun: true });
    expect(named.body).toMatchObject({ wouldBeTaken: 1, refused: 1 });
    expect(methods()).toEqual(['list', 'row']);
  });

  test('that a filter finds too many for is refused as a whole', async () => {
    here.activations.listed = Array.from({ length: BATCH_LIMIT + 1 }, () => ({}));
    const { status, body } = await post(`${START}/retry`, { filter: { status: 'pending' } });
    expect(status).toBe(422);
    expect(body.errors).toEqual([
      expect.objectContaining({ pointer: '#/filter', detail: 'matches more than 1000 vehicles' }),
    ]);
  });

  test.each([
    ['retry', {}, '#'],
    ['retry', { vins: [VIN], filter: { owner: 'driver' } }, '#'],
    ['retry', { filter: {} }, '#/filter'],
    ['retry', { filter: { owner: 'drivr' } }, '#/filter/owner'],
    ['retry', { filter: { attention: 'true' } }, '#/filter/attention'],
    ['retry', { filter: { owner: 'driver', provider: 'high-mobility' } }, '#/filter/provider'],
    ['retry', { vins: [] }, '#/vins'],
    ['acknowledge', { vins: [VIN] }, '#/until'],
    ['amend', { vins: [VIN] }, '#'],
    ['amend', { vins: [VIN], brand: 'Folkswagen' }, '#/brand'],
  ])('that makes no sense is refused before anybody is asked: %s %j', async (kind, body, place) => {
    const answer = await post(`${START}/${kind}`, body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([expect.objectContaining({ pointer: place })]);
    expect(methods()).toEqual([]);
  });

  test('names what may be meant by a filter', async () => {
    const { body } = await post(`${START}/retry`, { filter: { status: 'pendig' } });
    expect(body.errors[0]).toEqual({
      pointer: '#/filter/status',
      code: 'FIELD_INVALID',
      detail: '"pendig" is not a status',
      next: 'Did you mean pending?',
    });
  });

  test('is limited to the fleets of the token, and needs the role to operate', async () => {
    const token = here.api.tokenFor('operate', ['acme']);
    const call = (body: object, by = token) => here.api.call('POST', `${START}/retry`, { token: by, body });
    expect((await call({ filter: { fleet: 'other' } })).body.code).toBe('FLEET_FORBIDDEN');
    expect((await call({ filter: { fleet: 'acme' } })).status).toBe(202);
    expect(here.activations.asked.map(({ fleets }) => fleets)).toEqual([['acme'], ['acme']]);
    const reader = here.api.tokenFor('read', ['acme']);
    expect((await call({ filter: { owner: 'driver' }, dryRun: true }, reader)).status).toBe(403);
  });
});
