import {
  closeAll,
  connect,
  failureOf,
  GERMAN,
  NORWEGIAN,
  refusal,
  SERVICES,
  TOKEN_ROUTE,
  VEHICLES,
} from './harness';

afterEach(closeAll);

describe('vehicles', () => {
  test('are read with their times, and a row without a plate is told, and stays one that may be some plate', async () => {
    const unread: unknown[] = [];
    const { client } = await connect(
      {
        [`GET ${VEHICLES}`]: {
          body: [
            {
              license_plate_number: 'AA12345',
              country_code: 'NO',
              created_at: '2022-06-15T12:30:00+0200',
              beta: 1,
            },
            { license_plate_number: 'HDBB56789', country_code: 'DE', subdivision: 'HD' },
            { license_plate_number: 'AA1', country_code: 'Norway' },
            null,
          ],
        },
      },
      { onUnread: (row) => unread.push(row.index) },
    );
    expect(await client.vehicles()).toEqual({
      vehicles: [
        { plate: NORWEGIAN, addedAt: Date.parse('2022-06-15T10:30:00Z') },
        { plate: { country: 'DE', number: 'HDBB56789', subdivision: 'HD' }, addedAt: null },
      ],
      unread: ['AA1', null],
    });
    expect(unread).toEqual([2, 3]);
  });

  test('a vehicle is added by its plate, and its answer may carry the subdivision in front', async () => {
    const { client, server } = await connect({
      [`POST ${VEHICLES}`]: {
        body: {
          license_plate_number: 'HDBB12345',
          country_code: 'DE',
          subdivision: 'HD',
          created_at: '2022-11-05T09:15:02+0000',
        },
      },
    });
    expect(await client.add(GERMAN)).toMatchObject({ plate: GERMAN });
    expect(JSON.parse(server.to(`POST ${VEHICLES}`)[0]?.body ?? '')).toEqual({
      license_plate_number: 'HDBB12345',
      country_code: 'DE',
      subdivision: 'HD',
    });
  });

  test('a vehicle is removed and detached by its plate', async () => {
    const { client, server } = await connect({
      [`DELETE ${VEHICLES}`]: { body: '' },
      [`POST ${VEHICLES}/detach`]: { body: '' },
    });
    await client.remove(NORWEGIAN);
    await client.detach(NORWEGIAN);
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      TOKEN_ROUTE,
      `DELETE ${VEHICLES}?license_plate_number=AA12345&country_code=NO`,
      `POST ${VEHICLES}/detach`,
    ]);
  });
});

test.each([
  ['query_limit_error', 400, 'PROVIDER_RATE_LIMITED'],
  ['query_limit_error', 200 + 300, 'PROVIDER_RATE_LIMITED'],
  ['server_communication_error', 400, 'PROVIDER_UNAVAILABLE'],
  ['internal_server_error', 400, 'PROVIDER_UNAVAILABLE'],
  ['fleet_vehicle_save_error', 400, 'PROVIDER_UNSETTLED'],
  ['fleet_vehicle_delete_error', 500, 'PROVIDER_UNSETTLED'],
  ['forbidden', 403, 'PROVIDER_FORBIDDEN'],
  ['authentication_error', 401, 'PROVIDER_CREDENTIALS'],
  ['missing_property', 400, 'PROVIDER_REFUSED'],
])('the error id %s with status %d is %s', async (id, status, code) => {
  const { client } = await connect({ [`POST ${VEHICLES}`]: refusal(status, id, 'In its words.') });
  const error = await failureOf(client.add(NORWEGIAN));
  expect(error.code).toBe(code);
  expect(error.message).toContain(`${id}: In its words.`);
});

test('too many calls are a wait of a minute, because Autopay names none', async () => {
  const { client } = await connect({ [`GET ${VEHICLES}`]: refusal(400, 'query_limit_error') });
  expect((await failureOf(client.vehicles())).retryAfter).toBe(60_000);
});

test('what is not Autopay that answers decides nothing', async () => {
  const { client } = await connect({ [`POST ${VEHICLES}`]: { status: 400, body: '<html>proxy</html>' } });
  expect((await failureOf(client.add(NORWEGIAN))).code).toBe('PROVIDER_BAD_REPLY');
});

test('a wrong secret is a trouble of the credential', async () => {
  const { client } = await connect({ [TOKEN_ROUTE]: { status: 401, body: { error: 'access_denied' } } });
  const error = await failureOf(client.vehicles());
  expect(error.code).toBe('PROVIDER_CREDENTIALS');
  expect(error.message).toContain('access_denied');
});

test('an id of a service cannot become another address', async () => {
  const { client, server } = await connect({ '*': { body: '' } });
  await client.decline('../vehicles?x');
  expect(server.requests.at(-1)?.url).toBe(`${SERVICES}/..%2Fvehicles%3Fx/decline`);
});

test('a hundred calls at once ask for one token', async () => {
  const { client, server } = await connect({ [`GET ${VEHICLES}`]: { body: [] } });
  await Promise.all(Array.from({ length: 100 }, () => client.vehicles()));
  expect(server.to(TOKEN_ROUTE)).toHaveLength(1);
});
