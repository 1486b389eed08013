import type { Client } from '@temporalio/client';
import { Defleetings } from '../../src/defleetings/defleetings';
import { Parkings } from '../../src/parkings/parkings';
import { runParkingSweep, runSweep } from '../../src/sweep/sweeps';
import type { TemporalConfig } from '../../src/temporal/connection';
import { type AutopaySimulator, startAutopaySimulator } from '../../src/trial/simulator/autopay/simulator';
import { AGAIN } from '../../workflows/contract/again';
import { BATCH } from '../../workflows/contract/batch';
import { CERTIFICATES } from '../../workflows/contract/certificates';
import { DAY_COUNT, DAY_COUNTS, DAYS } from '../../workflows/contract/days';
import { DEFLEETING } from '../../workflows/contract/defleetings';
import { SWEEP } from '../../workflows/contract/messages';
import { PARKING } from '../../workflows/contract/parking';
import { PARKING_SWEEP } from '../../workflows/contract/parking-sweep';
import { TOKENS } from '../../workflows/contract/tokens';
import { newKey } from '../certificates/support';
import { APP } from '../support/application';
import { eventually, vin, vinTaken } from '../support/command-line';
import { allRuns, type Run } from '../support/histories';
import { Stage } from '../support/stage';
import { typeOf } from './sequence';

/** The workflows beside activations and notices, whose runs are recorded together: they need each other. */
export const HOUSE = [
  AGAIN,
  BATCH,
  CERTIFICATES,
  DAY_COUNT,
  DAYS,
  DEFLEETING,
  PARKING,
  PARKING_SWEEP,
  SWEEP,
  TOKENS,
] as const;

const AUTOPAY = 'autopay';
const SECRET = 'the-secret-of-autopay';
const PENDING = 'WBA8E9G50GNT00004';
const [SOLD, KEPT, BARE] = ['WBA8E9G50GNT00001', 'WBA8E9G50GNT00002', 'WBA8E9G50GNT00003'] as const;
const plate = (number: string) => ({ country: 'NO', number, subdivision: null });
const shown = (number: string) => ({ license_plate_number: number, country_code: 'NO' });
const HOUR = 3_600_000;
const LONG = 240_000;

/**
 * Lives it once, with a worker process, commands and both simulators: vehicles come with their plates, are swept, change a plate,
 * have the rules refreshed, leave with certificates, and one comes back.
 *
 * @param folder where certificates go.
 * @returns every run of those workflows.
 */
export async function liveHouse(temporal: TemporalConfig, folder: string): Promise<Run[]> {
  const credential = {
    clientId: 'first',
    clientSecret: SECRET,
    operator: 'operator-1',
    level: 'enterprise',
  } as const;
  const autopay = await startAutopaySimulator({ seed: 1, speed: 3_600, credentials: [credential] });
  const stage = await Stage.open({
    temporal,
    speed: 3_600,
    environment: {
      VIN_CERTIFICATES: folder,
      VIN_CERTIFICATE_KEY: newKey().privatePem,
      VIN_PARKING: `${AUTOPAY}:default`,
      AUTOPAY_BASE_URL: autopay.url,
      AUTOPAY_AUTH_URL: autopay.url,
      AUTOPAY_CLIENT_ID: credential.clientId,
      AUTOPAY_CLIENT_SECRET: SECRET,
      AUTOPAY_LEVEL: credential.level,
    },
  });
  try {
    await stage.worker(100);
    await live(stage, autopay);
    return await runsOfHouse(stage.client);
  } finally {
    await stage.close();
    await autopay.close();
  }
}

async function live(stage: Stage, autopay: AutopaySimulator): Promise<void> {
  const { client, activations, simulator } = stage;
  const parkings = new Parkings(client, AUTOPAY);
  const run = (...words: string[]) => vin(words, stage.environment);
  const stands = (number: string, step: string) =>
    eventually(
      () => parkings.report(plate(number)),
      (report) => report.complete && report.step === step,
      LONG,
    );
  const approved = (of: string) =>
    eventually(
      () => activations.row(of),
      ({ status }) => status === 'approved',
      LONG,
    );

  for (const one of [SOLD, KEPT, BARE]) simulator.script(one, [{ status: 'approved', after: 0 }]);
  simulator.script(PENDING, [
    { status: 'pending', after: 0 },
    { status: 'rejected', reason: 'privacy mode is enabled', after: 48 * HOUR },
  ]);
  await run('activate', SOLD, '--brand', 'bmw', '--plate', 'NO-AB10001');
  await run('activate', KEPT, '--brand', 'bmw', '--plate', 'NO-AB10002');
  await run('activate', BARE, '--brand', 'bmw');
  await run('activate', PENDING, '--brand', 'bmw');
  for (const one of [SOLD, KEPT, BARE]) await approved(one);
  await stands('AB10001', 'in-fleet');
  await stands('AB10002', 'in-fleet');

  // One leaves while it is pending, which its brand cannot cancel, and is wanted again meanwhile.
  await run('defleet', PENDING, '--application', 'high-mobility:default');
  await run('activate', PENDING, '--brand', 'bmw', '--again');

  const stay = autopay.use({ plate: shown('AB10001') });
  await client.schedule.getHandle(DAY_COUNTS).trigger();
  for (const full of [false, true]) {
    await runSweep(client, { ...APP, full, untaken: LONG });
    await runParkingSweep(client, { provider: AUTOPAY, full, untaken: LONG });
  }
  autopay.end(stay.id);
  await run('parking', 'lock', 'NO-AB10001', '--yes');
  await vinTaken(['amend', KEPT, '--plate', 'NO-AB10003'], stage.environment);
  await stands('AB10003', 'in-fleet');
  await stands('AB10002', 'ended');
  await run('refresh', '--status', 'approved', '--yes');

  const defleetings = new Defleetings(client);
  for (const one of [SOLD, BARE]) await vinTaken(['defleet', one, '--reason', 'sold'], stage.environment);
  for (const one of [SOLD, BARE]) {
    await eventually(
      () => defleetings.row(one),
      ({ outcome, execution }) => outcome !== null && execution !== 'RUNNING',
      LONG,
    );
  }
}

async function runsOfHouse(client: Client): Promise<Run[]> {
  const query = HOUSE.map((type) => `WorkflowType = '${type}'`).join(' OR ');
  const isThere = (runs: readonly Run[], type: string) =>
    runs.some(({ history }) => typeOf(history) === type);
  // Lists lag, and a run that goes on may end meanwhile.
  return eventually(
    () => allRuns(client, query),
    (runs) => HOUSE.every((type) => isThere(runs, type)),
    LONG,
  );
}
