import type { MetricMeter } from '@temporalio/common';
import type { SweepSummary } from '../../workflows/contract/sweep-report';
import type { ProviderCall } from '../calls/with-metrics';
import type { Application } from '../domain/application';
import { TROUBLE_KINDS, type TroubleKind } from '../domain/trouble';
import type { Counts, ParkingCounts } from '../snapshot/counts';

/** Seconds. A call is given up after 25 s; one that goes through the whole list, after ten minutes. */
const CALL_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60, 600];

/** The names without what the exporter adds: `_seconds` to times, `_total` to counters. */
const CALL = 'vin_provider_call';
const SWEEP = 'vin_sweep';

/** Buckets by the name of the histogram, for the exporter. */
export const BUCKETS: Record<string, number[]> = { [CALL]: CALL_BUCKETS, [SWEEP]: CALL_BUCKETS };

/** What the worker counts beside the SDK's own figures (docs/deploying.md). No label ever holds a VIN. */
export class WorkerMetrics {
  private readonly calls;
  private readonly errors;
  private readonly activations;
  private readonly needAttention;
  private readonly troubled;
  private readonly overdue;
  private readonly troubles;
  private readonly oldestPending;
  private readonly counted;
  private readonly parkings;
  private readonly parkingsNeedAttention;
  private readonly parkingsInTrouble;
  private readonly sweeps;
  private readonly sweptRows;
  private readonly differences;
  private readonly signals;
  private readonly untold;

  constructor(meter: MetricMeter) {
    this.calls = meter.createHistogram(
      CALL,
      'float',
      'seconds',
      'Calls to a provider, by endpoint; their number and how long they took.',
    );
    this.errors = meter.createCounter(
      'vin_provider_errors',
      '',
      'Calls to a provider that failed, by endpoint and by code.',
    );
    this.sweeps = meter.createHistogram(
      SWEEP,
      'float',
      'seconds',
      'Sweeps that came to their end; their number and how long they took.',
    );
    this.sweptRows = meter.createGauge(
      'vin_sweep_rows',
      'int',
      '',
      "Rows of the provider's list, at the last sweep.",
    );
    this.differences = meter.createCounter(
      'vin_sweep_differences',
      '',
      'Activations that believed something else than the provider said, at sweeps.',
    );
    this.signals = meter.createCounter('vin_sweep_signals', '', 'Activations that sweeps told something.');
    this.untold = meter.createGauge(
      'vin_sweep_untold',
      'int',
      '',
      'Activations that did not take what the last sweep had to tell them.',
    );
    this.activations = meter.createGauge(
      'vin_activations',
      'int',
      '',
      'Activations that are alive, by status of the clearance.',
    );
    this.needAttention = meter.createGauge(
      'vin_activations_need_attention',
      'int',
      '',
      'Activations for which a person has to act.',
    );
    this.troubled = meter.createGauge(
      'vin_activations_in_trouble',
      'int',
      '',
      'Activations that wait because a command failed.',
    );
    this.overdue = meter.createGauge(
      'vin_activations_overdue',
      'int',
      '',
      'Activations whose deadline is over.',
    );
    this.troubles = meter.createGauge(
      'vin_trouble_endpoints',
      'int',
      '',
      'Endpoints of a provider that are in trouble for this worker, by kind: application-refused or away.',
    );
    this.oldestPending = meter.createGauge(
      'vin_activations_oldest_pending_age_seconds',
      'float',
      '',
      'Time since the oldest activation that is still pending has begun; 0 where none is.',
    );
    this.counted = meter.createGauge(
      'vin_activations_counted_timestamp_seconds',
      'float',
      '',
      'When the activations were counted, in seconds since 1970.',
    );
    this.parkings = meter.createGauge(
      'vin_parkings',
      'int',
      '',
      'Parkings that have not ended, by their step: adding, in-fleet or leaving.',
    );
    this.parkingsNeedAttention = meter.createGauge(
      'vin_parkings_need_attention',
      'int',
      '',
      'Parkings for which a person has to act.',
    );
    this.parkingsInTrouble = meter.createGauge(
      'vin_parkings_in_trouble',
      'int',
      '',
      'Parkings for which a call has failed, and is tried again.',
    );
  }

  /** A call to this provider has ended. */
  called({ provider, application }: Application, { endpoint, milliseconds, error }: ProviderCall): void {
    this.calls.record(milliseconds / 1_000, { provider, application, endpoint });
    if (error) this.errors.add(1, { provider, application, endpoint, code: error });
  }

  /** What is open with this provider now. */
  inTrouble({ provider, application }: Application, open: readonly { readonly kind: TroubleKind }[]): void {
    for (const kind of TROUBLE_KINDS) {
      const count = open.filter((one) => one.kind === kind).length;
      this.troubles.set(count, { provider, application, kind });
    }
  }

  /** A sweep has come to its end. */
  swept({ provider, application, duration, rows, differences, signals, untold }: SweepSummary): void {
    const of = { provider, application };
    this.sweeps.record(duration / 1_000, of);
    this.sweptRows.set(rows, of);
    this.differences.add(differences, of);
    this.signals.add(signals, of);
    this.untold.set(untold.count, of);
  }

  /** All activations of an application were counted. @param at when, in milliseconds since 1970. */
  activationCounts(
    { provider, application }: Application,
    { byStatus, needAttention, inTrouble, overdue, oldestPending }: Counts,
    at: number,
  ): void {
    const of = { provider, application };
    for (const [status, count] of Object.entries(byStatus)) this.activations.set(count, { ...of, status });
    this.needAttention.set(needAttention, of);
    this.troubled.set(inTrouble, of);
    this.overdue.set(overdue, of);
    this.oldestPending.set(oldestPending, of);
    this.counted.set(at / 1_000, of);
  }

  /** All parkings of a provider were counted. */
  parkingCounts(provider: string, { byStep, needAttention, inTrouble }: ParkingCounts): void {
    for (const [step, count] of Object.entries(byStep)) this.parkings.set(count, { provider, step });
    this.parkingsNeedAttention.set(needAttention, { provider });
    this.parkingsInTrouble.set(inTrouble, { provider });
  }
}
