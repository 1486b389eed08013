import { driftInWords } from '../../src/cli/drift';
import { runVin } from './scripted-vin';

const VIN = 'WBA8E9G50GNT00001';
/** As Otonomo takes them. */
const SHORT = 'WBA8E9G50GNT0001';
const before = process.env['VIN_APPLICATION'];

afterEach(() => {
  if (before === undefined) delete process.env['VIN_APPLICATION'];
  else process.env['VIN_APPLICATION'] = before;
});

const at = (application: string, vin = VIN) => ({
  VIN: vin,
  Provider: application.split(':')[0] as string,
  Application: application.split(':')[1] as string,
});

describe('a vehicle that is at another application only', () => {
  test.each([['status'], ['why'], ['retry'], ['resume'], ['suspend'], ['acknowledge', '--until', '3d']])(
    'is found by vin %s, which says where it is',
    async (name, ...more) => {
      const { stderr } = await runVin([name, VIN, ...more], { alive: [at('otonomo:default')] });
      expect(stderr).toContain(`note: ${VIN} is at otonomo:default`);
    },
  );

  test('is not meant where another application is named', async () => {
    const words = ['retry', VIN, '--application', 'high-mobility:acme'];
    const { error, stderr } = await runVin(words, { alive: [at('otonomo:default')] });
    expect(error).toMatchObject({
      code: 'ACTIVATION_UNKNOWN',
      message: `There is no activation of ${VIN} at high-mobility:acme`,
      next: 'It is at otonomo:default: ask with --application otonomo:default',
    });
    expect(stderr).not.toContain('note: ');
  });

  test('leaves there, and is not called unknown', async () => {
    const { stdout } = await runVin(['defleet', VIN, '--reason', 'sold'], {
      alive: [{ ...at('otonomo:default'), ClearanceStatus: 'approved' }],
    });
    expect(stdout).toContain(`${VIN} (approved): `);
    expect(stdout).toContain('It leaves at otonomo:default, and the end is read back.');
  });
});

test('a vehicle that is at several others has to be asked for at one', async () => {
  const { error } = await runVin(['retry', VIN], { alive: [at('otonomo:b'), at('otonomo:a')] });
  expect(error).toMatchObject({
    code: 'ACTIVATION_UNKNOWN',
    next: 'It is at otonomo:a and at otonomo:b: ask with --application otonomo:a',
  });
});

describe('an identifier of 16 characters, which only another provider takes', () => {
  const known = { alive: [{ ...at('otonomo:default', SHORT), ClearanceStatus: 'approved' }] };

  test.each([['status'], ['retry'], ['defleet', '--reason', 'sold']])(
    'is asked for by vin %s where there is such a vehicle',
    async (name, ...more) => {
      const { error, stderr, stdout } = await runVin([name, SHORT, ...more], known);
      expect(`${error}`).not.toContain('16 characters');
      expect(stderr + stdout).toContain('otonomo:default');
    },
  );

  test.each([['status'], ['retry'], ['defleet', '--reason', 'sold']])(
    'is taken by vin %s for a VIN that was cut where there is none, and nothing is started',
    async (name, ...more) => {
      const { error, methods } = await runVin([name, SHORT, ...more]);
      expect(error).toMatchObject({
        code: 'VIN_INVALID',
        message: `The VIN "${SHORT}" has 16 characters instead of 17.`,
      });
      expect(methods.filter((method) => /Start|Signal/.test(method))).toEqual([]);
    },
  );

  test('may be one of a group', async () => {
    const words = ['defleet', VIN, SHORT, '--reason', 'sold', '--yes', '-o', 'json'];
    const [{ batches }, cut] = [await runVin(words, known), await runVin(words)];
    expect(batches.map(({ vins }) => vins)).toEqual([[VIN, SHORT]]);
    const failed = JSON.parse(cut.stdout).results.find(({ vin }: { vin: string }) => vin === SHORT);
    expect(failed).toMatchObject({
      outcome: 'failed',
      problem: `The VIN "${SHORT}" has 16 characters instead of 17.`,
    });
  });
});

test.each(['', 'otonomo:', 'smartcar:default', 'otonomo:a b', 'otonomo:a:b'])(
  'an application %j that cannot be meant is refused in the words of the option',
  async (application) => {
    const { error, methods } = await runVin(['status', VIN, '--application', application]);
    expect(error).toMatchObject({ code: 'commander.invalidArgument' });
    expect(`${(error as Error).message}`).toContain(
      'Write provider:application, such as high-mobility:default',
    );
    expect(methods).toEqual([]);
  },
);

test.each(['otonomo', ' Otonomo:Default '])('the option %j means otonomo:default', async (application) => {
  const { stderr } = await runVin(['status', VIN, '--application', application], {
    alive: [at('otonomo:default'), at('otonomo:acme')],
  });
  expect(stderr).toBe('');
  expect(process.env['VIN_APPLICATION']).toBe('otonomo:default');
});

test('what drift advises names the application that was asked for, so that no list goes to another provider', () => {
  const none = { count: 0, first: [] };
  const text = driftInWords(
    {
      rows: 1,
      untold: { count: 0, first: [] },
      drift: {
        unmanaged: { count: 1, first: [{ vin: VIN, brand: 'bmw', theirs: 'approved' }] },
        lost: none,
        disagreeing: none,
      },
      list: { file: 'u.csv', count: 1, withoutBrand: 0 },
    },
    ' --application otonomo:default',
  );
  expect(text).toContain('vin adopt VIN --application otonomo:default takes');
  expect(text).toContain('vin adopt --all --dry-run --application otonomo:default');
  expect(text).toContain('next: vin import u.csv --application otonomo:default, or');
});
