import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';

export const ENDPOINTS = ['token', 'upload', 'list', 'enable', 'disable', 'remove', 'connectivity'] as const;
export type SimulatedEndpoint = (typeof ENDPOINTS)[number];

const target = {
  on: z.enum(ENDPOINTS),
  /** How many calls it meets. */
  times: z.union([z.number().int().min(1), z.literal('always')]).default(1),
};
/** Whether the request is carried out before the reply goes wrong. */
const commit = z.boolean().default(false);

export const faultSchema = z.discriminatedUnion('kind', [
  /** Another reply: an error with whatever body, as it is written. `retryAfter` is a header. */
  z.strictObject({
    ...target,
    kind: z.literal('status'),
    status: z.number().int().min(200).max(599),
    body: z.string().default('{}'),
    retryAfter: z.string().optional(),
    commit,
  }),
  /** The connection breaks without a reply. */
  z.strictObject({ ...target, kind: z.literal('drop'), commit }),
  /** The right reply, late by real milliseconds. */
  z.strictObject({ ...target, kind: z.literal('delay'), milliseconds: z.number().min(0) }),
  /** The right reply, cut off in its middle. */
  z.strictObject({ ...target, kind: z.literal('truncated') }),
]);
/** A fault as it is written down, with the defaults left out. */
export type FaultInput = z.input<typeof faultSchema>;
export type Fault = z.output<typeof faultSchema>;

/** The faults that are still to come, in the order in which they were set. */
export class Faults {
  private open: { readonly fault: Fault; left: number }[] = [];

  /** @throws Error when the fault is malformed. */
  set(input: FaultInput): void {
    const fault = faultSchema.parse(input);
    this.open.push({ fault, left: fault.times === 'always' ? Number.POSITIVE_INFINITY : fault.times });
  }

  clear(): void {
    this.open = [];
  }

  /** Takes the next fault of a call, after the delays that come before it. */
  async meet(endpoint: SimulatedEndpoint, signal: AbortSignal): Promise<Fault | undefined> {
    const found = this.open.filter(({ fault, left }) => left > 0 && fault.on === endpoint);
    for (const one of found) {
      one.left -= 1;
      if (one.fault.kind !== 'delay') return one.fault;
      await wait(one.fault.milliseconds, undefined, { signal });
    }
    return undefined;
  }
}
