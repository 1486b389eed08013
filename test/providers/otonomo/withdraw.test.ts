import type { ClearanceStatus } from '../../../src/domain/status';
import { act } from '../../../src/providers/otonomo/actions';
import {
  closeAll,
  connect,
  failureOf,
  ONE,
  refusing,
  SHORT,
  TWO,
  UNKNOWN,
  VEHICLES,
  vinsOf,
} from './harness';

afterEach(closeAll);

const [DISABLE, REMOVE] = [`POST ${VEHICLES}disable`, `POST ${VEHICLES}remove`];
const DONE = { [DISABLE]: { status: 202, body: '' }, [REMOVE]: { status: 204, body: '' } };
const asked = (server: { requests: readonly { url: string }[] }) =>
  server.requests.map(({ url }) => url.split('/').at(-1)).filter(Boolean);

test.each<[ClearanceStatus | undefined, string[]]>([
  ['approved', ['disable', 'remove']],
  ['unknown', ['disable', 'remove']],
  [undefined, ['disable', 'remove']],
  ['pending', ['remove']],
  ['revoked', ['remove']],
  ['rejected', ['remove']],
])('what is %s is ended by %j', async (believed, calls) => {
  const { client, server } = await connect(DONE);
  expect(await client.withdraw(ONE, believed)).toEqual({ outcome: 'accepted', status: null });
  expect(asked(server)).toEqual(calls);
});

test('a vehicle that cannot be disabled is removed all the same', async () => {
  const refusal = refusing([ONE], 403, 'only enabled vehicles can be disabled', 202);
  const { client } = await connect({ ...DONE, [DISABLE]: refusal });
  expect(await client.withdraw(ONE, 'approved')).toEqual({ outcome: 'accepted', status: null });
});

describe('a vehicle that may not be disabled, whatever is wrong', () => {
  const denied = { status: 403, body: { detail: 'no consent of the driver' } };

  test('is removed all the same: its access ends', async () => {
    const { client, server } = await connect({ ...DONE, [DISABLE]: denied });
    expect(await client.withdraw(ONE, 'approved')).toEqual({ outcome: 'accepted', status: null });
    expect(asked(server)).toEqual(['disable', 'remove']);
  });

  test('and may not be removed either has the error of that', async () => {
    const { client } = await connect({ [DISABLE]: denied, [REMOVE]: denied });
    expect(await failureOf(client.withdraw(ONE, 'approved'))).toMatchObject({ code: 'PROVIDER_FORBIDDEN' });
  });

  test('is not removed where nobody has answered: it is disabled first', async () => {
    const { client, server } = await connect({ ...DONE, [DISABLE]: { status: 503, body: '' } });
    expect(await failureOf(client.withdraw(ONE, 'approved'))).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    expect(asked(server)).toEqual(['disable']);
  });
});

test.each([
  [400, { message: UNKNOWN, vins: [ONE] }, { outcome: 'absent', detail: UNKNOWN }],
  [403, { message: 'pending vehicles cannot be removed', vins: [ONE] }, { outcome: 'not-supported' }],
  [400, { vins: ['pending vehicles cannot be removed'] }, { outcome: 'not-supported' }],
  [400, { message: 'not now' }, { outcome: 'not-supported', detail: 'not now' }],
  [400, {}, { outcome: 'unclear', detail: '' }],
])('a removal that is answered %d %j is %j', async (status, body, answer) => {
  const { client } = await connect({ ...DONE, [REMOVE]: { status, body } });
  expect(await client.withdraw(ONE, 'pending')).toMatchObject(answer);
});

test('a vehicle that the workspace does not know is not removed', async () => {
  const { client, server } = await connect({ [DISABLE]: refusing([ONE], 400, UNKNOWN, 202) });
  expect(await client.withdraw(ONE)).toEqual({ outcome: 'absent', detail: UNKNOWN });
  expect(asked(server)).toEqual(['disable']);
});

test.each([
  [403, { detail: 'You do not have permission to perform this action.' }, 'PROVIDER_FORBIDDEN'],
  [403, { message: 'Forbidden' }, 'PROVIDER_FORBIDDEN'],
  [400, '<html>', 'PROVIDER_BAD_REPLY'],
  [404, { message: 'no Route matched with those values' }, 'PROVIDER_BAD_REPLY'],
  [503, '', 'PROVIDER_UNAVAILABLE'],
])('%d %j is no word on the vehicle', async (status, body, code) => {
  const { client } = await connect({ ...DONE, [REMOVE]: { status, body } });
  expect(await failureOf(client.withdraw(ONE, 'pending'))).toMatchObject({ code, status });
});

describe('an action for many', () => {
  const run = async (answer: Parameters<typeof connect>[0][string]) => {
    const { client, server } = await connect({ [REMOVE]: answer });
    const call = Reflect.get(client, 'call');
    const answers = await act(call, 'remove', [ONE, TWO, SHORT]);
    return {
      outcomes: [ONE, TWO, SHORT].map((vin) => answers.get(vin)?.outcome),
      calls: server.to(REMOVE).length,
    };
  };

  test('goes on without the one that it is refused for', async () => {
    expect(await run(refusing([TWO], 400, UNKNOWN, 204))).toEqual({
      outcomes: ['done', 'absent', 'done'],
      calls: 2,
    });
  });

  test('goes on one by one where the refusal names none', async () => {
    const answer = ({ body }: { readonly body: string }) =>
      body.includes(TWO) ? { status: 400, body: { message: 'no' } } : { status: 204, body: '' };
    expect(await run(answer)).toEqual({ outcomes: ['done', 'refused', 'done'], calls: 4 });
  });
});

describe('several that leave together', () => {
  const all = [
    { vin: ONE, believed: 'approved' },
    { vin: TWO, believed: 'approved' },
    { vin: SHORT, believed: 'pending' },
  ] as const;
  const GONE = { outcome: 'accepted', status: null };
  const NEVER = Number.POSITIVE_INFINITY;

  test('are disabled in one call, those that give access, and removed in another', async () => {
    const { client, server } = await connect(DONE);
    expect(await client.withdrawMany(all, NEVER)).toEqual([GONE, GONE, GONE]);
    expect(vinsOf(server.to(DISABLE))).toEqual([[ONE, TWO]]);
    expect(vinsOf(server.to(REMOVE))).toEqual([[ONE, TWO, SHORT]]);
  });

  test('go on without one that is not known and one that is refused', async () => {
    const { client, server } = await connect({
      [DISABLE]: refusing([TWO], 400, UNKNOWN, 202),
      [REMOVE]: refusing([SHORT], 403, 'pending vehicles cannot be removed', 204),
    });
    expect(await client.withdrawMany(all, NEVER)).toMatchObject([
      GONE,
      { outcome: 'absent' },
      { outcome: 'not-supported' },
    ]);
    expect(vinsOf(server.to(DISABLE))).toEqual([[ONE, TWO], [ONE]]);
    expect(vinsOf(server.to(REMOVE))).toEqual([[ONE, SHORT], [ONE]]);
  });

  test('are not removed where one may not be disabled, and nobody knows which', async () => {
    const denied = { status: 403, body: { detail: 'no consent of the driver' } };
    const { client, server } = await connect({ ...DONE, [DISABLE]: denied });
    expect(await failureOf(client.withdrawMany(all, NEVER))).toMatchObject({ code: 'PROVIDER_FORBIDDEN' });
    expect(asked(server)).toEqual(['disable']);
  });

  test('are answered as far as there was time', async () => {
    const { client, server } = await connect(DONE);
    expect(await client.withdrawMany(all, Date.now() - 1)).toEqual([null, null, null]);
    expect(asked(server)).toEqual([]);
  });
});

test.each([
  [202, '', { outcome: 'accepted' }],
  [400, { message: UNKNOWN, vins: [ONE] }, { outcome: 'absent' }],
  [403, { message: 'only enabled vehicles can be disabled', vins: [ONE] }, { outcome: 'refused' }],
  [400, {}, { outcome: 'refused' }],
])('a pause disables and no more; %d %j is %j', async (status, body, answer) => {
  const { client, server } = await connect({ [DISABLE]: { status, body } });
  expect(await client.suspend(ONE)).toMatchObject(answer);
  expect(asked(server)).toEqual(['disable']);
});
