import type { Duration } from '@temporalio/common';
import { TASK_QUEUE } from '../../workflows/contract/task-queues';
import { freshVins, sent, startActivations } from '../support/activations';
import { answered, eventually } from '../support/command-line';
import { allRuns, problemsOf } from '../support/histories';
import { Stage } from '../support/stage';
import { ownNamespace } from '../sweep/namespace';
import { quietWorkers } from '../workflows/harness';

/** What becomes of a vehicle while no worker is there. */
const FATES = ['cancelled', 'defleeted', 'left alone'] as const;
type Fate = (typeof FATES)[number];
/**
 * How long a workflow task may take, attempt by attempt. One that takes most of it is recorded in parts, as on a busy machine: then the
 * worker is lost too late, and other vehicles are begun with.
 */
const TASK_TIMES = ['30 seconds', '30 seconds', '1 minute', '2 minutes'] as const;
/** Milliseconds: until the longest of them is over, and a minute more. */
const PATIENCE = 480_000;

/** Its first POST is made inside of a local activity, of which a lost worker leaves nothing in the history. */
describe('a worker that is killed after its POST, before it has recorded anything', () => {
  let stage: Stage;
  let vins: readonly string[] = [];
  const vinOf = (fate: Fate): string => vins[FATES.indexOf(fate)] ?? '';

  beforeAll(async () => {
    quietWorkers();
    stage = await Stage.open({ temporal: await ownNamespace('lost-worker') });
    for (const time of TASK_TIMES) {
      vins = freshVins(FATES.length);
      if (await isLostAfterPost(time)) break;
      await Promise.all(vins.map((vin) => stage.handle(vin).terminate('begun with too slowly')));
    }
    // While no worker is there.
    await stage.handle(vinOf('cancelled')).cancel();
    const asked = await sent(
      stage.activations,
      'defleet',
      vinOf('defleeted'),
      { by: 'ops', reason: 'sold' },
      { patience: 0 },
    );
    expect(asked.outcome).toBe('queued');
    expect(await haveRecords()).toBe(false);
    await stage.worker(0);
  });

  /** Whether the worker was killed before it had recorded anything of them. */
  async function isLostAfterPost(workflowTaskTimeout: Duration): Promise<boolean> {
    const { simulator } = stage;
    for (const vin of vins) simulator.script(vin, [{ status: 'approved', after: 0 }]);
    simulator.setFault({ on: 'submit', kind: 'late-reply', milliseconds: 60_000, times: 'always' });
    // So that the worker finds them all at once.
    await startActivations(stage.client, vins, TASK_QUEUE, { workflowTaskTimeout });
    const worker = await stage.worker(100);
    await simulator.ledger.until(() => vins.every((vin) => stage.statusAtProvider(vin) !== null));
    await stage.end(worker, 'SIGKILL');
    simulator.clearFaults();
    return !(await haveRecords());
  }

  async function haveRecords(): Promise<boolean> {
    const histories = await Promise.all(vins.map((vin) => stage.handle(vin).fetchHistory()));
    return histories.some(({ events }) =>
      events?.some((event) => event.workflowTaskCompletedEventAttributes),
    );
  }
  afterAll(() => stage?.close());

  const execution = async (vin: string) => (await stage.handle(vin).describe()).status.name;

  it.each([
    ['cancelled in Temporal', 'cancelled', 'CANCELLED'],
    ['defleeted', 'defleeted', 'COMPLETED'],
  ] as const)(
    'a vehicle that is %s meanwhile: its clearance is found and withdrawn, and the end waits for it',
    async (_, fate, ended) => {
      const vin = vinOf(fate);
      await eventually(
        async () => stage.statusAtProvider(vin),
        (status) => status === 'revoking',
        PATIENCE,
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
    const vin = vinOf('left alone');
    await eventually(
      () => stage.activations.report(vin),
      ({ status, settled }) => status === 'approved' && settled === true,
      PATIENCE,
    );
    expect(stage.statusAtProvider(vin)).toBe('approved');
  });

  it('no vehicle was submitted twice, and every history replays', async () => {
    const { clearances, repeats } = stage.simulator.ledger;
    const made = clearances.map(({ vin }) => vin);
    expect(made.filter((vin) => vins.includes(vin)).sort()).toEqual([...vins]);
    expect(repeats).toEqual([]);
    expect(await problemsOf(await allRuns(stage.client))).toEqual([]);
  });
});
