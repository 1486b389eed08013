import { randomInt } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { ACTIVATION, activationId, type ClearanceClaim, HIGH_MOBILITY } from '../../workflows/messages';

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
): Promise<void> {
  await inParallel(16, vins, async (vin) => {
    const workflowId = activationId(HIGH_MOBILITY, vin);
    await client.workflow.start(ACTIVATION, { workflowId, taskQueue, args: [{ vin, brand: 'bmw' }] });
  });
}

/** The ids of the deliveries whose claims are in the history of a vehicle's activation. */
export async function deliveriesIn(client: Client, vin: string): Promise<string[]> {
  const { events } = await client.workflow.getHandle(activationId(HIGH_MOBILITY, vin)).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
    const payload = signal?.input?.payloads?.[0];
    if (!payload) return [];
    return [defaultPayloadConverter.fromPayload<ClearanceClaim>(payload).deliveryId ?? 'none'];
  });
}

/** Does something with each, so many at a time. */
export async function inParallel<T>(
  atOnce: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = [...items].reverse();
  const hand = async () => {
    for (let item = rest.pop(); item !== undefined; item = rest.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, hand));
}

/** Random numbers below 1 from a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
