import { type Client, ScheduleNotFoundError } from '@temporalio/client';
import { SWEEP, sweepId } from '../../workflows/contract/messages';
import type { KnownApplication } from '../config/applications';
import { lookAtWorkers, type Polled } from '../doctor/workers';
import { type Application, applicationKey } from '../domain/application';
import type { GatewayMetrics } from '../gateway/metrics';
import type { Sign } from '../gateway/page/front';
import { ageIn } from '../gateway/page/words';
import type { Readiness } from '../gateway/readiness';

/** Milliseconds for which what was seen is shown, and that one look may take. */
const FRESH = 30_000;
const DEADLINE = 5_000;

interface Watched {
  readonly client: Client;
  readonly served: readonly KnownApplication[];
  readonly readiness: Readiness;
  readonly metrics: GatewayMetrics;
}

/** How the parts of the machine are, looked at once in half a minute however often it is asked. */
export function createSigns({ client, served, readiness, metrics }: Watched): () => Promise<readonly Sign[]> {
  let at = Number.NEGATIVE_INFINITY;
  let looking: Promise<readonly Sign[]> | undefined;
  const look = async (): Promise<readonly Sign[]> => {
    const problem = await readiness.problem();
    if (problem !== null) return [{ name: 'Temporal', says: problem, isGood: false }, ...webhooks()];
    const ofTemporal = async (): Promise<Sign[]> => [
      await workers(client, served),
      ...(await Promise.all(served.map(({ app }) => sweep(client, app)))),
    ];
    const seen = await client.withDeadline(Date.now() + DEADLINE, ofTemporal).catch(() => []);
    return [{ name: 'Temporal', says: 'answers', isGood: true }, ...seen, ...webhooks()];
  };
  const webhooks = (): Sign[] =>
    served
      .filter(({ profile }) => profile.webhook !== undefined)
      .flatMap(({ app }) => {
        const age = metrics.heardAgo(app);
        if (age === null) return [];
        const says = `heard of within ${ageIn(Math.max(1_000, age))}`;
        return [{ name: `webhooks of ${applicationKey(app)}`, says, isGood: true }];
      });
  return () => {
    if (!looking || performance.now() - at > FRESH) {
      at = performance.now();
      looking = look();
    }
    return looking;
  };
}

async function workers(client: Client, served: readonly KnownApplication[]): Promise<Sign> {
  const polled = served.map(({ app, profile }): Polled => ({ app, budgets: profile.budgets }));
  const found = await lookAtWorkers(client, polled, { certificates: false });
  const wrong = found.filter(({ state }) => state === 'problem');
  const [first] = wrong.length > 0 ? wrong : found;
  return {
    name: 'workers',
    says: wrong.length > 0 ? `${first?.of}: ${first?.says}` : (first?.says ?? 'none is needed'),
    isGood: wrong.length === 0,
  };
}

/** When the provider's list was last compared with what is believed: by the schedule, or because somebody asked. */
async function sweep(client: Client, app: Application): Promise<Sign> {
  const [plan, last] = await Promise.all([planOf(client, app), lastSweep(client, app)]);
  return signOfSweep(`sweep of ${applicationKey(app)}`, plan, last, Date.now());
}

/** What the schedule is about to do; null where there is none. */
interface Plan {
  readonly isPaused: boolean;
  readonly next: Date | undefined;
}

interface LastSweep {
  readonly endedAt: number;
  readonly isDone: boolean;
}

async function planOf(client: Client, app: Application): Promise<Plan | null> {
  try {
    const { info, state } = await client.schedule.getHandle(sweepId(app, false)).describe();
    return { isPaused: state.paused, next: info.nextActionTimes[0] };
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
}

/** The sweep that has ended last, of changes or a full one, of a schedule or not; null where none is known. */
async function lastSweep(client: Client, app: Application): Promise<LastSweep | null> {
  const ids = sweepId(app, false).replace(/[^:]*$/, '');
  const query = `WorkflowType = '${SWEEP}' AND WorkflowId STARTS_WITH '${ids}' AND ExecutionStatus != 'Running' AND ExecutionStatus != 'ContinuedAsNew'`;
  for await (const { closeTime, status } of client.workflow.list({ query, pageSize: 1 })) {
    return { endedAt: closeTime?.getTime() ?? Date.now(), isDone: status.name === 'COMPLETED' };
  }
  return null;
}

/** @param now milliseconds since 1970. */
export function signOfSweep(name: string, plan: Plan | null, last: LastSweep | null, now: number): Sign {
  const ago = last && `${ageIn(Math.max(1_000, now - last.endedAt))} ago`;
  const was = last ? `${last.isDone ? '' : 'the last one failed '}${ago}` : 'not yet';
  if (!plan) {
    const says = `${was}; it has no schedule: no worker has started, or VIN_SWEEP_INTERVAL is off`;
    return { name, says, isGood: false };
  }
  if (plan.isPaused) return { name, says: `${was}; somebody has paused its schedule`, isGood: false };
  const then = plan.next ? `, next in ${ageIn(Math.max(1_000, plan.next.getTime() - now))}` : '';
  return { name, says: `${was}${then}`, isGood: last?.isDone ?? true };
}
