import { inParallel } from '../../../src/fleet-list/in-parallel';
import { Activations } from '../../../src/temporal/activations';
import { activationId, clearanceChanged, HIGH_MOBILITY } from '../../../workflows/messages';
import { MINIMAL_QUEUE } from '../baselines/minimal-worker';
import type { Case, Run } from '../figure';
import { fleetOf, untilAtLeast } from '../fleet';
import { rounded } from '../pairs';
import { AMPLE, type Part, Stage, WORKER_IMAGE } from '../parts';

const AT_ONCE = 50;
const BRAND = 'bmw';
const FLEET = 'bench-parked';

export const parked: Case = {
  name: 'parked',
  title: 'Parked activations: memory, and a restart of the worker',
  how:
    'Real: the worker and the simulator as delivered, a server in memory. All vehicles are started and submitted, and then wait ' +
    'for the carmaker. The worker is stopped, every vehicle is approved by the simulator, without a webhook, and its activation is sent the signal, a worker is started, and the clock ' +
    'runs from its start until the server shows all as approved. The memory is the largest that was seen of the worker, looked at ' +
    'every half second, before and after the restart. The baseline is the minimal workflow, whose worker caches what the ' +
    'SDK caches by default, with all other settings of ours; it has fewer vehicles, to save time, and the time for each is compared. One after the other, ' +
    'because neither can be repeated within the time; our first data check is off.',
  async measure({ quick, say }: Run) {
    const count = quick ? 200 : 10_000;
    const baselineCount = quick ? 200 : 2_000;
    const stage = await Stage.open();
    try {
      const { url } = await stage.vin(['simulator', '-o', 'json']).ready;
      const minimal = await park(stage, minimalForm(stage, url, fleetOf('B', baselineCount)), say);
      const ours = await park(stage, ourForm(stage, url, fleetOf('A', count)), say);
      const many = count.toLocaleString('en-US');
      return [
        {
          id: `parked-memory-${count}`,
          what: `memory of the worker with ${many} parked activations, MB`,
          ours: `${rounded(ours.memory)} MB`,
          baseline: `${rounded(minimal.memory)} MB with ${baselineCount.toLocaleString('en-US')}`,
          value: ours.memory,
          line: { atMost: 400 },
          better: 'less' as const,
        },
        {
          id: `parked-time-${count}`,
          what: `time until ${many} have handled a signal after a restart, each, to the minimal workflow`,
          ours: `${rounded(ours.seconds)} s`,
          baseline: `${rounded(minimal.seconds)} s for ${baselineCount.toLocaleString('en-US')}`,
          value: ours.seconds / count / (minimal.seconds / baselineCount),
          line: { atMost: 1.2 },
          why: REPLAYS,
          better: 'less' as const,
        },
      ];
    } finally {
      await stage.close();
    }
  },
};

const REPLAYS =
  'every activation is replayed before it takes its signal. The server needs longer for each where there are more of them: with ' +
  '6,000 of each form, on a server of its own, it was 1.26 (25.1 and 20.0 ms). The worker spends 21.6 ms of CPU on one of ours and ' +
  '15.4 on a minimal one. Profiled, 7 ms of that are the clock that Node starts for each call into the sandbox, and 3.5 what the SDK ' +
  'writes down for each promise. Ours is called more often, because its rules are a local activity of their own: only so are they ' +
  'in its history, and a replay decides by the same.';

/** How one form is started, and how the server tells where its vehicles are. */
interface Form {
  readonly name: string;
  readonly vins: readonly string[];
  /** Of the simulator. */
  readonly url: string;
  worker(): Part;
  start(vin: string): Promise<unknown>;
  /** How many vehicles wait for the carmaker. */
  waiting(): Promise<number>;
  /** How many have handled their signal. */
  approved(): Promise<number>;
}

function ourForm(stage: Stage, url: string, vins: readonly string[]): Form {
  const activations = new Activations(stage.temporal.client);
  const counted = (status: string): Promise<number> =>
    countOf(stage, `Fleet = '${FLEET}' AND ClearanceStatus = '${status}'`);
  return {
    name: 'ours',
    vins,
    url,
    worker: () => stage.vin(['worker'], { ...WORKER_IMAGE, HIGH_MOBILITY_BASE_URL: url, VIN_BUDGETS: AMPLE }),
    start: (vin) => activations.start({ vin, brand: BRAND, fleet: FLEET }),
    waiting: () => counted('pending'),
    approved: () => counted('approved'),
  };
}

function minimalForm(stage: Stage, url: string, vins: readonly string[]): Form {
  const { workflow } = stage.temporal.client;
  return {
    name: 'minimal',
    vins,
    url,
    worker: () =>
      stage.baseline('minimal-worker', ['default'], { ...WORKER_IMAGE, HIGH_MOBILITY_BASE_URL: url }),
    start: (vin) =>
      workflow.start('minimal', {
        workflowId: activationId(HIGH_MOBILITY, vin),
        taskQueue: MINIMAL_QUEUE,
        args: [vin, BRAND],
      }),
    // The server does not tell; the provider does, a moment before the workflow waits.
    waiting: async () => {
      const reply = await fetch(`${url}/_simulator/health`);
      return ((await reply.json()) as { clearances: number }).clearances;
    },
    approved: () => countOf(stage, `WorkflowType = 'minimal' AND ExecutionStatus = 'Completed'`),
  };
}

async function countOf(stage: Stage, query: string): Promise<number> {
  return (await stage.temporal.client.workflow.count(query)).count;
}

async function park(stage: Stage, form: Form, say: Run['say']): Promise<{ memory: number; seconds: number }> {
  const { name, vins } = form;
  const wait = (what: string, count: () => Promise<number>): Promise<number> =>
    untilAtLeast(vins.length, count, { what: `${name}, ${what}`, within: 900_000, say });
  const before = watched(form.worker());
  await inParallel(vins, AT_ONCE, form.start);
  await wait('waiting', form.waiting);
  say(`${name}: ${vins.length} are parked, the worker has ${rounded(before.most())} MB`);
  await before.stop();

  const { workflow } = stage.temporal.client;
  const providerTime = new Date().toISOString();
  await inParallel(vins, AT_ONCE, async (vin, index) => {
    await approve(form.url, vin);
    const claim = { status: 'approved', deliveryId: `${name}-${index}`, providerTime };
    await workflow.getHandle(activationId(HIGH_MOBILITY, vin)).signal(clearanceChanged, claim);
  });
  say(`${name}: all have been sent a signal`);
  const begun = performance.now();
  const after = watched(form.worker());
  await wait('approved', form.approved);
  const seconds = (performance.now() - begun) / 1_000;
  const memory = Math.max(before.most(), after.most());
  say(`${name}: all have handled it after ${rounded(seconds)} s, the worker had up to ${rounded(memory)} MB`);
  await after.stop();
  return { memory, seconds };
}

/** What the signal says is true at the provider, too: who doubts it is not to be sent round in circles. */
async function approve(url: string, vin: string): Promise<void> {
  const reply = await fetch(`${url}/_simulator/vehicles/${vin}/status`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ status: 'approved' }),
  });
  if (!reply.ok) throw new Error(`${vin} was not approved: ${reply.status}`);
}

/** Looks at the memory of a process until it is stopped. */
function watched(part: Part): { most(): number; stop(): Promise<void> } {
  let most = 0;
  const look = (): void => {
    const now = part.rss();
    if (now > most) most = now;
  };
  const timer = setInterval(look, 500);
  return {
    most: () => {
      look();
      return most;
    },
    stop: async () => {
      clearInterval(timer);
      await part.stop();
    },
  };
}
