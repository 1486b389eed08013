import { Activations } from '../../src/activations/activations';
import { withConcurrency } from '../../src/fleet-list/concurrency';
import { APP } from '../../test/support/application';
import { activationId, clearanceChanged } from '../../workflows/contract/messages';
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
    'Real: the worker and the simulator with their defaults, a server in memory. All vehicles are started and submitted, and then wait ' +
    'for the carmaker. The worker is stopped, every vehicle is approved by the simulator, without a webhook, and its activation is sent the signal, a worker is started, and the clock ' +
    'runs from its start until the server shows all as approved. The memory is the largest that was seen of the worker, looked at ' +
    'every half second, before and after the restart. The baseline is the minimal workflow, whose worker caches what the ' +
    'SDK keeps by itself, with all other settings of ours; it has fewer vehicles, to save time, and the time for each is compared; ' +
    'the start of the worker, which takes seconds, weighs more on fewer. ' +
    'It is measured before ours and again after it, because a server is slower the more it holds, and no machine is equally quick ' +
    'all the time; the mean of both counts (the quick run has only the one before). Our first data check is off.',
  async measure({ quick, say }: Run) {
    const count = quick ? 100 : 10_000;
    const baselineCount = quick ? 100 : 2_000;
    const stage = await Stage.open();
    try {
      const { url } = await stage.vin(['simulator', '-o', 'json']).ready;
      const minimal = async (letter: string, earlier: number): Promise<Parked> =>
        park(stage, await minimalForm(stage, url, fleetOf(letter, baselineCount), earlier), say);
      const before = await minimal('B', 0);
      const ours = await park(stage, ourForm(stage, url, fleetOf('A', count)), say);
      const after = quick ? before : await minimal('C', baselineCount);
      const many = count.toLocaleString('en-US');
      const few = baselineCount.toLocaleString('en-US');
      return [
        {
          id: `parked-memory-${count}`,
          what: `memory of the worker with ${many} parked activations, MB`,
          ours: `${rounded(ours.memory)} MB`,
          baseline: `${rounded(Math.max(before.memory, after.memory))} MB with ${few}`,
          value: ours.memory,
          line: { atMost: 400 },
          better: 'less' as const,
        },
        {
          id: `parked-time-${count}`,
          what: `time until ${many} have handled a signal after a restart, each, to the minimal workflow`,
          ours: `${rounded(ours.seconds)} s`,
          baseline: `${rounded(before.seconds)} s before and ${rounded(after.seconds)} s after, for ${few}`,
          value: ours.seconds / count / ((before.seconds + after.seconds) / 2 / baselineCount),
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
  'every activation is replayed before it takes its signal, and the worker spends more CPU on one of ours. Profiled, a quarter is the ' +
  'clock that Node starts for each call into the sandbox, and an eighth what the SDK writes down for each promise.';

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
  const activations = new Activations(stage.temporal.client, APP);
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

/** @param earlier how many of this form have ended before. */
async function minimalForm(
  stage: Stage,
  url: string,
  vins: readonly string[],
  earlier: number,
): Promise<Form> {
  const { workflow } = stage.temporal.client;
  // The server does not tell who waits; the provider does, a moment before the workflow waits.
  const clearances = async (): Promise<number> => {
    const reply = await fetch(`${url}/_simulator/health`);
    return ((await reply.json()) as { clearances: number }).clearances;
  };
  const there = await clearances();
  return {
    name: 'minimal',
    vins,
    url,
    worker: () =>
      stage.baseline('minimal-worker', ['default'], { ...WORKER_IMAGE, HIGH_MOBILITY_BASE_URL: url }),
    start: (vin) =>
      workflow.start('minimal', {
        workflowId: activationId(APP, vin),
        taskQueue: MINIMAL_QUEUE,
        args: [vin, BRAND],
      }),
    waiting: async () => (await clearances()) - there,
    approved: async () =>
      (await countOf(stage, `WorkflowType = 'minimal' AND ExecutionStatus = 'Completed'`)) - earlier,
  };
}

async function countOf(stage: Stage, query: string): Promise<number> {
  return (await stage.temporal.client.workflow.count(query)).count;
}

interface Parked {
  readonly memory: number;
  readonly seconds: number;
}

async function park(stage: Stage, form: Form, say: Run['say']): Promise<Parked> {
  const { name, vins } = form;
  const wait = (what: string, count: () => Promise<number>): Promise<number> =>
    untilAtLeast(vins.length, count, { what: `${name}, ${what}`, within: 900_000, say });
  const before = watched(form.worker());
  await withConcurrency(vins, AT_ONCE, form.start);
  await wait('waiting', form.waiting);
  say(`${name}: ${vins.length} are parked, the worker has ${rounded(before.most())} MB`);
  await before.stop();

  const { workflow } = stage.temporal.client;
  const providerTime = new Date().toISOString();
  await withConcurrency(vins, AT_ONCE, async (vin, index) => {
    await approve(form.url, vin);
    const claim = { status: 'approved', deliveryId: `${name}-${index}`, providerTime };
    await workflow.getHandle(activationId(APP, vin)).signal(clearanceChanged, claim);
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
