import { Activations } from '../../src/activations/activations';
import { withConcurrency } from '../../src/fleet-list/concurrency';
import { APP } from '../../test/support/application';
import { activationId } from '../../workflows/contract/messages';
import { MINIMAL_QUEUE } from '../baselines/minimal-worker';
import type { Case, Figure, Run } from '../figure';
import { fleetOf, untilAtLeast } from '../fleet';
import { measurePairs, ratioFigure, rounded } from '../pairs';
import { AMPLE, Stage, WORKER_IMAGE } from '../parts';
import { type Transactions, transactionsOf } from '../transactions';

const STARTS_AT_ONCE = 50;
const BRAND = 'bmw';
/** A carmaker that takes two days is done after a second: it approves while others still submit. */
const SPEED = 2 * 86_400;

export const throughput: Case = {
  name: 'throughput',
  title: 'Activations a second, start to approved',
  how:
    'Real: the gateway, the worker and the simulator with their defaults, each a process of its own; a server in memory. Vehicles ' +
    `are started ${STARTS_AT_ONCE} at a time, submitted over HTTP, approved by the simulator a second later, and announced by its ` +
    'webhooks, which the gateway hands on. The clock runs from the first start until the server shows all as approved. ' +
    'The baseline is a workflow that sends its VIN in one POST of its own, waits for the same signal and returns; its worker ' +
    'has the same settings (and the stacks of ten calls that the SDK comes with), and simulator, gateway and server are the same; neither is held back by a budget of calls. Our first data check, which comes after the ' +
    'approval, is off. The server is slower the more it holds: of the two pairs of 1,000 each form begins one, and with 5,000 ours comes second.',
  async measure({ quick, say }: Run) {
    const stage = await Stage.open();
    try {
      const arena = await Arena.open(stage);
      await arena.ours(fleetOf('A', 50));
      await arena.minimal(fleetOf('B', 50));
      say('all parts are warm');
      const figures: Figure[] = [];
      let letter = 'C'.charCodeAt(0);
      const next = (): string => String.fromCharCode(letter++);
      for (const [count, times] of quick ? [[200, 1] as const] : [[1_000, 2] as const, [5_000, 1] as const]) {
        const run = (form: 'minimal' | 'ours') => async () => {
          const rate = await arena[form](fleetOf(next(), count));
          say(`${form}: ${rounded(rate)} a second, ${count} vehicles`);
          return rate;
        };
        const pairs = await measurePairs(times, run('minimal'), run('ours'));
        const what = `activations a second, ${count.toLocaleString('en-US')} VINs, to the minimal workflow`;
        const told = { what, unit: 'a second', better: 'more' } as const;
        figures.push(
          ratioFigure(pairs, { ...told, id: `throughput-${count}`, line: { atLeast: 0.9 }, why: SHARED }),
          ratioFigure(pairs, {
            ...told,
            id: `throughput-${count}-goal`,
            what: `${what}: the goal after that`,
            line: { atLeast: 1.2 },
            why: SHARED,
          }),
        );
      }
      return [...figures, ...(await arena.transactions())];
    } finally {
      await stage.close();
    }
  },
};

const SHARED =
  'profiled: all parts share two cores, which are then busy. The server spends less on one of ours (some 35 ms of CPU, and 43 on a minimal ' +
  'one), our worker spends more. A quarter of what it spends is the clock that Node starts for each call into the ' +
  'sandbox, so that the SDK can break off a workflow that hangs: it cannot be turned off.';

/** Both forms, with everything that they share. */
class Arena {
  private readonly activations: Activations;
  private readonly last = { ours: '', minimal: '' };
  private completed = 0;

  private constructor(private readonly stage: Stage) {
    this.activations = new Activations(stage.temporal.client, APP);
  }

  static async open(stage: Stage): Promise<Arena> {
    const gateway = await stage.vin(['gateway', '--port', '0', '-o', 'json']).ready;
    const webhook = ['--webhook-url', `${gateway.url}/webhooks/high-mobility/default`];
    const simulator = ['simulator', '--speed', String(SPEED), ...webhook, '-o', 'json'];
    const { url } = await stage.vin(simulator).ready;
    stage.vin(['worker'], { ...WORKER_IMAGE, HIGH_MOBILITY_BASE_URL: url, VIN_BUDGETS: AMPLE });
    stage.baseline('minimal-worker', [], { ...WORKER_IMAGE, HIGH_MOBILITY_BASE_URL: url });
    return new Arena(stage);
  }

  /** @returns activations a second. */
  async ours(vins: readonly string[]): Promise<number> {
    const fleet = `bench-${vins[0]}`;
    this.last.ours = vins.at(-1) as string;
    const approved = `Fleet = '${fleet}' AND ClearanceStatus = 'approved'`;
    return this.rateOf(vins, approved, 0, (vin) => this.activations.start({ vin, brand: BRAND, fleet }));
  }

  async minimal(vins: readonly string[]): Promise<number> {
    const { workflow } = this.stage.temporal.client;
    this.last.minimal = vins.at(-1) as string;
    const ended = `WorkflowType = 'minimal' AND ExecutionStatus = 'Completed'`;
    const rate = await this.rateOf(vins, ended, this.completed, (vin) =>
      workflow.start('minimal', {
        workflowId: activationId(APP, vin),
        taskQueue: MINIMAL_QUEUE,
        args: [vin, BRAND],
      }),
    );
    this.completed += vins.length;
    return rate;
  }

  private async rateOf(
    vins: readonly string[],
    query: string,
    before: number,
    start: (vin: string) => Promise<unknown>,
  ): Promise<number> {
    const { workflow } = this.stage.temporal.client;
    const begun = performance.now();
    await withConcurrency(vins, STARTS_AT_ONCE, start);
    const count = async (): Promise<number> => (await workflow.count(query)).count - before;
    await untilAtLeast(vins.length, count, { what: query, within: 600_000 });
    return (vins.length * 1_000) / (performance.now() - begun);
  }

  async transactions(): Promise<Figure[]> {
    const { client } = this.stage.temporal;
    const of = (vin: string): Promise<Transactions> => transactionsOf(client, activationId(APP, vin));
    const [ours, minimal] = [await of(this.last.ours), await of(this.last.minimal)];
    const words = {
      transitions: 'state transitions',
      workflowTasks: 'workflow tasks',
      activityTasks: 'activity tasks',
    };
    return Object.entries(words).map(([key, what]) => {
      const [mine, its] = [ours[key as keyof Transactions], minimal[key as keyof Transactions]];
      return {
        id: `throughput-${key}`,
        what: `${what} of one activation, and of the minimal workflow`,
        ours: String(mine),
        baseline: String(its),
        value: mine,
        line: null,
        better: 'less' as const,
      };
    });
  }
}
