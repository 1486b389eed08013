import { World } from '../gateway/api/world';
import { eventually, vin } from '../support/command-line';
import { quietWorkers } from '../workflows/harness';

const FLEET = "O'Neil & Söhne";
const COUNT = 40;
/** Milliseconds, on a machine that does much else. */
const SECONDS = 30_000;

describe('a group on a real server', () => {
  let world: World;
  let environment: NodeJS.ProcessEnv;
  beforeAll(async () => {
    quietWorkers();
    world = await World.create();
    await world.startWorker();
    environment = { TEMPORAL_ADDRESS: world.server.address };
  });
  afterAll(() => world?.close());

  const answerOf = async (...args: string[]) => {
    const { code, stdout, stderr } = await vin([...args, '-o', 'json'], environment);
    return { code, stderr, body: stdout === '' ? null : JSON.parse(stdout) };
  };

  it('is found by filters, and 40 acknowledgements take seconds', async () => {
    const body = Array.from({ length: COUNT }, () => ({ vin: world.newVin(), brand: 'bmw', fleet: FLEET }));
    await world.api.call('POST', '/v1/activations/batch', { body });
    const filters = ['--fleet', FLEET, '--brand', 'BMW', '--status', 'Pending', '--older-than', '1ms'];
    const { body: found } = await eventually(
      () => answerOf('list', ...filters, '--sort', 'vin'),
      (list) => list.body.length === COUNT,
    );
    expect(found[0].vin).toBe(body[0]?.vin);
    expect((await answerOf('list', '--fleet', FLEET, '--overdue')).body).toEqual([]);
    const message = ['acknowledge', ...filters, '--until', '3d', '--id', 'known'];
    const unasked = await answerOf(...message);
    expect([unasked.code, unasked.body]).toEqual([2, null]);
    expect(unasked.stderr).toContain('add --yes');
    const begun = Date.now();
    const sent = await answerOf(...message, '--yes');
    expect(Date.now() - begun).toBeLessThan(SECONDS);
    expect(sent).toMatchObject({ code: 0, body: { rows: COUNT, counts: { taken: COUNT }, failed: 0 } });
    const resumed = await answerOf('resume', '--fleet', FLEET, '--yes');
    expect(resumed).toMatchObject({ code: 5, body: { counts: { refused: COUNT } } });
    const foreseen = await world.api.call('POST', '/v1/activations/retry', {
      body: { filter: { fleet: FLEET, attention: false, olderThan: '1ms' }, dryRun: true },
    });
    expect(foreseen.body).toMatchObject({ wouldBeTaken: COUNT, refused: 0 });
    const { body: report } = await answerOf('status', body[0]?.vin as string);
    expect(report.acknowledgedUntil).not.toBeNull();
  });
});
