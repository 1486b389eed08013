import { TASK_QUEUE } from '../../workflows/contract/task-queues';
import { sent, startActivations } from '../support/activations';
import { answered, eventually } from '../support/command-line';
import { allRuns, problemsOf } from '../support/histories';
import { Stage } from '../support/stage';
import { ownNamespace } from '../sweep/namespace';
import { quietWorkers } from '../workflows/harness';

const CANCELLED = 'WBA8E9G50GNT00001';
const DEFLEETED = 'WBA8E9G50GNT00002';
const LEFT_ALONE = 'WBA8E9G50GNT00003';
const FLEET = [CANCELLED, DEFLEETED, LEFT_ALONE];

/** Its first POST is made inside of a local activity, of which a lost worker leaves nothing in the history. */
describe('a worker that is killed after its POST, before it has recorded anything', () => {
  let stage: Stage;

  beforeAll(async () => {
    quietWorkers();
    stage = await Stage.open({ temporal: await ownNamespace('lost-worker') });
    const { simulator, activations } = stage;
    for (const vin of FLEET) simulator.script(vin, [{ status: 'approved', after: 0 }]);
    const late = { on: 'submit', kind: 'late-reply', milliseconds: 60_000, times: FLEET.length } as const;
    simulator.setFault(late);
    const worker = await stage.worker(100);
    // A task that takes longer than most of its time is recorded in parts: on a busy machine the three do not arrive at once.
    await startActivations(stage.client, FLEET, TASK_QUEUE, { workflowTaskTimeout: '30 seconds' });
    await simulator.ledger.until(({ clearances }) => clearances.length === FLEET.length);
    await stage.end(worker, 'SIGKILL');
    simulator.clearFaults();

    // While no worker is there.
    await stage.handle(CANCELLED).cancel();
    const asked = await sent(
      activations,
      'defleet',
      DEFLEETED,
      { by: 'ops', reason: 'sold' },
      { patience: 0 },
    );
    expect(asked.outcome).toBe('queued');
    for (const vin of FLEET) {
      const { events } = await stage.handle(vin).fetchHistory();
      expect(events?.some((event) => event.workflowTaskCompletedEventAttributes)).toBe(false);
    }
    await stage.worker(0);
  });
  afterAll(() => stage?.close());

  const execution = async (vin: string) => (await stage.handle(vin).describe()).status.name;

  it.each([
    ['cancelled in Temporal', CANCELLED, 'CANCELLED'],
    ['defleeted', DEFLEETED, 'COMPLETED'],
  ])(
    'a vehicle that is %s meanwhile: its clearance is found and withdrawn, and the end waits for it',
    async (_, vin, ended) => {
      await eventually(
        async () => stage.statusAtProvider(vin),
        (status) => status === 'revoking',
      );
      // It looks, and looks again: the provider is not done.
      await eventually(
        () => stage.activations.report(vin),
        ({ attempts }) => (attempts?.read ?? 0) >= 2,
      );
      expect(await execution(vin)).toBe('RUNNING');
      stage.simulator.setStatus(vin, 'revoked');
      await eventually(
        () => execution(vin),
        (status) => status === ended,
      );
      expect(await answered(() => stage.activations.row(vin))).toMatchObject({ status: 'revoked' });
    },
  );

  it('a vehicle that nobody asked to leave has exactly one clearance, approved', async () => {
    await eventually(
      () => stage.activations.report(LEFT_ALONE),
      ({ status, settled }) => status === 'approved' && settled === true,
    );
    expect(stage.statusAtProvider(LEFT_ALONE)).toBe('approved');
  });

  it('no vehicle was submitted twice, and every history replays', async () => {
    const { clearances, repeats } = stage.simulator.ledger;
    expect(clearances.map(({ vin }) => vin).sort()).toEqual(FLEET);
    expect(repeats).toEqual([]);
    expect(await problemsOf(await allRuns(stage.client))).toEqual([]);
  });
});
