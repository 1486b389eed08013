import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';

export const CALLS = [
  'token',
  'vehicles',
  'add',
  'remove',
  'detach',
  'services',
  'lock',
  'unpaid',
  'updated',
  'decline',
  'notification',
] as const;
export type SimulatedCall = (typeof CALLS)[number];

const target = {
  on: z.enum(CALLS),
  /** How many calls it meets. */
  times: z.union([z.number().int().min(1), z.literal('always')]).default(1),
};
/** Whether Autopay carries the request out before its answer goes wrong. */
const commit = z.boolean().default(false);

export const faultSchema = z.discriminatedUnion('kind', [
  /** An error id, under any status. */
  z.strictObject({
    ...target,
    kind: z.literal('error'),
    id: z.string().min(1),
    status: z.number().int().min(200).max(599).default(400),
    commit,
  }),
  /** The connection breaks without an answer. */
  z.strictObject({ ...target, kind: z.literal('drop'), commit }),
  /** A page of something in between. */
  z.strictObject({ ...target, kind: z.literal('html'), status: z.number().int().default(502), commit }),
  /** The answer comes late, by real milliseconds. */
  z.strictObject({ ...target, kind: z.literal('delay'), milliseconds: z.number().min(0) }),
  /** A notification is never sent, sent twice, or sent after the next one. */
  z.strictObject({ ...target, kind: z.enum(['lost', 'doubled', 'reordered']) }),
]);
export type FaultInput = z.input<typeof faultSchema>;
export type Fault = z.output<typeof faultSchema>;

const OF_NOTIFICATIONS: ReadonlySet<string> = new Set(['lost', 'doubled', 'reordered']);

/** The faults that are still to come, in the order in which they were set. */
export class Faults {
  private open: { readonly fault: Fault; left: number }[] = [];

  /** @throws ZodError where it is none; RangeError where it cannot happen to this call. */
  set(input: FaultInput): void {
    const fault = faultSchema.parse(input);
    if (OF_NOTIFICATIONS.has(fault.kind) !== (fault.on === 'notification')) {
      throw new RangeError(`the fault "${fault.kind}" cannot happen on "${fault.on}"`);
    }
    this.open.push({ fault, left: fault.times === 'always' ? Number.POSITIVE_INFINITY : fault.times });
  }

  clear(): void {
    this.open = [];
  }

  take(on: SimulatedCall): Fault | undefined {
    const found = this.open.find(({ fault, left }) => fault.on === on && left > 0);
    if (found) found.left -= 1;
    return found?.fault;
  }

  /** Takes the next fault of a call, after the delays that come before it. */
  async meet(on: SimulatedCall, signal: AbortSignal): Promise<Fault | undefined> {
    let fault = this.take(on);
    while (fault?.kind === 'delay') {
      await wait(fault.milliseconds, undefined, { signal });
      fault = this.take(on);
    }
    return fault;
  }
}
