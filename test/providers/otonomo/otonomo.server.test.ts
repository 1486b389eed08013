import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Activations } from '../../../src/activations/activations';
import { Certificates } from '../../../src/activations/certificates';
import type { ActivationReport } from '../../../src/activations/reports';
import { temporaryFolder } from '../../../src/base/temporary-folder';
import { verifyFile } from '../../../src/certificates/verify';
import { applicationFrom } from '../../../src/domain/application';
import type { ConnectedClient } from '../../../src/temporal/connection';
import { type Simulator, startSimulator } from '../../../src/trial/simulator/high-mobility/simulator';
import { type OtonomoSimulator, startOtonomo } from '../../../src/trial/simulator/otonomo/simulator';
import { newKey } from '../../certificates/support';
import { answered, eventually, partsForAllTests, vin, vinTaken } from '../../support/command-line';
import { devServer, patientClient } from '../../support/temporal';
import { ownNamespace } from '../../sweep/namespace';

/** A simulated day takes a second. */
const SPEED = 86_400;
const [OTONOMO, HIGH_MOBILITY] = ['otonomo:default', 'high-mobility:default'];
/** At both providers; with 16 characters; of a make that is not active; one that fails. */
const [BOTH, SHORT, FORD, FAILING] = [
  'WBA8E9G50GNT75001',
  'WVWZZZCD4PW10584',
  'WF0EXXTTREN451908',
  'WDD2130041B902316',
] as const;
const VINS = [BOTH, SHORT, FORD, FAILING];

/** From a list to the end by the commands, with sweeps alone, beside another provider. */
describe('Otonomo', () => {
  const startPart = partsForAllTests();
  const folder = temporaryFolder('vin-certificates-');
  const key = newKey();
  let environment: NodeJS.ProcessEnv;
  let otonomo: OtonomoSimulator;
  let other: Simulator;
  let connected: ConnectedClient;
  let activations: Activations;

  const run = (...args: string[]) => vin([...args, '-o', 'json'], environment);
  const taken = (...args: string[]) => vinTaken([...args, '-o', 'json'], environment);
  const until = (
    of: string,
    status: string,
    wanted: (seen: ActivationReport) => boolean = () => true,
  ): Promise<ActivationReport> =>
    eventually(
      () => activations.report(of),
      (seen) => seen.complete && seen.status === status && wanted(seen),
    );
  const stateOf = (of: string) => otonomo.vehicles.find((one) => one.vin === of)?.state;

  beforeAll(async () => {
    otonomo = await startOtonomo({
      clientId: 'client',
      clientSecret: 'the-secret',
      service: 'workspace',
      speed: SPEED,
      pendingRemoval: 'allowed',
      inactiveMakes: ['Ford'],
    });
    other = await startSimulator({ clientId: 'other', clientSecret: 'another-secret', speed: SPEED });
    otonomo.script(FAILING, [
      { state: 'verification', after: 0 },
      { state: 'error', after: 3_600_000 },
    ]);
    const { address, namespace } = await ownNamespace('otonomo');
    environment = {
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      VIN_APPLICATION: OTONOMO,
      VIN_APPLICATIONS: `${OTONOMO},${HIGH_MOBILITY}`,
      VIN_SPEED: String(SPEED),
      OTONOMO_BASE_URL: otonomo.url,
      OTONOMO_CLIENT_ID: 'client',
      OTONOMO_CLIENT_SECRET: 'the-secret',
      OTONOMO_SERVICE: 'workspace',
      HIGH_MOBILITY_BASE_URL: other.url,
      HIGH_MOBILITY_CLIENT_ID: 'other',
      HIGH_MOBILITY_CLIENT_SECRET: 'another-secret',
      HIGH_MOBILITY_WEBHOOK_SECRET: 'a-webhook-secret',
      VIN_CERTIFICATES: folder.path,
      VIN_CERTIFICATE_KEY: key.privatePem,
      VIN_BATCH_WINDOW: '100ms',
    };
    startPart(['worker'], environment);
    connected = await patientClient({ ...devServer(), namespace });
    activations = new Activations(connected.client, applicationFrom(OTONOMO as string));
  });

  afterAll(async () => {
    await Promise.all([otonomo.close(), other.close(), connected.close()]);
    folder.remove();
  });

  it('takes a list, with an identifier of 16 characters, beside a provider that does not', async () => {
    const list = join(mkdtempSync(join(tmpdir(), 'vin-otonomo-')), 'fleet.csv');
    const brands = { [BOTH]: 'bmw', [SHORT]: 'VW', [FORD]: 'ford', [FAILING]: 'Mercedes' };
    const rows = Object.entries(brands).map(([one, brand]) => `${one},${brand},acme`);
    writeFileSync(list, `vin,brand,fleet\n${rows.join('\n')}\n`);
    const [imported, beside] = await Promise.all([
      run('import', list),
      run('activate', BOTH, '--brand', 'bmw', '--application', HIGH_MOBILITY as string),
    ]);
    expect(imported).toMatchObject({ code: 0 });
    const { started, alreadyActive } = JSON.parse(imported.stdout);
    // What a busy server took and did not answer is asked for again.
    expect(started + alreadyActive).toBe(VINS.length);
    expect(beside.code).toBe(0);
    const refused = await run('activate', SHORT, '--brand', 'vw', '--application', HIGH_MOBILITY as string);
    expect(refused.stderr).toContain('16 characters instead of 17');
  });

  it('approves them by what sweeps see, and is not asked for data', async () => {
    const [seen] = await Promise.all([
      until(BOTH, 'approved', ({ step }) => step === 'quiet'),
      until(SHORT, 'approved'),
    ]);
    // Which of its words before that a sweep meets, if any, is a matter of moments: a day of the provider is over in a second.
    expect(seen).toMatchObject({ workflowId: `activation:${OTONOMO}:${BOTH}`, brand: 'bmw' });
  });

  it('tells the fleet manager to activate a make, and goes on by itself when it is', async () => {
    const waiting = await until(FORD, 'pending', ({ owner }) => owner === 'fleet-manager');
    expect(waiting).toMatchObject({
      reason: 'Incomplete',
      action: expect.stringContaining('Activate the make'),
    });
    otonomo.activateMake('Ford');
    await until(FORD, 'approved');
  });

  it('uploads again what has failed, when somebody says so', async () => {
    const failed = await until(FAILING, 'rejected', ({ step }) => step === 'parked');
    expect(failed).toMatchObject({ owner: 'provider-support' });
    expect((await taken('retry', FAILING)).code).toBe(0);
    const seen = () => otonomo.happenings.filter(({ vin: of }) => of === FAILING).map(({ what }) => what);
    const again = await eventually(
      async () => seen(),
      (all) => all.filter((what) => what === 'uploaded').length >= 2,
    );
    expect(again).toContain('removed');
    otonomo.set(FAILING, 'enabled');
    await until(FAILING, 'approved');
  });

  it('shows what was disabled behind our back, and asks for it again when somebody says so', async () => {
    otonomo.set(SHORT, 'disabled');
    const drifted = await until(SHORT, 'revoked', ({ step }) => step === 'parked');
    expect(drifted).toMatchObject({ owner: 'fleet-manager', reason: 'Disabled' });
    expect((await taken('resume', SHORT)).code).toBe(0);
    await until(SHORT, 'approved');
  });

  it('is paused by suspend, visibly, and goes on by resume', async () => {
    expect((await taken('suspend', FORD)).code).toBe(0);
    const paused = await until(FORD, 'revoked', ({ step }) => step === 'suspended');
    expect(paused.suspended).toMatchObject({ at: expect.any(String), by: expect.any(String) });
    expect(stateOf(FORD)).toBe('disabled');
    expect((await taken('resume', FORD)).code).toBe(0);
    await until(FORD, 'approved', ({ suspended }) => suspended === null);
  });

  it('disables, removes and reads back what leaves, the other provider lets go of it as well, and others stay', async () => {
    expect((await taken('defleet', BOTH, '--reason', 'sold')).code).toBe(0);
    await until(BOTH, 'absent', ({ step }) => step === 'ended');
    expect(stateOf(BOTH)).toBeUndefined();
    const ended = otonomo.happenings.filter(({ vin: of }) => of === BOTH).map(({ what }) => what);
    expect(ended.slice(-2)).toEqual(['disabled', 'removed']);
    const beside = await eventually(
      async () => JSON.parse((await run('status', BOTH, '--application', HIGH_MOBILITY as string)).stdout),
      ({ defleet }) => defleet !== null,
    );
    expect(beside).toMatchObject({ provider: 'high-mobility', defleet: { reason: 'sold' } });
    expect(stateOf(SHORT)).toBe('enabled');
  });

  it('certifies that data is kept where it refuses the removal for longer than the policy waits', async () => {
    const body = JSON.stringify({ message: 'vehicles with reports cannot be removed', vins: [FORD] });
    otonomo.setFault({ on: 'remove', times: 'always', kind: 'status', status: 403, body });
    expect((await taken('defleet', FORD, '--reason', 'sold')).code).toBe(0);
    const [certificate] = await eventually(
      () => answered(() => new Certificates(connected.client).of(FORD)),
      ([newest]) => newest !== undefined,
    );
    const checked = verifyFile(certificate?.files?.full ?? '', [key]);
    expect(checked.ok && checked.content.kind === 'full' && checked.content.accesses).toContainEqual(
      expect.objectContaining({
        ...{ provider: 'otonomo', outcome: 'ended-data-kept' },
        kept: expect.stringContaining('The provider keeps its record'),
      }),
    );
    expect(stateOf(FORD)).toBe('disabled');
  });
});
