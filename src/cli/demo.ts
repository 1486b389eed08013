import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { request } from 'undici';
import { Activations } from '../activations/activations';
import { temporaryFolder } from '../base/temporary-folder';
import { generateKey } from '../certificates/keys';
import { leaveAll } from '../defleetings/leave';
import { applicationFrom, applicationKey } from '../domain/application';
import { type ListRow, readBatches } from '../fleet-list/fleet-list';
import { importRows, type Start } from '../fleet-list/import-rows';
import { connectClient, readTemporalConfig } from '../temporal/connection';
import { prepareNamespace } from '../temporal/namespace';
import { Screen, summarise } from '../trial/demo/screen';
import { DEMO, PLAYED_PARKING, type Stack, startStack } from '../trial/demo/stack';
import { follow, isAsExpected, type Trial, trialOf, vinOf } from '../trial/demo/trial';
import { showCertificates } from './demo-certificates';
import { demoPage } from './demo-page';
import { demoProviders, demoSurroundings, leavesRecord } from './demo-providers';
import { stopRequested } from './ending';
import { EXIT, say } from './output';
import { AUTOPAY_DEMO_CREDENTIALS } from './simulator-autopay';
import { withParking } from './start-parking';

const DAY = 86_400_000;
/** Simulated time that a row may take longer than it says, before the demo gives up; and real time, for slow machines. */
const PATIENCE = { simulated: 6 * DAY, real: 40_000 } as const;

/** How the vehicles of the demo leave. */
const SALE = {
  reason: 'sold',
  note: null,
  eventDate: null,
  deadline: null,
  by: 'demo',
  role: 'fleet manager',
  onBehalfOf: null,
  channel: 'cli',
} as const;

export interface DemoCommandOptions {
  readonly exit?: boolean;
  readonly speed: number;
}

export async function runDemo(file: string, options: DemoCommandOptions): Promise<void> {
  const providers = demoProviders();
  const rows: ListRow[] = [];
  for await (const batch of readBatches(file, demoSurroundings(providers, options.speed))) {
    rows.push(...batch.rows.filter(isFollowed));
    for (const note of batch.notes) say(`note: ${note}`);
  }
  const trials = rows.map((row) => {
    const application = (row.ok && row.vehicle.application) || applicationKey(DEMO);
    return trialOf(row, { application, leavesRecord: leavesRecord(providers, application) });
  });

  // Until it is up, a signal ends us at once, and our parts end with us.
  const certificates = temporaryFolder('vin-demo-certificates-');
  const key = generateKey();
  const signing = { VIN_CERTIFICATES: certificates.path, VIN_CERTIFICATE_KEY: key.privatePem };
  const ofPage = temporaryFolder('vin-demo-page-');
  const played = { providers, parking: AUTOPAY_DEMO_CREDENTIALS };
  const stack = await startStack(played, options.speed, say, signing, await demoPage(ofPage.path)).catch(
    (error: unknown) => {
      certificates.remove();
      ofPage.remove();
      throw error;
    },
  );
  const interrupted = stopRequested();
  try {
    announce(stack);
    const right = await Promise.race([runTrials(trials, stack, options.speed, key.publicPem), interrupted]);
    if (typeof right === 'string') {
      process.exitCode = right === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
      return;
    }
    process.exitCode = right ? EXIT.ok : EXIT.failed;
    if (!right) {
      stack.keepLogs();
      say(`The logs stay in ${stack.logFolder}`);
    }
    if (stack.ui) say(`\nTemporal UI: ${stack.ui}/namespaces/default/workflows`);
    if (options.exit) return;
    say('Everything stays up until Ctrl-C.');
    await interrupted;
  } finally {
    say('stopping');
    await stack.stop();
    certificates.remove();
    ofPage.remove();
  }
}

/** A trial follows data: a plate without a VIN has none. */
function isFollowed(row: ListRow): boolean {
  if (!row.ok || row.vehicle.vin !== '') return true;
  say(`note: line ${row.line} has a plate and no VIN, and is left out of this trial`);
  return false;
}

function announce({ temporal, ui, simulators, gateway, page, logFolder }: Stack): void {
  const played = Object.entries(simulators).map(([application, url]) => `${application} at ${url}`);
  say(
    `Temporal ${temporal}, UI ${ui ?? 'yours'}\nsimulators: ${played.join(', ')}\ngateway ${gateway}\nfleet page, opened once by ${page}\nlogs in ${logFolder}`,
  );
}

/** Scripts the simulator, imports the list and watches until every row has ended, or should have. */
async function runTrials(
  trials: readonly Trial[],
  stack: Stack,
  speed: number,
  publicPem: string,
): Promise<boolean> {
  const { client, close } = await connectClient({
    ...readTemporalConfig(process.env),
    ...connectionTo(stack.temporal),
  });
  try {
    await prepareNamespace(client);
    const at = activationsOf(client);
    const leave = async (vin: string) => {
      await park(stack.simulators[PLAYED_PARKING.credentials.VIN_PARKING] ?? '', vin, trials);
      await leaveAll(at(applicationKey(DEMO)), { ...SALE, vin }, {});
    };
    await Promise.all(trials.map((trial) => script(stack.simulators[trial.application] ?? '', trial)));
    const rows = trials.map(({ row }) => row);
    const startData: Start = async ({ application = applicationKey(DEMO), ...vehicle }) => ({
      outcome: await at(application).start(vehicle),
    });
    await importRows(rows, withParking(client, startData));

    const start = Date.now();
    const expected = Math.max(3 * DAY, ...trials.map(({ expectation }) => expectation?.after ?? 0)) + DAY;
    const screen = new Screen(process.stderr);
    for (;;) {
      await follow(trials, at, leave);
      const elapsed = (Date.now() - start) * speed;
      screen.show({ trials, elapsed, expected, ui: stack.ui });
      const done = trials.every(isAsExpected);
      const patience = Math.max(PATIENCE.simulated, PATIENCE.real * speed);
      if (done || elapsed > expected + patience) {
        say(`\n${summarise(trials, elapsed)}`);
        const leaving = new Set(trials.filter((trial) => trial.leaving).map(vinOf));
        return (await showCertificates(client, [...leaving], publicPem)) && done;
      }
      await sleep(500);
    }
  } finally {
    await close();
  }
}

/** The activations of each application, made once. */
function activationsOf(client: Client): (application: string) => Activations {
  const made = new Map<string, Activations>();
  return (application) => {
    const there = made.get(application) ?? new Activations(client, applicationFrom(application));
    made.set(application, there);
    return there;
  };
}

function connectionTo(
  address: string,
): Pick<ReturnType<typeof readTemporalConfig>, 'address' | 'connectionOptions'> {
  return { address, connectionOptions: { ...readTemporalConfig(process.env).connectionOptions, address } };
}

/** A vehicle that leaves has been in a car park before, and nobody has paid. */
async function park(simulator: string, vin: string, trials: readonly Trial[]): Promise<void> {
  for (const { row } of trials) {
    if (!row.ok || row.vehicle.vin !== vin || !row.vehicle.plate) continue;
    const { country, number, subdivision } = row.vehicle.plate;
    const plate = {
      license_plate_number: number,
      country_code: country,
      ...(subdivision && { subdivision }),
    };
    const begun = await request(`${simulator}/_simulator/uses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ plate }),
    });
    const { id } = (await begun.body.json()) as { readonly id: string };
    const ended = await request(`${simulator}/_simulator/uses/${id}/end`, { method: 'POST' });
    await ended.body.dump();
  }
}

/** Tells the simulator what shall become of a vehicle. */
async function script(simulator: string, { row }: Trial): Promise<void> {
  if (!row.ok || !row.expect) return;
  const reply = await request(`${simulator}/_simulator/vehicles/${row.vehicle.vin}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ expect: row.expect }),
  });
  if (reply.statusCode !== 204)
    throw new Error(`The simulator refused line ${row.line}: ${await reply.body.text()}`);
  await reply.body.dump();
}
