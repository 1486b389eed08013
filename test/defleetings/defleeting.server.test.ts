import { randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Activations } from '../../src/activations/activations';
import { Certificates } from '../../src/activations/certificates';
import { temporaryFolder } from '../../src/base/temporary-folder';
import { verifyFile } from '../../src/certificates/verify';
import { Defleetings, type NewDefleeting } from '../../src/defleetings/defleetings';
import { leaveAll as leaveOnce, stayAnywhere as stayOnce } from '../../src/defleetings/leave';
import { Parkings } from '../../src/parkings/parkings';
import { type AutopaySimulator, startAutopaySimulator } from '../../src/trial/simulator/autopay/simulator';
import type { Envelope } from '../../workflows/contract/messages';
import { newKey } from '../certificates/support';
import { Random } from '../simulation/random';
import { wholeReport } from '../support/activations';
import { answered, eventually } from '../support/command-line';
import { allRuns, problemsOf } from '../support/histories';
import { freshId, Stage } from '../support/stage';
import { ownNamespace } from '../sweep/namespace';
import { quietWorkers } from '../workflows/harness';

const MANAGED = 'WBA8E9G50GNT00001';
const UNMANAGED = 'WBA8E9G50GNT00002';
const NOBODYS = 'WBA8E9G50GNT00003';
const PENDING = 'WF0EXXTTREN451908';
const REGRETTED = 'WBA8E9G50GNT00004';
const LATER = 'WBA8E9G50GNT00005';
const PARKED = 'WBA8E9G50GNT00006';
const PLATE = { country: 'NO', number: 'AB12345', subdivision: null };
const DAY = 86_400_000;
const GONE = 'the provider has it no more';
/** Killed in the middle of it, each at another moment, which a seed draws. `npm run kills` for more of them. */
const KILLS = Number(process.env['KILLS'] ?? 3);
const SEED = Number(process.env['KILLS_SEED'] ?? randomInt(2 ** 31));
/** So many events has the defleeting of a vehicle with one access. */
const EVENTS = 57;
/** After one of them, milliseconds: in the middle of what it has begun. */
const MOMENT = 400;
/**
 * Milliseconds: what a killed worker had in hand waits a minute for another, which may be killed with it as well; and where a busy
 * machine loses workflow tasks in a row, each waits for longer than the one before.
 */
const PATIENCE = 600_000 + KILLS * 24_000;
/** How long a worker may take for a message, on a busy machine. */
const LONG = { patience: 120_000 };
const vinOf = (index: number) => `WBA8E9G50GN${String(100_000 + index)}`;

const order = (vin: string, more: Partial<NewDefleeting> = {}): NewDefleeting => ({
  id: freshId(),
  vin,
  reason: 'sold',
  note: null,
  eventDate: null,
  deadline: null,
  by: 'ops',
  role: 'fleet manager',
  onBehalfOf: null,
  channel: 'cli',
  notAfter: null,
  ...more,
});

/** The same orders and messages again, where a busy server has not answered them in time. */
const leaveAll = (...asked: Parameters<typeof leaveOnce>) => answered(() => leaveOnce(...asked));
const stayAnywhere = (activations: Activations, vin: string, message: Envelope) => {
  const same = { id: freshId(), ...message };
  return answered(() => stayOnce(activations, vin, same));
};

/** With worker processes, on a server and with a provider that are real. */
describe('a vehicle that leaves', () => {
  const folder = temporaryFolder('vin-certificates-');
  const key = newKey();
  let stage: Stage;
  let autopay: AutopaySimulator;
  let defleetings: Defleetings;
  let worker: Awaited<ReturnType<Stage['worker']>>;

  beforeAll(async () => {
    quietWorkers();
    const clientSecret = 'the-secret-of-autopay';
    const credential = { clientId: 'first', clientSecret, operator: 'operator-1', level: 'medium' } as const;
    autopay = await startAutopaySimulator({ seed: 1, speed: 3_600, credentials: [credential] });
    stage = await Stage.open({
      temporal: await ownNamespace('defleetings'),
      speed: 3_600,
      environment: {
        VIN_CERTIFICATES: folder.path,
        VIN_CERTIFICATE_KEY: key.privatePem,
        VIN_PARKING: 'autopay:default',
        AUTOPAY_BASE_URL: autopay.url,
        AUTOPAY_AUTH_URL: autopay.url,
        AUTOPAY_CLIENT_ID: 'first',
        AUTOPAY_CLIENT_SECRET: clientSecret,
      },
    });
    defleetings = new Defleetings(stage.client);
    worker = await stage.worker(100);
  });
  afterAll(async () => {
    await stage?.close();
    await autopay?.close();
    folder.remove();
  });

  const activate = async (vin: string, brand = 'bmw') => {
    stage.simulator.script(vin, [{ status: 'approved', after: 0 }]);
    await stage.activations.start({ vin, brand });
    await eventually(
      async () => stage.statusAtProvider(vin),
      (status) => status === 'approved',
      PATIENCE,
    );
  };
  const left = (vin: string) =>
    eventually(
      () => defleetings.row(vin),
      // It is open until those who have to hear of its end were told.
      ({ outcome, execution }) => outcome !== null && execution !== 'RUNNING',
      PATIENCE,
    );

  const stays = (vin: string) =>
    eventually(
      () => stage.activations.row(vin),
      ({ leaving, status }) => leaving === null && status !== 'absent',
    );

  it('has its activation withdraw, and is read back; asked twice it is one defleeting', async () => {
    await activate(MANAGED);
    const first = await leaveAll(stage.activations, { ...order(MANAGED), id: 'one' }, {}, LONG);
    expect(first).toMatchObject({ outcome: 'taken', id: 'one' });
    const second = await leaveAll(stage.activations, { ...order(MANAGED), id: 'two' }, {});
    expect(second.next).toMatch(/^It is leaving already, since 20|^It has left/);
    const row = await left(MANAGED);
    expect(row).toMatchObject({
      id: 'one',
      certificate: { number: 1 },
      outcome: 'left',
      parts: [
        { provider: 'high-mobility', state: 'gone', status: 'revoked', readBackAt: expect.any(String) },
      ],
    });
    expect(stage.statusAtProvider(MANAGED)).toBe('revoked');
    const third = await leaveAll(stage.activations, { ...order(MANAGED), id: 'three' }, {});
    expect(third).toMatchObject({
      outcome: 'ended',
      next: expect.stringContaining('It has left: certificate 1'),
    });
  });

  it('with its data and its parking stays open while a stay goes on, and leaves with both once that has ended', async () => {
    await activate(PARKED);
    const parkings = new Parkings(stage.client, 'autopay');
    const policy = { detachOnAdding: false, declineOnLeaving: false, longStay: null };
    // Looked at again after less than a second, and for longer than any test takes.
    const looked = { ...policy, runningPatience: 100_000 * DAY, speed: 36_000 };
    await parkings.add({ plate: PLATE, vin: PARKED }, looked);
    await eventually(
      () => parkings.row(PLATE),
      ({ step }) => step === 'in-fleet',
      PATIENCE,
    );
    const { id } = autopay.use({ plate: { license_plate_number: PLATE.number, country_code: 'NO' } });
    await leaveAll(stage.activations, order(PARKED), {});
    const { parts, certificate } = await eventually(
      () => defleetings.row(PARKED),
      (row) =>
        row.parts.some(({ reason, state }) => reason?.startsWith('A stay goes on') && state === 'leaving'),
      PATIENCE,
    );
    expect(parts).toContainEqual(
      expect.objectContaining({
        ...{ provider: 'autopay', application: 'NO-AB12345', owner: 'driver' },
        reason: expect.stringMatching(/^A stay goes on at .*Quay 1.* since 20/),
      }),
    );
    expect(certificate).toBeNull();
    autopay.end(id);
    const row = await left(PARKED);
    expect(row).toMatchObject({ outcome: 'left', certificate: { number: expect.any(Number) } });
    expect(autopay.fleet().vehicles).toEqual([]);
    const [found] = await eventually(
      () => new Certificates(stage.client).of(PARKED),
      ({ length }) => length > 0,
    );
    const checked = verifyFile(found?.files?.full ?? '', [key]);
    const accesses = checked.ok && checked.content.kind === 'full' ? checked.content.accesses : [];
    const said = accesses.map(({ provider, outcome, readBack }) => [provider, outcome, readBack.words]);
    expect(said.sort()).toEqual([
      ['autopay', 'ended', GONE],
      ['high-mobility', 'ended', 'revoked'],
    ]);
  });

  it('and was onboarded elsewhere is taken over, withdrawn and never submitted', async () => {
    stage.simulator.script(UNMANAGED, [{ status: 'approved', after: 0 }]);
    stage.simulator.add({ vin: UNMANAGED, brand: 'bmw' });
    await defleetings.ask(order(UNMANAGED));
    const row = await left(UNMANAGED);
    expect(row).toMatchObject({ outcome: 'left', parts: [{ state: 'gone', status: 'revoked' }] });
    expect(stage.simulator.ledger.clearances.filter(({ vin }) => vin === UNMANAGED)).toHaveLength(1);
  });

  it('and that no provider knows is read, and gone', async () => {
    await defleetings.ask(order(NOBODYS));
    expect(await left(NOBODYS)).toMatchObject({
      outcome: 'left',
      parts: [{ state: 'gone', status: 'absent' }],
    });
    expect(stage.simulator.ledger.clearances.some(({ vin }) => vin === NOBODYS)).toBe(false);
  });

  it('where a pending clearance cannot be cancelled stays open, is signed for at its deadline, and can be taken back', async () => {
    stage.simulator.script(PENDING, []);
    await stage.activations.start({ vin: PENDING, brand: 'ford', fleet: 'acme' });
    await eventually(
      async () => stage.statusAtProvider(PENDING),
      (status) => status === 'pending',
    );
    // Its deadline is over already: what is open is signed at once, and the vehicle goes on leaving.
    const asked = () => defleetings.ask(order(PENDING, { eventDate: '2026-01-31', deadline: 1 }));
    const isOpen = () =>
      eventually(
        () => defleetings.list({ fleet: 'acme', overdue: true }),
        ([row]) => row?.parts[0]?.state === 'leaving' && row.statementAt !== null,
      );
    await asked();
    await isOpen();
    // What came of it the row says: on a busy machine the answer is that it is queued.
    expect(['taken', 'queued']).toContain((await stayAnywhere(stage.activations, PENDING, {})).outcome);
    expect((await left(PENDING)).outcome).toBe('taken-back');
    await stays(PENDING);

    // Temporal's cancellation means the same.
    expect((await asked()).outcome).toBe('asked');
    await isOpen();
    await stage.client.workflow.getHandle(`defleeting:${PENDING}`).cancel();
    expect(await left(PENDING)).toMatchObject({ outcome: 'taken-back', execution: 'CANCELLED' });

    expect((await asked()).outcome).toBe('asked');
    await isOpen();
    stage.simulator.setStatus(PENDING, 'approved');
    expect(await left(PENDING)).toMatchObject({ outcome: 'left', execution: 'COMPLETED' });
    expect(stage.statusAtProvider(PENDING)).toBe('revoked');
    await expect(defleetings.takeBack(PENDING)).rejects.toMatchObject({ code: 'MESSAGE_REFUSED' });
  });

  it('on a day to come is listed, moved and taken back', async () => {
    await activate(LATER);
    const later = { ...order(LATER, { eventDate: '2099-06-30' }), id: freshId() };
    const reply = await leaveAll(stage.activations, later, {});
    expect(reply.next).toContain('scheduled for 2099-06-30');
    const same = { id: freshId() };
    const moved = await eventually(
      () => defleetings.move(LATER, { eventDate: '2099-07-31' }, same),
      ({ outcome }) => outcome === 'taken',
    );
    expect(moved.next).toContain('2099-07-31');
    await eventually(
      () => defleetings.row(LATER),
      ({ eventDate }) => eventDate === '2099-07-31',
    );
    const back = await defleetings.takeBack(LATER, { id: freshId() });
    expect(['taken', 'queued']).toContain(back.outcome);
    expect(await left(LATER)).toMatchObject({ outcome: 'taken-back', step: 'ended' });
    await eventually(
      () => stage.activations.row(LATER),
      ({ status }) => status === 'approved',
    );
  });

  it('taken back before any worker had heard of it stays, and nothing is withdrawn, also when the same order is asked for again', async () => {
    await activate(REGRETTED);
    await stage.end(worker, 'SIGKILL');
    const asked = () =>
      leaveAll(stage.activations, { ...order(REGRETTED), id: 'regretted' }, {}, { patience: 100 });
    expect(await asked()).toMatchObject({ outcome: 'queued' });
    // What has not left is not started either, wherever its activation has ended.
    const again = () => answered(() => stage.activations.activate({ vin: REGRETTED, brand: 'bmw' }));
    expect(await again()).toMatchObject({ outcome: 'leaving' });
    expect(await stayAnywhere(stage.activations, REGRETTED, { id: 'stay' })).toMatchObject({
      outcome: 'queued',
      next: expect.stringContaining('reads both before it asks anybody'),
    });
    worker = await stage.worker(100);
    // The order, and what takes it back, wait with the defleeting and with the activation: each reads all of it first.
    expect((await left(REGRETTED)).outcome).toBe('taken-back');
    const { answers } = await eventually(
      () => defleetings.report(REGRETTED),
      ({ complete }) => complete,
    );
    expect(answers).toMatchObject([{ id: 'stay', outcome: 'taken' }]);
    expect((await wholeReport(stage.activations, REGRETTED)).attempts.withdraw).toBe(0);
    expect(stage.statusAtProvider(REGRETTED)).toBe('approved');
    // As a batch does for those that it has heard nothing of.
    await expect(asked()).rejects.toMatchObject({ code: 'MESSAGE_REFUSED' });
    expect(await defleetings.row(REGRETTED)).toMatchObject({ step: 'ended', outcome: 'taken-back' });
    expect(await stays(REGRETTED)).toMatchObject({ execution: 'RUNNING' });
    expect(await again()).toMatchObject({ outcome: 'already-active' });
  });

  it(
    'goes on wherever its worker is killed: one end, one set of files',
    async () => {
      process.stderr.write(`kills: seed ${SEED}\n`);
      const random = new Random(SEED);
      for (let index = 0; index < KILLS; index += 1) {
        const vin = vinOf(index);
        if (index % 2 === 0) await activate(vin);
        else {
          stage.simulator.script(vin, [{ status: 'approved', after: 0 }]);
          stage.simulator.add({ vin, brand: 'bmw' });
        }
        await defleetings.ask(order(vin));
        const handle = stage.client.workflow.getHandle(`defleeting:${vin}`);
        const point = random.between(2, EVENTS);
        await eventually(
          () => handle.describe(),
          ({ historyLength, status }) => historyLength >= point || status.name !== 'RUNNING',
          PATIENCE,
        );
        await setTimeout(random.between(0, MOMENT));
        await stage.end(worker, 'SIGKILL');
        worker = await stage.worker([50, 2, 0][index % 3] as number);
      }
      for (let index = 0; index < KILLS; index += 1) {
        const vin = vinOf(index);
        expect(await left(vin)).toMatchObject({ vin, outcome: 'left', execution: 'COMPLETED' });
        expect(stage.statusAtProvider(vin)).toBe('revoked');
        expect(stage.simulator.ledger.clearances.filter((row) => row.vin === vin)).toHaveLength(1);
      }
    },
    10 * PATIENCE,
  );

  it('has exactly one certificate, which anybody can verify, and none while anything is open', async () => {
    // Lists of Temporal lag behind a little.
    const certified = await eventually(
      async () => (await defleetings.list({ all: true })).filter(({ outcome }) => outcome === 'left'),
      ({ length }) => length === 5 + KILLS,
    );
    const found = await eventually(
      async () => {
        const all = [];
        for await (const page of new Certificates(stage.client).pages()) all.push(...page);
        return all;
      },
      ({ length }) => length >= certified.length,
    );
    expect(found.map(({ number }) => number)).toEqual(certified.map((_, index) => index + 1));
    const vins = found.map(({ files }) => {
      const checked = verifyFile(files?.full ?? '', [key]);
      if (!checked.ok) throw new Error(checked.problem);
      const { content } = checked;
      if (content.kind !== 'full') throw new Error(content.kind);
      for (const { outcome, readBack } of content.accesses) {
        expect([outcome, readBack.words]).toEqual([
          'ended',
          expect.stringMatching(/^revoked|knows no such vehicle$|it no more$/),
        ]);
        expect(readBack.at <= content.issuedAt).toBe(true);
      }
      return content.vehicle.vin;
    });
    expect(new Set(vins)).toEqual(new Set(certified.map(({ vin }) => vin)));
    expect(vins).toHaveLength(certified.length);
  });

  it('has histories that replay', async () => {
    expect(await problemsOf(await allRuns(stage.client))).toEqual([]);
  });
});
