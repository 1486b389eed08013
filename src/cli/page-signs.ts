import type { Client } from '@temporalio/client';
import { sweepId } from '../../workflows/contract/messages';
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

/** When the provider's list was last compared with what is believed. */
async function sweep(client: Client, app: Application): Promise<Sign> {
  const name = `sweep of ${applicationKey(app)}`;
  try {
    const { info, state } = await client.schedule.getHandle(sweepId(app, false)).describe();
    if (state.paused) return { name, says: 'somebody has paused it', isGood: false };
    const last = info.recentActions.at(-1)?.takenAt;
    const next = info.nextActionTimes[0];
    const when = last ? `${ageIn(Math.max(1_000, Date.now() - last.getTime()))} ago` : 'not yet';
    const then = next ? `, next in ${ageIn(Math.max(1_000, next.getTime() - Date.now()))}` : '';
    return { name, says: `${when}${then}`, isGood: true };
  } catch {
    return {
      name,
      says: 'it has no schedule: no worker has started, or VIN_SWEEP_INTERVAL is off',
      isGood: false,
    };
  }
}
