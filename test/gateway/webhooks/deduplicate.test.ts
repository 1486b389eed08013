import type { ClaimOutcome, VehicleClaim } from '../../../src/gateway/webhooks/claim-delivery';
import { deduplicate } from '../../../src/gateway/webhooks/deduplicate';
import { APP } from '../../support/application';
import { VIN } from '../support';

/** A sink whose claims become durable, or fail, when the test says so. */
class HeldSink {
  readonly claims: VehicleClaim[] = [];
  private readonly held: { resolve: (outcome: ClaimOutcome) => void; reject: (error: Error) => void }[] = [];

  deliver(claim: VehicleClaim): Promise<ClaimOutcome> {
    this.claims.push(claim);
    return new Promise((resolve, reject) => this.held.push({ resolve, reject }));
  }
  settle(outcome: ClaimOutcome): void {
    for (const { resolve } of this.held.splice(0)) resolve(outcome);
  }
  fail(): void {
    for (const { reject } of this.held.splice(0)) reject(new Error('away'));
  }
}

let time: number;
let sink: HeldSink;
let claims: ReturnType<typeof deduplicate>;
beforeEach(() => {
  time = 0;
  sink = new HeldSink();
  const now = () => time;
  claims = deduplicate(sink, {
    deliveries: { keepFor: 3_600_000, atMost: 1_000, now },
    latest: { keepFor: 60_000, atMost: 1_000, now },
  });
});

const claim = (
  status: string,
  deliveryId: string | null,
  more: Partial<VehicleClaim> = {},
): VehicleClaim => ({
  ...APP,
  vin: VIN,
  status,
  reason: null,
  deliveryId,
  providerTime: null,
  ...more,
});

/** Hands a claim over and lets it end so. */
async function deliver(of: VehicleClaim, outcome: ClaimOutcome = 'delivered'): Promise<ClaimOutcome> {
  const delivered = claims.deliver(of);
  sink.settle(outcome);
  return delivered;
}

describe('a delivery that comes again', () => {
  test("is known by the provider's time whatever id it has now, also in turn with others of the vehicle", async () => {
    const [approved, revoked] = ['approved', 'revoked'].map((status, day) => (id: string) => {
      return claim(status, id, { providerTime: `2026-03-0${day + 1}T00:00:00.000Z` });
    }) as [(id: string) => VehicleClaim, (id: string) => VehicleClaim];
    await deliver(approved('d1'));
    await deliver(revoked('d2'));
    for (let round = 0; round < 20; round += 1) {
      time += 30_000;
      expect(await deliver(approved(`a${round}`))).toBe('duplicate');
      expect(await deliver(revoked(`r${round}`))).toBe('duplicate');
    }
    expect(sink.claims).toHaveLength(2);
  });

  test('is known by its id and content, for an hour', async () => {
    expect(await deliver(claim('approved', 'd1'))).toBe('delivered');
    await deliver(claim('revoked', 'd2'));
    time = 3_599_999;
    expect(await deliver(claim('approved', 'd1'))).toBe('duplicate');
    expect(sink.claims).toHaveLength(2);
    time = 3_600_000;
    expect(await deliver(claim('approved', 'd1'))).toBe('delivered');
  });

  test('is another one when only its id is the same: the provider signs the body, not the id', async () => {
    await deliver(claim('approved', 'd1'));
    expect(await deliver(claim('revoked', 'd1'))).toBe('delivered');
    expect(await deliver(claim('approved', 'd1', { vin: 'WBA8E9G50GNT90001' }))).toBe('delivered');
  });
});

describe('a claim that says again what was said last of the vehicle', () => {
  test('is a duplicate for a minute, whatever its id', async () => {
    await deliver(claim('approved', 'd1'));
    time = 59_999;
    expect(await deliver(claim('approved', 'd2'))).toBe('duplicate');
    expect(await deliver(claim('approved', null))).toBe('duplicate');
    time = 60_000;
    expect(await deliver(claim('approved', 'd3'))).toBe('delivered');
  });

  test('is news when something else was said in between: approved, revoked, approved', async () => {
    const outcomes = [];
    for (const [index, status] of ['approved', 'revoked', 'approved'].entries()) {
      outcomes.push(await deliver(claim(status, `d${index}`)));
    }
    expect(outcomes).toEqual(['delivered', 'delivered', 'delivered']);
  });

  test.each<[string, Partial<VehicleClaim>]>([
    ['reason', { reason: 'privacy mode is enabled' }],
    ["provider's time", { providerTime: '2025-01-22T10:42:14.000Z' }],
    ['vehicle', { vin: 'WBA8E9G50GNT90001' }],
  ])('is news with another %s', async (_what, more) => {
    await deliver(claim('rejected', 'd1'));
    expect(await deliver(claim('rejected', 'd2', more))).toBe('delivered');
  });
});

describe('two at the same time', () => {
  test('share one signal, and neither is answered before it is durable', async () => {
    const answered: string[] = [];
    const first = claims.deliver(claim('approved', 'd1')).then((outcome) => answered.push(outcome));
    const second = claims.deliver(claim('approved', 'd1')).then((outcome) => answered.push(outcome));
    await new Promise(setImmediate);
    expect(answered).toEqual([]);
    sink.settle('delivered');
    await Promise.all([first, second]);
    expect(answered.sort()).toEqual(['delivered', 'duplicate']);
    expect(sink.claims).toHaveLength(1);
  });

  test('fail together, and the next one is tried again', async () => {
    const both = [claims.deliver(claim('approved', 'd1')), claims.deliver(claim('approved', 'd2'))];
    sink.fail();
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await deliver(claim('approved', 'd1'))).toBe('delivered');
    expect(sink.claims).toHaveLength(2);
  });
});

test('a vehicle without an activation is looked up again: it may have one by then', async () => {
  expect(await deliver(claim('approved', 'd1'), 'unknown-vehicle')).toBe('unknown-vehicle');
  expect(await deliver(claim('approved', 'd1'))).toBe('delivered');
});
