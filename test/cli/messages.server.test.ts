import { type EmbeddedServer, startEmbeddedServer } from '../../src/temporal/embedded/server';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes';
import { vin } from '../support/command-line';

const VIN = 'WBA8E9G50GNT00001';

/** On a server of its own, where no worker runs. */
describe('a message from the command line, without a worker', () => {
  let server: EmbeddedServer;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    server = await startEmbeddedServer({ searchAttributes: SEARCH_ATTRIBUTES });
    environment = { TEMPORAL_ADDRESS: server.address };
    const started = await vin(['activate', VIN, '--brand', 'bmw'], environment);
    expect(started.code).toBe(0);
  });
  afterAll(() => server?.stop());

  it('is queued, with an exit code that scripts can tell, its id and the time until which it counts', async () => {
    const asked = Date.now();
    const words = ['defleet', VIN, '--reason', 'sold', '--id', 'return-1', '--valid-for', '5m', '-o', 'json'];
    const answer = await vin(words, environment);
    expect(answer.code).toBe(4);
    const { countsUntil, ...rest } = JSON.parse(answer.stdout);
    expect(rest).toEqual({
      vin: VIN,
      outcome: 'queued',
      id: 'return-1',
      status: 'absent',
      next: expect.stringContaining('asked again it is the same message'),
    });
    expect(Date.parse(countsUntil) - asked).toBeGreaterThanOrEqual(300_000);
    expect(Date.parse(countsUntil) - asked).toBeLessThan(360_000);
    expect(answer.stderr).toContain(`vin status ${VIN}`);
    expect(`${answer.stdout}${answer.stderr}`).not.toContain('nothing was changed');
  });

  it('that makes no sense is wrong usage', async () => {
    const answer = await vin(['acknowledge', VIN, '--until', 'tomorrow'], environment);
    expect([answer.code, answer.stdout]).toEqual([2, '']);
    expect(answer.stderr).toContain('Write a duration such as 3d');
  });

  it('to a vehicle that has more tags than are kept never begins', async () => {
    const tags = Array.from({ length: 51 }, (_, index) => ['--tag', `t${index}=x`]).flat();
    const answer = await vin(['activate', 'WBA8E9G50GNT00002', '--brand', 'bmw', ...tags], environment);
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('VEHICLE_TOO_LARGE');
  });
});
