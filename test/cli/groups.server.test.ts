import { EXIT } from '../../src/cli/exit-codes';
import { World } from '../gateway/api/world';
import { eventually, serve, vin } from '../support/command-line';
import { quietWorkers } from '../workflows/harness';

const FLEET = "O'Neil & Söhne";
const COUNT = 40;
/** At 12 a minute more than a busy machine takes to look, and to stop it. */
const MANY = 120;

describe('a group on a real server', () => {
  let world: World;
  let environment: NodeJS.ProcessEnv;
  beforeAll(async () => {
    quietWorkers();
    world = await World.create();
    // As it is delivered: what is pending looks every few hours.
    await world.startWorker({});
    environment = { TEMPORAL_ADDRESS: world.server.address };
  });
  afterAll(() => world?.close());

  const answerOf = async (...args: string[]) => {
    const { code, stdout, stderr } = await vin([...args, '-o', 'json'], environment);
    return { code, stderr, body: stdout === '' ? null : JSON.parse(stdout) };
  };

  it('is found by filters, and 40 acknowledgements are one message', async () => {
    const body = Array.from({ length: COUNT }, () => ({ vin: world.newVin(), brand: 'bmw', fleet: FLEET }));
    await world.call('POST', '/v1/activations/batch', { body });
    const filters = ['--fleet', FLEET, '--brand', 'BMW', '--status', 'Pending', '--older-than', '1ms'];
    const { body: found } = await eventually(
      () => answerOf('list', ...filters, '--sort', 'vin'),
      (list) => list.body.rows.length === COUNT,
    );
    expect(found.rows[0].vin).toBe(body[0]?.vin);
    expect((await answerOf('list', '--fleet', FLEET, '--overdue')).body.rows).toEqual([]);
    let attempt = 0;
    const message = () => ['acknowledge', ...filters, '--until', '3d', '--id', `known-${attempt}`];
    const unasked = await answerOf(...message());
    expect(unasked).toMatchObject({ code: 2, body: { error: { code: 'USAGE_WRONG' } } });
    expect(unasked.body.error.next).toContain('add --yes');
    // What a busy worker takes late is queued in the end: then another batch is sent.
    const sent = await eventually(
      () => {
        attempt += 1;
        return answerOf(...message(), '--yes');
      },
      ({ code }) => code !== EXIT.pending,
    );
    expect(sent).toMatchObject({ code: 0, body: { rows: COUNT, counts: { taken: COUNT }, failed: 0 } });
    // The same with the same id is the same batch: nobody is asked, and nothing is sent again.
    const again = await answerOf(...message());
    expect([again.code, again.body]).toEqual([0, sent.body]);
    const shown = await vin(['batch', `known-${attempt}`, '-o', 'csv'], environment);
    expect(shown.stdout.split('\n')).toHaveLength(COUNT + 2);
    expect(shown.stderr).toContain(
      `batch known-${attempt}: acknowledge for ${COUNT} vehicles (fleet ${FLEET}, brand bmw`,
    );
    const resumed = await eventually(
      () => answerOf('resume', '--fleet', FLEET, '--yes'),
      ({ body: { counts } }) => (counts.queued ?? 0) === 0,
    );
    expect(resumed).toMatchObject({ code: 5, body: { counts: { refused: COUNT } } });
    const foreseen = await world.call('POST', '/v1/activations/retry', {
      body: { filter: { fleet: FLEET, attention: false, olderThan: '1ms' }, dryRun: true },
    });
    expect(foreseen.body).toMatchObject({ wouldBeTaken: COUNT, refused: 0 });
    const { body: report } = await eventually(
      () => answerOf('status', body[0]?.vin as string),
      (answer) => answer.body?.complete === true,
    );
    expect(report.acknowledgedUntil).not.toBeNull();
  });

  it('goes on when the command is stopped, can be looked at and stopped, and is refused under the id of another', async () => {
    const vins = Array.from({ length: MANY }, () => world.newVin());
    const slow = ['retry', ...vins, '--yes', '--pace', '12', '--id', 'slow'];
    const running = serve(slow, environment);
    await running.logged('note: batch slow');
    running.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect([code, stderr]).toEqual([130, expect.stringContaining('Look with vin batch slow')]);
    const listed = await eventually(
      () => answerOf('batch', 'list', '--running'),
      ({ body }) => body.rows.some(({ id }: { id: string }) => id === 'slow'),
    );
    expect(listed.body.rows).toContainEqual(
      expect.objectContaining({
        id: 'slow',
        status: 'running',
        counts: expect.objectContaining({ vehicles: MANY }),
      }),
    );
    expect((await answerOf('batch', 'stop', 'slow')).code).toBe(0);
    const { body } = await eventually(
      () => answerOf('batch', 'slow'),
      (shown) => shown.body?.status === 'stopped',
    );
    // None of them was ever activated here.
    expect(body.counts['not-found'] + body.counts.todo).toBe(MANY);
    const other = await answerOf('resume', ...vins, '--yes', '--id', 'slow');
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('BATCH_ID_TAKEN')]);
    expect((await answerOf('batch', 'never')).stderr).toContain('BATCH_UNKNOWN');
  });
});
