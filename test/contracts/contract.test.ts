import {
  expectReplyMatches,
  expectRequestMatches,
  expectWebhookMatches,
  replyViolations,
  requestViolations,
  webhookViolations,
} from './contract';

const VEHICLES = '/v1/fleets/vehicles';
const clearance = {
  vin: 'VIN0TESTVIN000000',
  status: 'rejected',
  brand: 'nissan',
  changelog: [
    { timestamp: '2025-01-12T09:36:51', status: 'pending' },
    { timestamp: '2025-01-22T10:42:14', status: 'rejected', reason: 'privacy mode is enabled' },
  ],
};

describe('the contract accepts', () => {
  test('a submission with tags and with control measures', () => {
    expectRequestMatches('POST', VEHICLES, {
      vehicles: [
        {
          vin: 'VIN012345678901234',
          brand: 'audi',
          tags: { 'vw-group-customer-name': 'Car Operations Ltd.' },
        },
        {
          vin: '2HM00000000000001',
          brand: 'sandbox',
          control_measures: { odometer: { value: 2050, unit: 'kilometers' } },
        },
      ],
    });
  });

  test('a documented filter, in the path or on its own', () => {
    const filter = JSON.stringify({ status: { operator: 'in', value: ['pending'] } });
    expectRequestMatches('GET', VEHICLES, undefined, { filter });
    expectRequestMatches('get', `${VEHICLES}?filter=${encodeURIComponent(filter)}`);
  });

  test('a clearance with zone-less times, as text and as an object', () => {
    expectReplyMatches('GET', VEHICLES, 200, JSON.stringify([clearance]));
    expectReplyMatches('GET', `${VEHICLES}/VIN0TESTVIN000000`, 200, clearance);
  });

  test('a reply without a documented body', () => {
    expectReplyMatches('GET', VEHICLES, 500, '<html>');
  });
});

describe('the contract refuses', () => {
  test.each([
    ['an unknown path', 'POST', '/v1/fleet/vehicles', {}, 'is not in the contract'],
    ['an unknown method', 'PUT', VEHICLES, {}, 'is not in the contract'],
    ['a missing list', 'POST', VEHICLES, {}, "required property 'vehicles'"],
    ['an unknown brand', 'POST', VEHICLES, { vehicles: [{ vin: 'X', brand: 'lada' }] }, '/vehicles/0/brand'],
    ['a misspelt field', 'POST', VEHICLES, { vehicles: [{ vin: 'X', brand: 'bmw', tag: {} }] }, 'additional'],
    ['a body where there is none', 'DELETE', `${VEHICLES}/X`, {}, 'has no body'],
    ['no body where there is one', 'POST', '/v1/access_tokens', undefined, 'body is missing'],
    ['a filter that is no JSON', 'GET', `${VEHICLES}?filter=pending`, undefined, 'query filter'],
    ['an unknown query', 'GET', `${VEHICLES}?page=2`, undefined, 'query page'],
  ])('%s', (_, method, path, body, violation) => {
    expect(requestViolations(method, path, body).join('\n')).toContain(violation);
  });

  test('an unknown status code, an unknown status and an unknown field of a reply', () => {
    expect(replyViolations('GET', VEHICLES, 204)).toEqual(['status 204 is not in the contract']);
    expect(replyViolations('GET', VEHICLES, 200, [{ ...clearance, status: 'error' }])).not.toEqual([]);
    expect(replyViolations('GET', VEHICLES, 200, [{ ...clearance, id: 1 }])).not.toEqual([]);
    expect(() => expectReplyMatches('GET', VEHICLES, 404, {})).toThrow('breaks the contract');
  });
});

describe('a webhook', () => {
  const headers = {
    'X-HM-Signature-256': `sha256=${'0'.repeat(64)}`,
    'X-HM-Delivery': 'c0ffee00-0000-4000-8000-000000000000',
    'Content-Type': 'application/json',
  };
  const event = { type: 'fleet_clearance_changed', received_at: '2025-01-22T10:42:14.000000Z' };

  test('is accepted for a change and for a ping', () => {
    expectWebhookMatches(headers, { vehicle: { vin: 'X' }, event: { ...event, action: 'approved' } });
    expectWebhookMatches(headers, { event: { type: 'ping', received_at: '2025-01-22T10:42:14.000000Z' } });
  });

  test('is refused without its signature, and for a state that is never announced', () => {
    const body = { vehicle: { vin: 'X' }, event: { ...event, action: 'approved' } };
    expect(webhookViolations({ ...headers, 'X-HM-Signature-256': undefined }, body)).toEqual([
      'header x-hm-signature-256 is missing',
    ]);
    expect(webhookViolations(headers, { ...body, event: { ...event, action: 'pending' } })).not.toEqual([]);
  });
});
