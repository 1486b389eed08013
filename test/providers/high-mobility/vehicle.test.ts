import type { ProviderErrorCode } from '../../../src/providers/provider-error';
import { closeAll, connect, failureOf, VEHICLES, VIN } from './harness';

const GET = `GET ${VEHICLES}/${VIN}`;
const DELETE = `DELETE ${VEHICLES}/${VIN}`;
const problem = (title: string, detail?: string) => ({ errors: [{ title, detail, source: 'vin' }] });

afterEach(closeAll);

describe('read', () => {
  test('gives the clearance of the VIN', async () => {
    const { client } = await connect({ [GET]: { body: { vin: VIN, status: 'approved', brand: 'audi' } } });
    expect(await client.read(VIN)).toMatchObject({ vin: VIN, status: 'approved', brand: 'audi' });
  });

  test.each([
    ['in the documented form', problem('Not found')],
    ['without words', undefined],
  ])('gives null for a VIN that the provider does not know, said %s', async (_, body) => {
    const { client } = await connect({ [GET]: { status: 404, body } });
    expect(await client.read(VIN)).toBeNull();
  });

  test.each([
    ['HTML', '<html>404 Not Found</html>'],
    ['JSON of something else', { message: 'no Route matched with those values' }],
  ])('does not take a 404 in %s for the word of the provider', async (_, body) => {
    const { client } = await connect({ [GET]: { status: 404, body } });
    const error = await failureOf(client.read(VIN));
    expect(error).toMatchObject({ code: 'PROVIDER_BAD_REPLY', status: 404, details: { vin: VIN } });
  });

  test('does not take the record of another vehicle', async () => {
    const { client } = await connect({ [GET]: { body: { vin: 'WAUZZZ8V5KA000002', status: 'approved' } } });
    expect((await failureOf(client.read(VIN))).code).toBe('PROVIDER_BAD_REPLY');
  });

  test('takes its own VIN in another case', async () => {
    const { client } = await connect({ [GET]: { body: { vin: VIN.toLowerCase(), status: 'approved' } } });
    expect(await client.read(VIN)).toMatchObject({ vin: VIN });
  });

  test.each([{ vin: VIN }, { status: 'approved' }, { vin: VIN, status: 1 }, [], null])(
    'refuses a reply of the wrong shape: %j',
    async (body) => {
      const { client } = await connect({ [GET]: { body } });
      expect((await failureOf(client.read(VIN))).code).toBe('PROVIDER_BAD_REPLY');
    },
  );

  test('a VIN stays one part of the address, whatever it holds', async () => {
    const { client, server } = await connect({ '*': { status: 404 } });
    await client.read('../a/b?c=d#e%2f\r\nx: y');
    expect(server.requests.at(-1)?.url).toBe(`${VEHICLES}/..%2Fa%2Fb%3Fc%3Dd%23e%252f%0D%0Ax%3A%20y`);
  });

  test.each(['', '.', '..'])('a VIN "%s" that would change the address is not sent', async (vin) => {
    const { client, server } = await connect({ '*': { status: 404 } });
    expect((await failureOf(client.read(vin))).code).toBe('PROVIDER_REFUSED');
    expect((await failureOf(client.withdraw(vin))).code).toBe('PROVIDER_REFUSED');
    expect(server.requests).toEqual([]);
  });
});

describe('withdraw', () => {
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
    expect(await client.withdraw(VIN)).toEqual({ outcome, detail: detail ?? title });
  });

  test('waits rather than ends when the provider gives two meanings at once', async () => {
    const errors = [
      { title: 'Conflict', detail: 'Clearance is already removed' },
      { title: 'Conflict', detail: 'Clearance is in transition mode' },
    ];
    const { client } = await connect({ [DELETE]: { status: 409, body: { errors } } });
    expect(await client.withdraw(VIN)).toMatchObject({ outcome: 'in-transition' });
  });

  test.each([409, 422, 404])('a %i without words is an answer, one of HTML is not', async (status) => {
    const { client } = await connect({ [DELETE]: [{ status }, { status, body: '<p>conflict</p>' }] });
    expect(await client.withdraw(VIN)).toEqual({
      outcome: status === 404 ? 'absent' : 'refused',
      detail: '',
    });
    expect((await failureOf(client.withdraw(VIN))).code).toBe('PROVIDER_BAD_REPLY');
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
    for (const call of [client.read(VIN), client.withdraw(VIN), client.list()]) {
      const error = await failureOf(call);
      expect(error).toMatchObject({ code, status });
      expect(error.message).toContain('the detail');
    }
  });

  test('a refusal in HTML is not final: something in between said it', async () => {
    const { client } = await connect({ '*': { status: 400, body: '<html>Bad Request</html>' } });
    expect((await failureOf(client.read(VIN))).retryable).toBe(true);
  });

  test('an address that does not exist is not a refusal of the list', async () => {
    const { client } = await connect({ '*': { status: 404, body: problem('Not found') } });
    expect((await failureOf(client.list())).code).toBe('PROVIDER_BAD_REPLY');
  });
});
