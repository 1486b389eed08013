import { Parkings } from '../../src/parkings/parkings';
import { Payments } from '../../src/parkings/payments';
import { type AutopaySimulator, startAutopaySimulator } from '../../src/trial/simulator/autopay/simulator';
import { parkingId } from '../../workflows/contract/parking';
import { tokensId } from '../../workflows/contract/tokens';
import { eventually } from '../support/command-line';
import { allRuns, problemsOf } from '../support/histories';
import { Stage } from '../support/stage';
import { ownNamespace } from '../sweep/namespace';

const DAY = 86_400_000;
/** Killed in the middle of leaving, each at another point. `KILLS=50` for more of them. */
const KILLS = Number(process.env['KILLS'] ?? 5);
const PATIENCE = 600_000 + KILLS * 30_000;
const POLICY = { detachOnAdding: true, declineOnLeaving: false, longStay: DAY, runningPatience: 0 };
const SECRETS = ['the-secret-of-the-first', 'the-secret-of-the-second'] as const;
const plateOf = (index: number) => ({ country: 'NO', number: `AB${10_000 + index}`, subdivision: null });
const shownOf = (index: number) => ({ license_plate_number: `AB${10_000 + index}`, country_code: 'NO' });

/** With worker processes, on a server and with a provider that are real. */
describe('a plate at the provider of parking', () => {
  let stage: Stage;
  let autopay: AutopaySimulator;
  let parkings: Parkings;
  let payments: Payments;
  let worker: Awaited<ReturnType<Stage['worker']>>;

  beforeAll(async () => {
    autopay = await startAutopaySimulator({
      seed: 1,
      credentials: [
        { clientId: 'first', clientSecret: SECRETS[0], operator: 'operator-1', level: 'medium' },
        { clientId: 'second', clientSecret: SECRETS[1], operator: 'operator-2', level: 'small' },
      ],
    });
    stage = await Stage.open({
      temporal: await ownNamespace('parkings'),
      environment: {
        VIN_SPEED: '1',
        VIN_PARKING: 'autopay:default,autopay:oslo',
        AUTOPAY_BASE_URL: autopay.url,
        AUTOPAY_AUTH_URL: autopay.url,
        AUTOPAY_CLIENT_ID: 'first',
        AUTOPAY_CLIENT_SECRET: SECRETS[0],
        AUTOPAY_OSLO_CLIENT_ID: 'second',
        AUTOPAY_OSLO_CLIENT_SECRET: SECRETS[1],
        AUTOPAY_OSLO_LEVEL: 'small',
      },
    });
    parkings = new Parkings(stage.client, 'autopay');
    payments = new Payments(stage.client, 'autopay');
    worker = await stage.worker(100);
  });
  afterAll(async () => {
    await stage?.close();
    await autopay?.close();
  });

  const reached = (index: number, step: string) =>
    eventually(
      () => parkings.report(plateOf(index)),
      (report) => report.complete && report.step === step,
      PATIENCE,
    );

  it('comes, is locked at a return, and leaves: payments locked, out of private profiles, read back as absent', async () => {
    const vehicle = { plate: plateOf(0), vin: 'WBA8E9G50GNT00001', fleet: 'acme' };
    // By its plate alone: whoever says later which vehicle it is has it found by its VIN.
    expect((await parkings.add({ ...vehicle, vin: null }, POLICY)).outcome).toBe('added');
    expect((await parkings.add(vehicle, POLICY)).outcome).toBe('named');
    await eventually(
      () => parkings.list({ vin: vehicle.vin }),
      (found) => found.length === 1,
    );
    await reached(0, 'in-fleet');
    await eventually(
      async () => autopay.fleet().find(shownOf(0))?.isAttached,
      (isAttached) => isAttached === false,
    );
    expect((await parkings.add(vehicle, POLICY)).outcome).toBe('already');
    await expect(parkings.add({ ...vehicle, fleet: 'other', vin: null }, POLICY)).rejects.toMatchObject({
      code: 'PLATE_TAKEN',
    });

    const first = autopay.use({ plate: shownOf(0) });
    autopay.end(first.id);
    const shown = await payments.services({ plate: plateOf(0), to: Date.now() + DAY });
    expect(shown).toMatchObject([
      { application: 'default', outcome: 'shown', services: [{ id: first.id, cost: { currency: 'NOK' } }] },
      { application: 'oslo', outcome: 'no-level', services: [] },
    ]);
    await payments.lock({ plate: plateOf(0), to: Date.now() + DAY }, 'ops');
    expect(first.locks).toBeGreaterThan(0);
    const { totals } = await eventually(
      () => parkings.report(plateOf(0)),
      ({ history }) => history.some(({ note }) => note === '1 payments are locked, says ops'),
    );
    expect(totals).toEqual([{ currency: 'NOK', gross: 25, count: 1 }]);
    await payments.decline(first.id, 'ops');
    expect(first.isDeclined).toBe(true);
    await expect(payments.decline('nobody-knows', 'ops')).rejects.toMatchObject({ code: 'SERVICE_UNKNOWN' });

    const second = autopay.use({ plate: shownOf(0) });
    autopay.end(second.id);
    expect((await parkings.remove(plateOf(0), { by: 'ops', reason: 'sold' })).outcome).toBe('leaving');
    const left = await reached(0, 'ended');
    expect(autopay.fleet().find(shownOf(0))).toBeUndefined();
    expect(second.locks).toBeGreaterThan(0);
    expect(left.locked).toMatchObject([
      { application: 'default', outcome: 'locked', locked: [{ id: second.id }], unlocked: [] },
      { application: 'oslo', outcome: 'no-level', words: expect.stringContaining('level small') },
    ]);
    await eventually(
      () => parkings.remove(plateOf(0)),
      ({ outcome }) => outcome === 'left',
    );
  });

  it('that has changed hands leaves for the one and begins again for the other', async () => {
    await parkings.add({ plate: plateOf(1), fleet: 'acme' }, POLICY);
    await reached(1, 'in-fleet');
    const before = autopay.calls.length;
    const transfer = { transfer: true };
    expect((await parkings.add({ plate: plateOf(1), fleet: 'other' }, POLICY, transfer)).outcome).toBe(
      'transferred',
    );
    await eventually(
      () => parkings.report(plateOf(1)),
      ({ fleet, step }) => fleet === 'other' && step === 'in-fleet',
    );
    // A call whose reply comes too late is made again.
    const kinds = autopay.calls
      .slice(before)
      .flatMap(({ call }) => (call === 'add' || call === 'remove' ? [call] : []));
    expect(kinds.filter((kind, index) => kind !== kinds[index - 1])).toEqual(['remove', 'add']);
  });

  it(
    `whose worker is killed at ${KILLS} points of leaving leaves once, with every payment locked, and with the same token`,
    async () => {
      const indexes = Array.from({ length: KILLS }, (_, index) => 100 + index);
      for (const index of indexes) await parkings.add({ plate: plateOf(index) }, POLICY);
      for (const index of indexes) await reached(index, 'in-fleet');
      const uses = indexes.map((index) => {
        const use = autopay.use({ plate: shownOf(index) });
        autopay.end(use.id);
        return use;
      });
      const points = ['lock', 'services', 'detach', 'remove', 'vehicles'] as const;
      for (const [round, index] of indexes.entries()) {
        const point = points[round % points.length] ?? 'lock';
        // It carries the call out after its caller is gone: the reply is lost.
        autopay.setFault({ on: point, kind: 'delay', milliseconds: 1_000 });
        const before = autopay.calls.length;
        await parkings.remove(plateOf(index));
        await eventually(
          async () => autopay.calls.slice(before).some(({ call }) => call === point),
          (isThere) => isThere,
          PATIENCE,
        );
        await stage.end(worker, 'SIGKILL');
        worker = await stage.worker([50, 2, 0][round % 3] as number);
      }
      for (const index of indexes) {
        const { execution } = await eventually(
          () => parkings.row(plateOf(index)),
          // It is open until those who have to hear of its end were told.
          (row) => row.step === 'ended' && row.execution !== 'RUNNING',
          PATIENCE,
        );
        expect(execution).toBe('COMPLETED');
        expect(autopay.fleet().find(shownOf(index))).toBeUndefined();
      }
      expect(uses.filter(({ locks }) => locks === 0)).toEqual([]);
      // One for each credential that was used, over all workers and restarts.
      expect(autopay.tokens()).toEqual({ first: 1 });
    },
    10 * PATIENCE,
  );

  it('leaves no token in a history, and histories that replay', async () => {
    const runs = await allRuns(stage.client);
    expect(await problemsOf(runs)).toEqual([]);
    const handle = stage.client.workflow.getHandle(tokensId({ provider: 'autopay', application: 'default' }));
    const written = JSON.stringify(await handle.fetchHistory());
    for (const token of autopay.grantedTokens()) {
      expect(written).not.toContain(Buffer.from(token).toString('base64').slice(0, 24));
      expect(written).not.toContain(token);
    }
    expect(parkingId('autopay', plateOf(0))).toBe('parking:autopay:NO-AB10000');
  });
});
