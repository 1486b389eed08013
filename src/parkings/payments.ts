import { randomUUID } from 'node:crypto';
import { ActivityExecutionFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import type { ParkingActivities, ServicesAsked, Shown } from '../../activities/parking';
import type { Locked, Stay } from '../../workflows/contract/parking';
import { parkingCallsQueue, parkingQueue } from '../../workflows/contract/task-queues';
import { ERROR_CODES, type ErrorCode } from '../base/error-codes';
import { VinError } from '../base/errors';
import type { Plate } from '../domain/plate';

/** Milliseconds: how long a worker may take to begin, and to end. */
const PATIENCE = 120_000;
const DAY = 86_400_000;

/** Which services are meant: by their end, in milliseconds since 1970. @default the 50 days until now */
export interface ServicesMeant {
  readonly plate: Plate;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly type?: 'PARKING' | 'TOLL_ROAD' | undefined;
}

/** The longest span that is asked for: each 50 days are calls, with every credential. */
const LONGEST = 3_650 * DAY;

/** What is wrong with a span, behind the name of its beginning; null: nothing. */
export function spanProblem({ from, to = Date.now() }: Pick<ServicesMeant, 'from' | 'to'>): string | null {
  if (from === undefined) return null;
  if (from > to) return 'is after the end of the span: nothing could have ended in it';
  return to - from > LONGEST ? 'is more than ten years before the end of the span' : null;
}

/**
 * Services of vehicles that stay in the fleet, and their payments. Workers ask the provider, with the token that they share; each question
 * is an activity of its own, without a workflow.
 */
export class Payments {
  constructor(
    private readonly client: Client,
    private readonly provider: string,
    private readonly taskQueue?: string,
  ) {}

  /** Unpaid services of a vehicle, also those that go on. */
  services(meant: ServicesMeant): Promise<Shown[]> {
    return this.ask('showServices', this.askedOf(meant));
  }

  /** Locks their payments, for good. */
  lock(meant: ServicesMeant, by: string | null): Promise<Locked[]> {
    return this.ask('lockNow', { ...this.askedOf(meant), by });
  }

  /**
   * Declines to pay one service.
   *
   * @param plate only where it is one of this plate. @param since only where it ended then or later.
   * @throws VinError `SERVICE_UNKNOWN`
   */
  decline(
    id: string,
    by: string | null,
    plate: Plate | null = null,
    since: number | null = null,
  ): Promise<{ readonly application: string; readonly stay: Stay }> {
    return this.ask('declineNow', { provider: this.provider, id, by, plate, since });
  }

  private askedOf({ plate, from, to = Date.now(), type = undefined }: ServicesMeant): ServicesAsked {
    return { provider: this.provider, plate, from: from ?? to - 50 * DAY, to, type: type ?? null };
  }

  private async ask<K extends 'showServices' | 'lockNow' | 'declineNow'>(
    question: K,
    ...args: Parameters<ParkingActivities[K]>
  ): Promise<Awaited<ReturnType<ParkingActivities[K]>>> {
    try {
      const asked = this.client.activity.execute(question, {
        id: `${question}:${this.provider}:${randomUUID()}`,
        taskQueue: parkingCallsQueue(parkingQueue(this.provider, this.taskQueue)),
        args,
        startToCloseTimeout: PATIENCE,
        scheduleToCloseTimeout: PATIENCE,
        heartbeatTimeout: '10s',
        retry: { initialInterval: '2s', backoffCoefficient: 2, maximumAttempts: 3 },
        summary: 'Services of a vehicle',
      });
      return (await asked) as Awaited<ReturnType<ParkingActivities[K]>>;
    } catch (error) {
      throw asOurs(error, this.provider);
    }
  }
}

/** The error of an activity as the one that it was. */
function asOurs(error: unknown, provider: string): unknown {
  if (!(error instanceof ActivityExecutionFailedError)) return error;
  const { cause } = error;
  if (cause instanceof ApplicationFailure && cause.type && Object.hasOwn(ERROR_CODES, cause.type)) {
    const [details] = (cause.details ?? []) as readonly { readonly next?: string }[];
    return new VinError(cause.type as ErrorCode, cause.message, details?.next ?? '', { cause: error });
  }
  if (!(cause instanceof TimeoutFailure)) return error;
  return new VinError(
    'WORKER_MISSING',
    `No worker that has credentials of ${provider} has answered in time`,
    'See that vin worker runs with VIN_PARKING, then ask again.',
    { cause: error },
  );
}
