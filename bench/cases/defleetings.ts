import { writeFileSync } from 'node:fs';
import { Activations } from '../../src/activations/activations';
import { generateKey } from '../../src/certificates/keys';
import { withConcurrency } from '../../src/fleet-list/concurrency';
import { certificateLedger } from '../../src/temporal/certificate-ledger';
import { APP } from '../../test/support/application';
import { defleetingId } from '../../workflows/contract/defleetings';
import { activationId } from '../../workflows/contract/messages';
import type { Case, Figure, Run } from '../figure';
import { fleetOf, untilAtLeast } from '../fleet';
import { rounded } from '../pairs';
import { AMPLE, type Part, Stage, WORKER_IMAGE } from '../parts';
import { type Transactions, transactionsOf } from '../transactions';

/** DELETEs a minute: the usual budget. */
const BUDGET = 60;
/** What the server is told of it (src/config/budgets.ts): no sliding minute may have more than the budget. */
const ALLOWED = ((BUDGET - 4) * 60) / 63;
const FLEET = 'bench-defleetings';
/**
 * All days pass so many times faster: budgets, sweeps, waits and the provider's own. No faster: what is measured is whether the
 * budget is used, and not how many vehicles a machine of two cores takes in a second. At this speed it has to take 4.4.
 */
const SPEED = 5;
/** Of a quick run, which only shows that all goes well: an hour and a half passes in four minutes, and its rate is that of the machine. */
const QUICK_SPEED = 20;
/**
 * A request of which a worker was lost, on a machine that is busy with onboarding, may take effect for a day: no end is believed before.
 * Vehicles that leave were onboarded long ago, and ours minutes ago.
 */
const LONG_AGO = { version: 'bench', policy: { firstData: { ask: false }, lostAfter: '20m' } };

export const defleetings: Case = {
  name: 'defleetings',
  title: 'A thousand vehicles leave',
  how:
    `Real: the gateway, two workers with one folder of certificates, and the simulator with its webhooks, each a process of its own; a server in memory. ` +
    `1,000 vehicles are approved, then \`vin defleet --file\` is given all of them. The carmaker takes 30 minutes to revoke. All days pass ${SPEED} times faster, budgets as well; budgets, pace and sweeps are the usual ones. ` +
    `Minutes are those of that clock. ` +
    'The clock runs from the start of the command until the server shows all defleetings as ended. Calls are counted by the simulator, events and transitions are those of three vehicles: the first, one in the middle and the last.',
  async measure({ quick, say }: Run) {
    const stage = await Stage.open();
    try {
      return await measured(
        stage,
        quick ? { count: 50, speed: QUICK_SPEED } : { count: 1_000, speed: SPEED },
        say,
      );
    } finally {
      await stage.close();
    }
  },
};

interface Dose {
  /** Vehicles. */
  readonly count: number;
  readonly speed: number;
}

async function measured(stage: Stage, dose: Dose, say: Run['say']): Promise<Figure[]> {
  const { count, speed } = dose;
  const { client } = stage.temporal;
  const vins = fleetOf('A', count);
  const { url, startWorkers } = await openParts(stage, speed);
  const onboarding = startWorkers(AMPLE);
  await withConcurrency(vins, 50, (vin) => approveSoon(url, vin));
  const activations = new Activations(client, APP);
  await withConcurrency(vins, 10, (vin) => activations.start({ vin, brand: 'bmw', fleet: FLEET }));
  const counted = async (query: string): Promise<number> => (await client.workflow.count(query)).count;
  const within = 30 * 60_000;
  const approved = `Fleet = '${FLEET}' AND ClearanceStatus = 'approved'`;
  // What is not told by a webhook is told by a sweep.
  await untilAtLeast(count, () => counted(approved), { what: 'approved', within, say });
  await Promise.all(onboarding.map((worker) => worker.stop()));
  startWorkers('');
  const before = await ledgerOf(url);

  writeFileSync(stage.file('leave.csv'), `vin\n${vins.join('\n')}\n`);
  const command = stage.vin(['defleet', '--file', stage.file('leave.csv'), '--reason', 'returned', '--yes']);
  const ended = `WorkflowType = 'defleeting' AND ExecutionStatus = 'Completed'`;
  const minutes =
    ((await untilAtLeast(count, () => counted(ended), { what: 'have left', within, say })) / 60_000) * speed;
  say(`${rounded(minutes)} minutes: ${(await command.ended).trim().slice(-500)}`);
  const after = await ledgerOf(url);
  const calls = after.calls.slice(before.calls.length);
  const seen = [0, Math.floor(count / 2), count - 1].map((index) => vins[index] as string);
  const [leaving, activation] = await Promise.all([
    Promise.all(seen.map((vin) => transactionsOf(client, defleetingId(vin)))),
    Promise.all(seen.map((vin) => transactionsOf(client, activationId(APP, vin)))),
  ]);
  return figuresOf({ stage, vins, speed, minutes, calls, after, leaving, activation });
}

interface Parts {
  /** Of the simulator. */
  readonly url: string;
  startWorkers(budgets: string): Part[];
}

async function openParts(stage: Stage, speed: number): Promise<Parts> {
  const gateway = await stage.vin(['gateway', '--port', '0', '-o', 'json']).ready;
  const webhook = ['--webhook-url', `${gateway.url}/webhooks/high-mobility/default`];
  const { url } = await stage.vin(['simulator', '--speed', String(speed), ...webhook, '-o', 'json']).ready;
  writeFileSync(stage.file('catalogue.json'), JSON.stringify(LONG_AGO));
  writeFileSync(stage.file('key.pem'), generateKey().privatePem, { mode: 0o600 });
  const environment = {
    ...WORKER_IMAGE,
    HIGH_MOBILITY_BASE_URL: url,
    VIN_CERTIFICATES: stage.file('certificates'),
    VIN_CERTIFICATE_KEY_FILE: stage.file('key.pem'),
    VIN_SPEED: String(speed),
  };
  const startWorkers = (budgets: string): Part[] =>
    [1, 2].map(() => stage.vin(['worker'], { ...environment, VIN_BUDGETS: budgets }));
  return { url, startWorkers };
}

/** Has the carmaker approve it at once, when it is submitted. */
async function approveSoon(url: string, vin: string): Promise<void> {
  const { ok, status } = await fetch(`${url}/_simulator/vehicles/${vin}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ life: [{ status: 'approved', after: '0s' }] }),
  });
  if (!ok) throw new Error(`the simulator answered ${status}`);
}

interface Ledger {
  readonly calls: readonly { readonly realAt: number; readonly method: string; readonly path: string }[];
  readonly clearances: readonly {
    readonly vin: string;
    readonly changelog: readonly { status: string }[];
  }[];
}

async function ledgerOf(url: string): Promise<Ledger> {
  return (await (await fetch(`${url}/_simulator/ledger`)).json()) as Ledger;
}

interface Seen {
  readonly stage: Stage;
  readonly vins: readonly string[];
  readonly speed: number;
  readonly minutes: number;
  readonly calls: Ledger['calls'];
  readonly after: Ledger;
  readonly leaving: readonly Transactions[];
  readonly activation: readonly Transactions[];
}

async function figuresOf({
  stage,
  vins,
  speed,
  minutes,
  calls,
  after,
  leaving,
  activation,
}: Seen): Promise<Figure[]> {
  const count = vins.length;
  const deletes = calls.filter(({ method }) => method === 'DELETE');
  const revoked = after.clearances.filter(({ changelog }) => changelog.at(-1)?.status === 'revoked').length;
  const certified = (await certificateLedger(stage.temporal.client).head())?.number ?? 0;
  const most = mostInAMinute(deletes, speed);
  const rate = rateOf(deletes, speed);
  const told = (id: string, what: string, value: number, ours: string, line: Figure['line']): Figure => ({
    ...{ id: `defleetings-${id}`, what, ours, baseline: '-', value, line, better: 'less' },
  });
  const mean = (all: readonly Transactions[], key: keyof Transactions): number =>
    all.reduce((sum, one) => sum + one[key], 0) / all.length;
  const both = (key: keyof Transactions): [number, string] => {
    const [one, other] = [mean(leaving, key), mean(activation, key)];
    return [
      one + other,
      `${rounded(one)} of the defleeting, ${rounded(other)} of the activation's whole life`,
    ];
  };
  return [
    told(
      'wrong',
      'vehicles without their certificate, not revoked, or without exactly one DELETE',
      count - certified + (count - revoked) + Math.abs(deletes.length - count) + repeated(deletes),
      `${certified} certificates, ${revoked} revoked, ${deletes.length} DELETEs`,
      { atMost: 0 },
    ),
    told('budget', `most DELETEs in any 60 s, of a budget of ${BUDGET}`, most, String(most), {
      atMost: BUDGET,
    }),
    {
      id: 'defleetings-rate',
      what: 'DELETEs a minute, to those that the budget allows',
      ours: `${rounded(rate)} a minute; ${rounded(minutes)} minutes until all have left`,
      baseline: `${rounded(ALLOWED)} a minute`,
      value: rate / ALLOWED,
      line: { atLeast: 0.8 },
      better: 'more',
    },
    told('calls', 'calls for each vehicle', calls.length / count, kindsOf(calls), null),
    told('events', 'history events of a vehicle', ...both('events'), null),
    told('transitions', 'state transitions of a vehicle', ...both('transitions'), null),
    told('activities', 'activity tasks of a vehicle', ...both('activityTasks'), null),
    told('actions', 'Cloud actions of a vehicle', ...both('actions'), null),
  ];
}

function repeated(deletes: Ledger['calls']): number {
  return deletes.length - new Set(deletes.map(({ path }) => path)).size;
}

function mostInAMinute(calls: Ledger['calls'], speed: number): number {
  const times = calls.map(({ realAt }) => realAt).sort((a, b) => a - b);
  return Math.max(
    ...times.map((from, index) => times.slice(index).filter((at) => at < from + 60_000 / speed).length),
  );
}

/** Calls a minute, from the first to the last. */
function rateOf(calls: Ledger['calls'], speed: number): number {
  const times = calls.map(({ realAt }) => realAt);
  const minutes = ((Math.max(...times) - Math.min(...times)) * speed) / 60_000;
  return (calls.length - 1) / minutes;
}

/** How many of each method and path, without the VIN. */
function kindsOf(calls: Ledger['calls']): string {
  const counts = new Map<string, number>();
  for (const { method, path } of calls) {
    const kind = `${method} ${path.replace(/\?.*/, '').replace(/[A-Z0-9]{17}/, 'VIN')}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, many]) => `${kind}: ${many}`).join(', ');
}
