import { DefaultLogger, Runtime } from '@temporalio/worker';
import { readTemporalConfig } from '../../src/temporal/connection';
import { connectWorker } from '../../src/temporal/worker-connection';
import { ProviderDouble } from '../../test/support/provider-double';
import { createWatchingWorker } from '../baselines/watching-worker';
import {
  type Cost,
  type Counted,
  createOurs,
  liveOurs,
  liveShortly,
  liveToApproved,
  liveWatching,
} from '../counted-lives';
import type { Case, Figure, Run } from '../figure';
import { rounded } from '../pairs';
import { Stage } from '../parts';
import { startSkippingServer } from '../skipping-server';
import type { Transactions } from '../transactions';

export const cost: Case = {
  name: 'cost',
  title: 'What one activation costs',
  how:
    'To approved: one activation on a real server, with the rules of an application that is swept, from its start ' +
    'until the signal of the gateway is taken in; the question for first data comes after that, and is told beside it. Ten days: a Volkswagen with three reasons (after one, five and nine and a half ' +
    'days), the first two of which are told to its owner a day later, and a cancel after ten days that the provider ends within an ' +
    'hour; lived on the server that skips time by our activation, by a workflow that looks every hour and sleeps in ' +
    'between, and by one whose single activity the server repeats every hour. Reasons reach ours as the sweep tells them; its own ' +
    'call, which is shared by all vehicles, is counted with the case "calls". The server that skips time does not tell ' +
    'state transitions: they are counted from the events by one rule for all, which is checked against what a real server ' +
    'tells of short lives. Actions are counted as Temporal Cloud bills them.',
  async measure({ say }: Run) {
    quiet();
    const short = await measureShortLives(say);
    const skipping = await startSkippingServer();
    try {
      const ours = await liveOurs(skipping);
      say(`ours: ${words(ours)}`);
      const polling = await liveWatching(skipping, 'timerPolling');
      say(`hourly timer: ${words(polling)}`);
      const retried = await liveWatching(skipping, 'serverRetrying');
      say(`repeated by the server: ${words(retried)}`);
      return figuresOf(short, ours, polling, retried);
    } finally {
      await skipping.stop();
    }
  },
};

const MEMOS =
  'each of the three reasons brings a memo beside the columns: its words and what to do, which lists show. A sweep that says when it ' +
  'began saves the last look and its timer, two of the three (docs/decisions/0015-columns-and-memo.md).';
const FLOOR =
  'every event and transition left stands for something that happened: 13 transitions are the start and what the carmaker says (three ' +
  'reasons, the end), 6 the two escalations, 3 the cancel, 4 the DELETE, whose task queue keeps the budget, 2 the submission. One timer ' +
  'follows the next deadline, which moves with each of them. A DELETE without a task of its own would take 24 transitions and 57 events; ' +
  'but then the budget asks for a slot, an activity without a workflow, which submissions share and a DELETE would not. ' +
  'To leave out the look by ourselves where sweeps run would save 4 events, and a timer that is moved only when its deadline comes ' +
  'sooner, 2: an activation would then wait with nothing but the sweep to wake it, or say the wrong person on its timer.';

function words({ events, transitions, actions, calls }: Cost): string {
  return `${events} events, ${transitions} transitions, ${actions} actions, ${calls} provider calls`;
}

function figuresOf({ approved, withData, check }: Short, ours: Cost, polling: Cost, retried: Cost): Figure[] {
  const count = (id: string, what: string, value: number, atMost: number | null): Figure => ({
    id: `cost-${id}`,
    what,
    ours: String(value),
    baseline: '-',
    value,
    line: atMost === null ? null : { atMost },
    better: 'less',
  });
  const fewer = (
    key: keyof Cost,
    what: string,
    of: Cost,
    form: string,
    times: number | null,
    why?: string,
  ): Figure => ({
    ...(why !== undefined && { why }),
    id: `cost-${form.replaceAll(' ', '-')}-${key}`,
    what: `${what} in ten days: how many times fewer than the ${form}`,
    ours: rounded(ours[key]),
    baseline: rounded(of[key]),
    value: of[key] / ours[key],
    line: times === null ? null : { atLeast: times },
    better: 'more',
  });
  return [
    count('events', 'history events to approved', approved.events, 15),
    count('transitions', 'state transitions to approved', approved.transitions, 10),
    count('actions', 'Cloud actions to approved', approved.actions, null),
    count('data-events', 'history events until first data flows', withData.events, null),
    count('data-transitions', 'state transitions until first data flows', withData.transitions, null),
    { ...count('ten-days-events', 'history events of the ten-day life', ours.events, 62), why: MEMOS },
    count('ten-days-transitions', 'state transitions of the ten-day life', ours.transitions, null),
    fewer('events', 'history events', polling, 'hourly timer', 50, FLOOR),
    fewer('actions', 'Cloud actions', polling, 'hourly timer', null),
    fewer('transitions', 'state transitions', polling, 'hourly timer', null),
    fewer('calls', 'provider calls', retried, 'activity that the server repeats', 20),
    fewer('transitions', 'state transitions', retried, 'activity that the server repeats', 20, FLOOR),
    fewer('events', 'history events', retried, 'activity that the server repeats', null),
    fewer('actions', 'Cloud actions', retried, 'activity that the server repeats', null),
    check,
  ];
}

interface Short {
  readonly approved: Transactions;
  readonly withData: Transactions;
  readonly check: Figure;
}

/** On a real server: our way to approved, and a look at whether our rule counts transitions as the server does. */
async function measureShortLives(say: Run['say']): Promise<Short> {
  const stage = await Stage.open();
  const connection = await connectWorker(readTemporalConfig({ TEMPORAL_ADDRESS: stage.address }));
  const { client } = stage.temporal;
  try {
    const lives: Counted[] = [];
    for (const [vin, firstData] of [
      ['WBA8E9G50GN000001', false] as const,
      ['WBA8E9G50GN000002', true] as const,
    ]) {
      const provider = new ProviderDouble();
      provider.data = 'flowing';
      const worker = await createOurs(connection, provider, [], firstData);
      const settled = (): boolean => provider.count('data') === (firstData ? 1 : 0);
      lives.push(await worker.runUntil(() => liveToApproved(client, vin, settled)));
    }
    const [approved, withData] = lives.map(({ told }) => told) as [Transactions, Transactions];
    say(`to approved: ${approved.events} events, ${approved.transitions} transitions`);
    for (const form of ['timerPolling', 'serverRetrying']) {
      const provider = new ProviderDouble();
      const watching = await createWatchingWorker(connection, provider, []);
      lives.push(await watching.runUntil(() => liveShortly(client, form, provider)));
    }
    return { approved, withData, check: checkOf(lives) };
  } finally {
    await connection.close();
    await stage.close();
  }
}

function checkOf(lives: readonly Counted[]): Figure {
  const of = (count: keyof Counted): number[] => lives.map((life) => life[count].transitions);
  const [told, byRule] = [of('told'), of('byRule')];
  return {
    id: 'cost-check',
    what: 'transitions of four short lives: by how many our rule differs from the server',
    ours: byRule.join(', '),
    baseline: told.join(', '),
    value: told.reduce((sum, count, index) => sum + Math.abs(count - (byRule[index] ?? 0)), 0),
    line: { atMost: 0 },
    better: 'less',
  };
}

/** Once: the second worker of a process must not install it again. */
function quiet(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: 'ERROR', forward: {} } },
  });
}
