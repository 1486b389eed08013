import type { MetricMeter } from '@temporalio/common';
import type { ProviderCall } from '../providers/measured';
import type { Census } from './census';

/** Seconds. A call is given up after 25 s; one that goes through the whole list, after ten minutes. */
const CALL_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60, 600];

/** The names without what the exporter adds: `_seconds` to times, `_total` to counters. */
const CALL = 'vin_provider_call';

/** Buckets by the name of the histogram, for the exporter. */
export const BUCKETS: Record<string, number[]> = { [CALL]: CALL_BUCKETS };

/** What the worker counts beside the SDK's own figures (docs/deploying.md). No label ever holds a VIN. */
export class WorkerMetrics {
  private readonly calls;
  private readonly errors;
  private readonly activations;
  private readonly needAttention;
  private readonly oldestPending;
  private readonly counted;

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
  }

  /** A call to this provider has ended. */
  called(provider: string, { endpoint, milliseconds, error }: ProviderCall): void {
    this.calls.record(milliseconds / 1_000, { provider, endpoint });
    if (error) this.errors.add(1, { provider, endpoint, code: error });
  }

  /** All activations were counted. */
  census({ byStatus, needAttention, oldestPending }: Census): void {
    for (const [status, count] of Object.entries(byStatus)) this.activations.set(count, { status });
    this.needAttention.set(needAttention);
    this.oldestPending.set(oldestPending);
    this.counted.set(Date.now() / 1_000);
  }
}
