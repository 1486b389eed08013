import { EXIT } from '../../src/cli/output';
import { readTemporalConfig } from '../../src/temporal/connection';
import { claimApplication, identityOf } from '../../src/temporal/ownership';
import type { EmbeddedServer } from '../../src/trial/temporal-server/server';
import { activationId } from '../../workflows/contract/messages';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes';
import { APP } from '../support/application';
import { vin } from '../support/command-line';
import { ownServer } from '../support/own-server';
import { patientClient } from '../support/temporal';

const VIN = 'WBA8E9G50GNT00001';

/** On a server of its own, where no worker runs. */
describe('a message from the command line, without a worker', () => {
  let server: EmbeddedServer;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    server = await ownServer({ searchAttributes: SEARCH_ATTRIBUTES });
    environment = { TEMPORAL_ADDRESS: server.address };
    const started = await vin(['activate', VIN, '--brand', 'bmw'], environment);
    expect(started.code).toBe(0);
  });
  afterAll(() => server?.stop());

  it('is queued, with an exit code that scripts can tell, its id and the time until which it counts', async () => {
    const asked = Date.now();
    const words = ['defleet', VIN, '--reason', 'sold', '--id', 'return-1', '--valid-for', '5m', '-o', 'json'];
    const [answer, forPeople] = await Promise.all([
      vin(words, environment),
      vin(['retry', VIN, '--id', "it's 1"], environment),
    ]);
    expect([answer.code, forPeople.code]).toEqual([EXIT.pending, EXIT.pending]);
    expect(forPeople.stderr).toContain(`ask again with --id 'it'\\''s 1'`);
    const { countsUntil, ...rest } = JSON.parse(answer.stdout);
    expect(rest).toEqual({
      version: 1,
      vin: VIN,
      outcome: 'queued',
      id: 'return-1',
      status: 'absent',
      next: expect.stringContaining('asked again it is the same message'),
    });
    expect(Date.parse(countsUntil) - asked).toBeGreaterThanOrEqual(300_000);
    expect(Date.parse(countsUntil)).toBeLessThanOrEqual(Date.now() + 300_000);
    expect(answer.stderr).toContain(`vin status ${VIN}`);
    expect(`${answer.stdout}${answer.stderr}`).not.toContain('nothing was changed');
  });

  it('needs no settings of the provider', async () => {
    const nonsense = { ...environment, HIGH_MOBILITY_BASE_URL: 'nonsense' };
    const answers = await Promise.all([
      vin(['status', VIN, '-o', 'json'], nonsense),
      vin(['retry', 'EXVETESTVIN000009'], nonsense),
      vin(['list', '-o', 'json'], nonsense),
    ]);
    expect(answers.map(({ code }) => code)).toEqual([0, EXIT.notFound, 0]);
    expect(answers[1]?.stderr).toContain('error ACTIVATION_UNKNOWN');
  });

  it('to a vehicle that cannot be judged as one of a sandbox is not begun', async () => {
    const start = (more: object) =>
      vin(['activate', 'EXVETESTVIN000001', '--brand', 'bmw'], { ...environment, ...more });
    const unset = await start({ HIGH_MOBILITY_BASE_URL: '' });
    expect([unset.code, unset.stderr]).toEqual([
      EXIT.usage,
      expect.stringContaining("set the provider's address to the sandbox"),
    ]);
    expect((await start({ HIGH_MOBILITY_BASE_URL: 'https://sandbox.api.high-mobility.com' })).code).toBe(0);
    const { client, close } = await patientClient(readTemporalConfig(environment));
    await claimApplication(
      client,
      APP,
      identityOf({ baseUrl: 'https://api.high-mobility.com', clientId: 'x' }),
    );
    await close();
    const claimed = await start({ HIGH_MOBILITY_BASE_URL: 'https://sandbox.api.high-mobility.com' });
    expect([claimed.code, claimed.stderr]).toEqual([
      EXIT.usage,
      expect.stringContaining('contains I, which no VIN has'),
    ]);
  });

  it('to a vehicle whose activation has ended fails, but a defleet', async () => {
    const { client, close } = await patientClient(readTemporalConfig(environment));
    await client.workflow.getHandle(activationId(APP, VIN)).terminate('a test');
    await close();
    const messages = [
      ['retry'],
      ['amend', '--untag', 'x'],
      ['resume'],
      ['refresh'],
      ['data-seen'],
      ['acknowledge', '--until', '3d'],
    ];
    const send = ([name = '', ...more]: readonly string[]) => vin([name, VIN, ...more], environment);
    for (const answer of await Promise.all(messages.map(send))) {
      expect([answer.code, answer.stdout]).toEqual([1, '']);
      expect(answer.stderr).toContain(`error ACTIVATION_ENDED: The activation of ${VIN} has ended`);
    }
    const json = await vin(['retry', VIN, '-o', 'json'], environment);
    expect([json.code, JSON.parse(json.stdout).outcome]).toEqual([1, 'ended']);
    expect((await vin(['defleet', VIN], environment)).code).toBe(0);
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
