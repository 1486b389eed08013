import { randomInt, randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { type Duration, defaultPayloadConverter } from '@temporalio/common';
import type { Activations, Sending } from '../../src/activations/activations';
import type { ActivationReport } from '../../src/activations/reports';
import type { MessageReply } from '../../src/activations/sending';
import { withConcurrency } from '../../src/fleet-list/concurrency';
import {
  ACTIVATION,
  activationId,
  type ClearanceClaim,
  type MessageKind,
} from '../../workflows/contract/messages';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { APP } from './application';
import { answered, eventually } from './command-line';

/** So many VINs that no other test uses. */
export function freshVins(count: number): string[] {
  const block = `WBA8E9G5${randomInt(36 ** 4)
    .toString(36)
    .toUpperCase()
    .padStart(4, '0')}`;
  return Array.from({ length: count }, (_, index) => `${block}${String(index).padStart(5, '0')}`);
}

/** Activations that are there and hear nothing yet: no worker runs for them. */
export async function startActivations(
  client: Client,
  vins: readonly string[],
  taskQueue: string,
  options: { readonly workflowTaskTimeout?: Duration } = {},
): Promise<void> {
  await withConcurrency(vins, 16, (vin) =>
    client.workflow.start(ACTIVATION, {
      ...options,
      workflowId: activationId(APP, vin),
      taskQueue: applicationQueue(APP, taskQueue),
      args: [{ ...APP, vin, brand: 'bmw' }],
    }),
  );
}

/** The ids of the deliveries whose claims are in the history of a vehicle's activation. */
export async function deliveriesIn(client: Client, vin: string): Promise<string[]> {
  const { events } = await client.workflow.getHandle(activationId(APP, vin)).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
    const payload = signal?.input?.payloads?.[0];
    if (!payload) return [];
    return [defaultPayloadConverter.fromPayload<ClearanceClaim>(payload).deliveryId ?? 'none'];
  });
}

/**
 * Sends a message, the same by its id, until it is known what came of it. A worker has as long to take it in as a busy machine needs.
 */
export function sent(
  activations: Activations,
  kind: MessageKind,
  vin: string,
  request: object = {},
  how: Sending = { patience: 120_000 },
): Promise<MessageReply> {
  const same = { id: randomUUID(), ...request };
  return answered(() => activations.send(kind, vin, same, how));
}

/** An activation's own answer, with its history: a busy worker may not give it in time at once. */
export function wholeReport(activations: Activations, vin: string): Promise<ActivationReport> {
  return eventually(
    () => activations.report(vin),
    ({ complete }) => complete,
  );
}
