import type { Client } from '@temporalio/client';
import { redactVin } from '../base/redact-vin';
import { CallBrands } from '../calls/call-brands';
import { troubleTimes } from '../calls/endpoint-trouble';
import type { RateLimiter } from '../calls/rate-limiter';
import { withRetryAfterGate } from '../calls/retry-after-gate';
import { type Watched, withTroubleGate } from '../calls/trouble-gate';
import { type ProviderCall, withMetrics } from '../calls/with-metrics';
import type { KnownApplication } from '../config/applications';
import { type BudgetOrder, budgetsFor } from '../config/budgets';
import type { Logger } from '../config/log';
import type { Called } from '../days/called';
import { type Application, applicationKey } from '../domain/application';
import type { Budgets } from '../domain/endpoint';
import type { Settings } from '../providers/profile';
import type { ClearanceLister, ClearanceProvider } from '../providers/provider';
import { sweptActivations } from '../sweep/activations-at-provider';
import { createSweeper, type Sweeper } from '../sweep/sweeper';
import { createSharedRateLimiter } from '../temporal/shared-rate-limiter';
import { createTroubleTeller } from '../temporal/tell-trouble';
import type { WorkerMetrics } from '../temporal/worker-metrics';

/** An application that this worker serves, and what its variables say. */
export interface Served extends KnownApplication {
  readonly settings: Settings;
}

/** What a worker has for each of its applications. */
export interface Line {
  readonly app: Application;
  readonly provider: ClearanceProvider & ClearanceLister;
  readonly limiter: RateLimiter;
  readonly sweeper: Sweeper;
  readonly budgets: Budgets;
  /** What one call of its list can carry. */
  readonly filteredList: boolean;
  /** Told of vehicles before they are called for. */
  readonly brands: CallBrands;
}

export interface Surroundings {
  readonly client: Client;
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
  readonly signal: AbortSignal;
  /** What `VIN_BUDGETS` says. */
  readonly orders: readonly BudgetOrder[];
  readonly speed: number;
  /** Counts the calls of each day. */
  readonly called: Pick<Called, 'count'>;
  /** Whether the catalogue of an application has a brand. */
  readonly isBrand: (app: Application, brand: string) => boolean;
  /** By which operations is told. */
  readonly channelsAt: (app: Application) => readonly string[];
}

/** Connects an application: its provider, the slots and the trouble of its calls, its sweeps. */
export function connectApplication({ app, profile, settings }: Served, around: Surroundings): Line {
  const { client, metrics, signal } = around;
  const log = around.log.child({ application: applicationKey(app) });
  const onSkipped = ({ index, problem }: { index: number; problem: string }): void =>
    log.warn({ index, problem }, 'a row of the list cannot be read as it should');
  const brands = new CallBrands((brand) => around.isBrand(app, brand));
  const onCall = (call: ProviderCall): void => {
    metrics.called(app, call);
    around.called.count(app, call);
  };
  const counted = withMetrics(profile.connect(settings, { onSkipped }), onCall, brands);
  // One for everything that calls: a sweep heeds the wait that an activation was told, and the other way round.
  const slots = createSharedRateLimiter(client, app, signal);
  const teller = createTroubleTeller(client, app, { channels: () => around.channelsAt(app), signal });
  const watched: Watched<typeof counted> = withTroubleGate(counted, slots, {
    times: troubleTimes(around.speed),
    onNews: (news) => {
      if (news.type === 'met')
        log.warn({ endpoint: news.endpoint, problem: news.words }, 'trouble with the provider');
      teller.tell(news);
      metrics.inTrouble(app, watched.open());
    },
  });
  const { provider, limiter } = withRetryAfterGate(watched.provider, watched.limiter);
  const { filteredList } = profile.traits;
  const sweeper = makeSweeper({ client, app, provider, limiter, filteredList, log, metrics });
  const budgets = budgetsFor(around.orders, app, profile.budgets);
  return { app, provider, limiter, sweeper, budgets, filteredList, brands };
}

/** A part of each line, by the key of its application. */
export function byApplication<T>(lines: readonly Line[], part: (line: Line) => T): Record<string, T> {
  return Object.fromEntries(lines.map((line) => [applicationKey(line.app), part(line)]));
}

interface SweeperParts {
  readonly client: Client;
  readonly app: Application;
  readonly provider: ClearanceProvider & ClearanceLister;
  readonly limiter: RateLimiter;
  readonly filteredList: boolean;
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
}

function makeSweeper({ client, app, provider, limiter, filteredList, log, metrics }: SweeperParts): Sweeper {
  return createSweeper({
    app,
    filteredList,
    source: provider,
    activations: sweptActivations(client, app),
    limiter,
    onSwept: (summary) => {
      metrics.swept(summary);
      const { rows, differences, signals, duration } = summary;
      log.info({ rows, differences, signals, duration }, 'swept');
      const { count, first } = summary.untold;
      const some = first.slice(0, 3).map(({ vin, problem }) => ({
        vin: redactVin(vin),
        problem: problem.replaceAll(vin, redactVin(vin)),
      }));
      if (count > 0) log.warn({ count, some }, 'activations could not be told what the provider says');
    },
  });
}
