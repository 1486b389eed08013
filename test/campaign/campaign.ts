import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { withConcurrency } from '../../src/fleet-list/concurrency';
import type { TemporalConfig } from '../../src/temporal/connection';
import { Random } from '../simulation/random';
import { eventually } from '../support/command-line';
import { allRuns, problemsOf, type Run } from '../support/histories';
import { SPEED, Stage, WEBHOOK_SECRET } from '../support/stage';
import { audit, type Evidence, isAtRest } from './auditor';
import { type Car, drawFleet } from './fleet';
import { Messengers } from './messengers';
import { WorkerCrew } from './worker-crew';
import { World } from './world';

export interface CampaignOptions {
  readonly temporal: TemporalConfig;
  readonly vehicles: number;
  /** How long the troubles last, in seconds. */
  readonly seconds: number;
  readonly seed: number;
  /** The most replacements of workers. */
  readonly replacements: number;
}

export interface CampaignReport {
  /** Histories that do not replay, that may be replayed in another order, or with a failed task. */
  readonly histories: readonly string[];
  readonly breaches: readonly string[];
  /** Vehicles that do not come to rest. */
  readonly restless: readonly string[];
  readonly surprises: readonly string[];
  readonly figures: Readonly<Record<string, unknown>>;
}

/**
 * A call of a killed worker is given up after a minute, and one that it may have made is waited for as long: so rest takes
 * its time, more of it on a busy machine, and the lives of such vehicles begin late.
 */
const REST_WITHIN = 900_000;
const PAUSE = 1_000;

/** Lives through a time of troubles, waits until everything has come to rest, and looks at all that is left. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const { temporal, seed, vehicles } = options;
  const random = new Random(seed);
  const environment = { VIN_SWEEP_INTERVAL: '12h', VIN_LOG_LEVEL: 'info' };
  const stage = await Stage.open({ temporal, speed: SPEED, seed, environment });
  try {
    const webhooks = await stage.gateway();
    stage.simulator.setWebhook({ url: webhooks, secret: WEBHOOK_SECRET });
    const world = new World(stage, random, webhooks);
    const messengers = new Messengers(stage, random);
    const crew = new WorkerCrew(stage, random);
    const fleet = drawFleet(random, vehicles);
    await crew.begin();
    const started = Date.now();
    await haveTroubles({ options, stage, random, world, messengers, crew, fleet });
    stage.simulator.clearFaults();
    const troubled = Date.now();
    const evidence = await untilRest(stage, fleet);
    const breaches = audit(stage, evidence, messengers);
    const rested = Date.now();
    const runs = await allRuns(stage.client);
    const replayed = Date.now();
    const histories = await problemsOf(runs);
    const restless = evidence.filter(({ report }) => !isAtRest(report)).map(inWords);
    await keep(stage, runs, seed, [...histories, ...breaches, ...restless]);
    return {
      histories,
      breaches,
      restless,
      surprises: messengers.surprises,
      figures: {
        seed,
        vehicles,
        seconds: {
          troubles: seconds(started, troubled),
          rest: seconds(troubled, rested),
          replay: seconds(replayed),
        },
        workers: crew.count,
        world: world.count,
        messages: messengers.count,
        leaving: messengers.leaving.size,
        executions: tally(evidence.map(({ report }) => report.execution)),
        ...figuresOf(runs),
      },
    };
  } finally {
    await stage.close();
  }
}

interface Parts {
  readonly options: CampaignOptions;
  readonly stage: Stage;
  readonly random: Random;
  readonly world: World;
  readonly messengers: Messengers;
  readonly crew: WorkerCrew;
  readonly fleet: readonly Car[];
}

async function haveTroubles({
  options,
  stage,
  random,
  world,
  messengers,
  crew,
  fleet,
}: Parts): Promise<void> {
  const { seconds: length, replacements } = options;
  const end = Date.now() + length * 1_000;
  const waiting = [...fleet];
  const alive: Car[] = [];
  const errands = new Set<Promise<unknown>>();
  const send = (work: Promise<unknown>): void => {
    const errand = work.finally(() => errands.delete(errand));
    errands.add(errand);
  };
  const onboard = async (): Promise<void> => {
    for (const car of waiting.splice(0, random.between(1, 12))) {
      stage.simulator.script(car.vin, car.life);
      stage.simulator.scriptData(car.vin, { after: car.data });
      await stage.activations.start({ vin: car.vin, brand: car.brand });
      alive.push(car);
    }
  };
  /** Something that happens now to a vehicle; mostly to one whose call is under way. */
  const happen = (): void => {
    const underWay = world.underWay();
    const together = alive.filter(({ vin }) => underWay.has(vin));
    const car = together.length > 0 && random.chance(0.7) ? random.pick(together) : random.pick(alive);
    const dice = random.next();
    if (dice < 0.35) send(world.webhook(car));
    else if (dice < 0.6) send(world.sweep(car));
    else if (dice < 0.75) send(messengers.write(car));
    else if (dice < 0.8) send(messengers.blunder(car));
    else if (dice < 0.86) send(messengers.defleet(car));
    else if (dice < 0.88) world.drift(car);
    else if (dice < 0.93) world.fault();
    else world.delay();
  };
  const replaceWorkers = async (): Promise<void> => {
    for (let count = 0; count < replacements && Date.now() < end; count += 1) {
      await wait(random.between(500, 4_000));
      await crew.replaceOne();
    }
  };

  const replacing = replaceWorkers();
  const pace = (length * 1_000) / (fleet.length * 12);
  while (Date.now() < end) {
    if (waiting.length > 0 && random.chance(0.15)) await onboard();
    if (alive.length > 0 && errands.size < 40) happen();
    await wait(random.next() * 2 * pace);
  }
  while (waiting.length > 0) await onboard();
  await Promise.all([replacing, ...errands]);
}

/** Looks until each vehicle is at rest, or the time is over. */
async function untilRest(stage: Stage, fleet: readonly Car[]): Promise<Evidence[]> {
  const end = Date.now() + REST_WITHIN;
  const resting = new Map<string, Evidence>();
  for (;;) {
    for (const car of fleet) {
      if (resting.has(car.vin)) continue;
      const evidence = await eventually(
        () => evidenceOf(stage, car),
        () => true,
      );
      if (isAtRest(evidence.report) || Date.now() > end) resting.set(car.vin, evidence);
    }
    if (resting.size === fleet.length) break;
    await wait(PAUSE);
  }
  // What was at rest may have been woken since, and the carmaker may go on while it is looked at.
  for (;;) {
    const before = changesAt(stage);
    const evidence: Evidence[] = [];
    await withConcurrency(fleet, 4, async (car) => evidence.push(await restingNow(stage, car)));
    if (changesAt(stage) === before || Date.now() > end) return evidence;
    await wait(PAUSE);
  }
}

/** How many changes the provider has made. */
function changesAt({ simulator: { ledger } }: Stage): number {
  return ledger.clearances.reduce((sum, { changelog }) => sum + changelog.length, 0);
}

async function restingNow(stage: Stage, car: Car): Promise<Evidence> {
  const look = (): Promise<Evidence> => evidenceOf(stage, car);
  return eventually(look, ({ report }) => isAtRest(report)).catch(look);
}

/** Once more where it has ended between the two looks. */
async function evidenceOf(stage: Stage, car: Car): Promise<Evidence> {
  const report = await stage.activations.report(car.vin);
  const { closeTime, status } = await stage.handle(car.vin).describe();
  if (report.execution !== status.name) return evidenceOf(stage, car);
  return { car, report, endedAt: closeTime?.getTime() ?? null };
}

function inWords({ car, report }: Evidence): string {
  const { execution, step, status, waitingFor, trouble, complete } = report;
  return `${car.vin} (${car.brand}): ${JSON.stringify({ execution, step, status, waitingFor, trouble, complete })}`;
}

function figuresOf(runs: readonly Run[]): object {
  const events = runs.flatMap(({ history }) => history.events ?? []);
  const ours = runs.filter(({ workflowId }) => workflowId.startsWith('activation:'));
  return {
    runs: tally(runs.map(({ workflowId }) => workflowId.split(':')[0] ?? '')),
    freshRuns: ours.length - new Set(ours.map(({ workflowId }) => workflowId)).size,
    longest: Math.max(...ours.map(({ history }) => history.events?.length ?? 0)),
    events: events.length,
    tasksLost: events.filter((event) => event.workflowTaskTimedOutEventAttributes).length,
    tasksOvertaken: events.filter((event) => event.workflowTaskFailedEventAttributes).length,
  };
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function seconds(from: number, to = Date.now()): number {
  return Math.round((to - from) / 1_000);
}

/** Leaves on the disk all that is known of the vehicles that something is wrong with, for who looks for the cause. */
async function keep(
  { simulator }: Stage,
  runs: readonly Run[],
  seed: number,
  problems: readonly string[],
): Promise<void> {
  if (problems.length === 0) return;
  const folder = await mkdtemp(join(tmpdir(), `campaign-${seed}-`));
  process.stderr.write(`what is known of them is in ${folder}\n`);
  const vinOf = (name: string): string => /WBA8E9G50GC\d{6}/.exec(name)?.[0] ?? name;
  const guilty = new Set(problems.map(vinOf));
  for (const { workflowId, runId, history } of runs.filter((run) => guilty.has(vinOf(run.workflowId)))) {
    const file = join(folder, `${vinOf(workflowId)}-${runId}.json`);
    await writeFile(file, historyToJSON(history));
  }
  const { calls, clearances } = JSON.parse(JSON.stringify(simulator.ledger)) as {
    calls: { vins: string[] }[];
    clearances: { vin: string }[];
  };
  const ledger = {
    problems,
    calls: calls.filter(({ vins }) => vins.some((vin) => guilty.has(vin))),
    clearances: clearances.filter(({ vin }) => guilty.has(vin)),
  };
  await writeFile(join(folder, 'ledger.json'), JSON.stringify(ledger));
}
