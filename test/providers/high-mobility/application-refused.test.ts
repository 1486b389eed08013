import { closeAll, connect, failureOf, VEHICLES, VIN } from './harness';

afterEach(closeAll);

const refusal = (error: object) => ({ status: 422, body: { errors: [error] } });

const ABOUT_APPLICATION = [
  { title: 'application is not configured' },
  { title: 'Unprocessable Entity', detail: 'The application is not configured.' },
  { title: 'Unprocessable Entity', detail: 'This service account is not associated with a fleet.' },
];
const ABOUT_SOME = [
  { title: 'is invalid', source: 'brand' },
  { title: 'not enabled', source: 'brand', detail: 'application is not enabled' },
  { title: 'The brand is not activated for the application' },
  { title: 'Unprocessable Entity', detail: 'the application is not configured for this brand' },
  { title: 'not supported', source: 'vin', detail: 'cancellation is not supported for this vin' },
];

test.each(ABOUT_APPLICATION)('%j is about the application, in a POST and in a DELETE', async (error) => {
  const { client } = await connect({
    [`POST ${VEHICLES}`]: refusal(error),
    [`DELETE ${VEHICLES}/${VIN}`]: refusal(error),
  });
  const submitted = await failureOf(client.submit([{ vin: VIN, brand: 'bmw', tags: {} }]));
  expect(submitted).toMatchObject({ code: 'PROVIDER_APPLICATION_REFUSED', retryable: true, status: 422 });
  expect(submitted.next).toMatch(/the application in the console of High Mobility/);
  expect(await failureOf(client.withdraw(VIN))).toMatchObject({ code: 'PROVIDER_APPLICATION_REFUSED' });
});

test.each(ABOUT_SOME)('%j is about some vehicles', async (error) => {
  const { client } = await connect({
    [`POST ${VEHICLES}`]: refusal(error),
    [`DELETE ${VEHICLES}/${VIN}`]: refusal(error),
  });
  const submitted = await failureOf(client.submit([{ vin: VIN, brand: 'bmw', tags: {} }]));
  expect(submitted.code).toBe('PROVIDER_REFUSED');
  expect(['refused', 'not-supported']).toContain((await client.withdraw(VIN)).outcome);
});
