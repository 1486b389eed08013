import type { ProviderErrorCode } from '../../../src/providers/provider-error';
import { closeAll, connect, failureOf, VEHICLES, VIN } from './harness';

const DELETE = `DELETE ${VEHICLES}/${VIN}`;
const problem = (title: string, detail?: string) => ({ errors: [{ title, detail, source: 'vin' }] });

afterEach(closeAll);

/** Bodies of a refusal that are not the provider's: a proxy, a load balancer or a framework may have sent them. */
const NOT_THE_PROVIDERS: readonly [string, unknown][] = [
  ['HTML', '<html>404 Not Found</html>'],
  ['JSON of a gateway', { message: 'no Route matched with those values' }],
  [
    'JSON of a framework',
    { timestamp: '2026-01-01T10:00:00Z', status: 404, error: 'Not Found', path: '/v1/fleets/vehicles/X' },
  ],
  ['a bare error', { error: 'not_found' }],
  ['the form of OAuth', { error: 'invalid_request', error_description: 'already removed' }],
  ['problem details', { type: 'about:blank', title: 'Not Found', detail: 'no such route', status: 404 }],
  ['a bare list', [{ title: 'Not found' }]],
  ['an error where a list should be', { errors: { title: 'Not found' } }],
  ['errors that are plain words', { errors: ['Clearance is already removed'] }],
  ['errors without a title', { errors: [{ detail: 'Clearance is already removed', source: 'vin' }] }],
  ['errors with a blank title', { errors: [{ title: ' ', detail: 'Clearance is already removed' }] }],
  ['a text', '"gone"'],
  ['JSON that is cut off', '{"errors":[{"title":"Not fo'],
];
/** Bodies of a refusal that say nothing. */
const SILENT: readonly [string, unknown][] = [
  ['nothing', undefined],
  ['blanks', ' \r\n'],
  ['an empty object', {}],
  ['an empty list of errors', { errors: [] }],
  ['errors of no kind', { errors: [null, {}] }],
];

describe('withdraw', () => {
  test('a VIN stays one part of the address, whatever it holds', async () => {
    const { client, server } = await connect({ '*': { status: 404, body: problem('Not found') } });
    await client.withdraw('../a/b?c=d#e%2f\r\nx: y');
    expect(server.requests.at(-1)?.url).toBe(`${VEHICLES}/..%2Fa%2Fb%3Fc%3Dd%23e%252f%0D%0Ax%3A%20y`);
  });

  test.each(['', '.', '..'])('a VIN "%s" that would change the address is not sent', async (vin) => {
    const { client, server } = await connect({ '*': { status: 404 } });
    expect((await failureOf(client.firstData(vin))).code).toBe('PROVIDER_REFUSED');
    expect((await failureOf(client.withdraw(vin))).code).toBe('PROVIDER_REFUSED');
    expect(server.requests).toEqual([]);
  });

  test.each([
    ['revoking', 'revoking'],
    ['canceling', 'canceling'],
    ['Revoked', 'revoking'],
    ['canceled', 'canceling'],
  ])('is accepted with the status %s', async (status, read) => {
    const { client } = await connect({ [DELETE]: { body: { vin: VIN, status, tags: {} } } });
    expect(await client.withdraw(VIN)).toEqual({ outcome: 'accepted', status: read });
  });

  test.each([
    [409, 'Conflict', 'Clearance is already removed', 'already-removed'],
    [409, 'Conflict', 'Clearance has already been revoked', 'already-removed'],
    [409, 'Conflict', 'Clearance is in transition mode', 'in-transition'],
    [422, 'not supported', 'cancellation is not supported for this vin', 'not-supported'],
    [422, 'Not Supported', undefined, 'not-supported'],
    [422, 'too early', "the pending status could only be canceled after 1 day it's created", 'too-early'],
    [422, 'Invalid', 'The status could only be CANCELLED after 2 days', 'too-early'],
    [409, 'Conflict', 'something new', 'refused'],
    [422, 'Something new', undefined, 'refused'],
    [404, 'Not found', 'vehicle not found', 'absent'],
  ])('%i "%s: %s" means %4$s', async (status, title, detail, outcome) => {
    const { client } = await connect({ [DELETE]: { status, body: problem(title, detail) } });
    expect(await client.withdraw(VIN)).toEqual({ outcome, detail: `vin: ${detail ?? title}` });
  });

  test('waits rather than ends when the provider gives two meanings at once', async () => {
    const errors = [
      { title: 'Conflict', detail: 'Clearance is already removed' },
      { title: 'Conflict', detail: 'Clearance is in transition mode' },
    ];
    const { client } = await connect({ [DELETE]: { status: 409, body: { errors } } });
    expect(await client.withdraw(VIN)).toMatchObject({ outcome: 'in-transition' });
  });

  test.each(
    [404, 409, 422].flatMap((status) =>
      NOT_THE_PROVIDERS.map(([what, body]) => [status, what, body] as const),
    ),
  )('a %i with %s is no answer: it is tried again', async (status, _, body) => {
    const { client } = await connect({ [DELETE]: { status, body } });
    const error = await failureOf(client.withdraw(VIN));
    expect(error).toMatchObject({ code: 'PROVIDER_BAD_REPLY', status, retryable: true });
  });

  test.each(SILENT)('a 409 or 422 with %s is unclear, a 404 is no answer', async (_, body) => {
    for (const status of [409, 422]) {
      const { client } = await connect({ [DELETE]: { status, body } });
      expect(await client.withdraw(VIN)).toEqual({ outcome: 'unclear', detail: '' });
    }
    const { client } = await connect({ [DELETE]: { status: 404, body } });
    expect(await failureOf(client.withdraw(VIN))).toMatchObject({ code: 'PROVIDER_BAD_REPLY', status: 404 });
  });

  test.each([202, 204])(
    'a %i without a body is accepted, and leaves open what happens now',
    async (status) => {
      const { client } = await connect({ [DELETE]: { status } });
      expect(await client.withdraw(VIN)).toEqual({ outcome: 'accepted', status: null });
    },
  );

  test('a 202 with a body says what happens now, and a page is no answer', async () => {
    const { client } = await connect({
      [DELETE]: [
        { status: 202, body: { vin: VIN, status: 'revoking' } },
        { status: 202, body: '<html>Accepted</html>' },
        { status: 200 },
      ],
    });
    expect(await client.withdraw(VIN)).toEqual({ outcome: 'accepted', status: 'revoking' });
    for (const status of [202, 200]) {
      expect(await failureOf(client.withdraw(VIN))).toMatchObject({ code: 'PROVIDER_BAD_REPLY', status });
    }
  });

  test.each([
    { vin: VIN, status: 'approved' },
    { vin: 'WAUZZZ8V5KA000002', status: 'revoking' },
    { status: 'revoking' },
  ])('refuses to believe %j', async (body) => {
    const { client } = await connect({ [DELETE]: { body } });
    expect((await failureOf(client.withdraw(VIN))).code).toBe('PROVIDER_BAD_REPLY');
  });
});

describe('a status that is no answer', () => {
  test.each<[number, ProviderErrorCode]>([
    [400, 'PROVIDER_REFUSED'],
    [403, 'PROVIDER_FORBIDDEN'],
    [408, 'PROVIDER_TIMEOUT'],
    [413, 'PROVIDER_REFUSED'],
    [429, 'PROVIDER_RATE_LIMITED'],
    [500, 'PROVIDER_UNAVAILABLE'],
    [502, 'PROVIDER_UNAVAILABLE'],
    [503, 'PROVIDER_UNAVAILABLE'],
    [504, 'PROVIDER_UNAVAILABLE'],
  ])('%i is %s', async (status, code) => {
    const { client } = await connect({ '*': { status, body: problem('Title', 'the detail') } });
    for (const call of [client.withdraw(VIN), client.list()]) {
      const error = await failureOf(call);
      expect(error).toMatchObject({ code, status });
      expect(error.message).toContain('the detail');
    }
  });

  test.each([...NOT_THE_PROVIDERS, ...SILENT])(
    'a refusal with %s is not final: something in between may have said it',
    async (_, body) => {
      for (const status of [400, 409, 413, 422]) {
        const { client } = await connect({ [`POST ${VEHICLES}`]: { status, body } });
        const error = await failureOf(client.submit([{ vin: VIN, brand: 'audi', tags: {} }]));
        expect(error).toMatchObject({ code: 'PROVIDER_BAD_REPLY', status, retryable: true });
      }
    },
  );

  test('an address that does not exist is not a refusal of the list', async () => {
    const { client } = await connect({ '*': { status: 404, body: problem('Not found') } });
    expect((await failureOf(client.list())).code).toBe('PROVIDER_BAD_REPLY');
  });
});
