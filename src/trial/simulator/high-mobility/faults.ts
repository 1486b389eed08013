import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';

/** The calls that can go wrong, and `webhook` for what is sent out. */
const ENDPOINTS = ['token', 'submit', 'list', 'read', 'withdraw', 'data', 'eligibility', 'webhook'] as const;
export type SimulatedEndpoint = (typeof ENDPOINTS)[number];

const target = {
  on: z.enum(ENDPOINTS),
  /** Only for calls that name this VIN. */
  vin: z.string().optional(),
  /** How many calls it meets. */
  times: z.union([z.number().int().min(1), z.literal('always')]).default(1),
};
/** Whether the provider carries the request out before the reply goes wrong. */
const commit = z.boolean().default(false);
const headers = z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({});

export const faultSchema = z.discriminatedUnion('kind', [
  /** An error status, with its documented body. `retryAfter` is a header, `detail` replaces the body's text. */
  z.strictObject({
    ...target,
    kind: z.literal('status'),
    status: z.number().int().min(400).max(599),
    detail: z.string().optional(),
    retryAfter: z.union([z.string(), z.array(z.string())]).optional(),
    commit,
  }),
  /** The reply comes late, by real milliseconds. Other faults of the same call still apply. */
  z.strictObject({ ...target, kind: z.literal('delay'), milliseconds: z.number().min(0) }),
  /** The request is carried out at once, and the right reply comes late, by real milliseconds. */
  z.strictObject({ ...target, kind: z.literal('late-reply'), milliseconds: z.number().min(0) }),
  /** The connection breaks without a reply. */
  z.strictObject({ ...target, kind: z.literal('drop'), commit }),
  /** A page of a proxy, not of the API. */
  z.strictObject({ ...target, kind: z.literal('html'), status: z.number().int().default(502), commit }),
  /** Any reply at all, for contracts that drift. */
  z.strictObject({
    ...target,
    kind: z.literal('reply'),
    status: z.number().int().min(200).max(599),
    headers,
    body: z.string().default(''),
    commit,
  }),
  /** The right reply, cut off in its middle. */
  z.strictObject({ ...target, kind: z.literal('truncated') }),
  /** Rows of a submission's reply: the one of `vin`, or else the first, is left out, doubled or re-cased. */
  z.strictObject({ ...target, kind: z.enum(['missing-row', 'doubled-row', 'recased-row']) }),
  /** A submission is answered well and then forgotten. */
  z.strictObject({ ...target, kind: z.literal('lost-write') }),
  /** The right reply, compressed although nobody asked for it. */
  z.strictObject({ ...target, kind: z.literal('gzip') }),
  /** Clearances have their reason beside the status, and none in the changelog. */
  z.strictObject({ ...target, kind: z.literal('bare-reason') }),
  /** A token comes without `expires_in`, which OAuth only recommends (RFC 6749). */
  z.strictObject({ ...target, kind: z.literal('no-lifetime') }),
  /** Webhooks: never sent, sent twice, sent after the one that comes next, or with a time of half a year ago. */
  z.strictObject({ ...target, kind: z.enum(['lost', 'doubled', 'reordered', 'outdated']) }),
]);
/** A fault as it is written down, with the defaults left out. */
export type FaultInput = z.input<typeof faultSchema>;
export type Fault = z.output<typeof faultSchema>;

const OF_WEBHOOKS: ReadonlySet<string> = new Set(['lost', 'doubled', 'reordered', 'outdated']);
/** Faults that can happen on these endpoints only. */
const ONLY_ON: Readonly<Record<string, readonly SimulatedEndpoint[]>> = {
  'missing-row': ['submit'],
  'doubled-row': ['submit'],
  'recased-row': ['submit'],
  'lost-write': ['submit'],
  'bare-reason': ['list', 'read'],
  'no-lifetime': ['token'],
};

/** The faults that are still to come, in the order in which they were set. */
export class Faults {
  private readonly open: { readonly fault: Fault; left: number }[] = [];

  /** @throws Error when the fault is malformed or cannot happen on its endpoint. */
  set(input: FaultInput): void {
    const fault = faultSchema.parse(input);
    if (OF_WEBHOOKS.has(fault.kind) !== (fault.on === 'webhook')) {
      throw new RangeError(`the fault "${fault.kind}" cannot happen on "${fault.on}"`);
    }
    const only = ONLY_ON[fault.kind];
    if (only && !only.includes(fault.on)) {
      throw new RangeError(`the fault "${fault.kind}" can only happen on "${only.join('" or "')}"`);
    }
    this.open.push({ fault, left: fault.times === 'always' ? Number.POSITIVE_INFINITY : fault.times });
  }

  clear(): void {
    this.open.length = 0;
  }

  /** Takes the next fault that concerns a call, after the delays that come before it. */
  async meet(
    endpoint: SimulatedEndpoint,
    vins: readonly string[],
    signal: AbortSignal,
  ): Promise<Fault | undefined> {
    let fault = this.take(endpoint, vins);
    while (fault?.kind === 'delay') {
      await wait(fault.milliseconds, undefined, { signal });
      fault = this.take(endpoint, vins, fault);
    }
    return fault;
  }

  /** Takes the next fault that concerns a call; with `after`, one that was set later than that. */
  take(endpoint: SimulatedEndpoint, vins: readonly string[], after?: Fault): Fault | undefined {
    const start = after === undefined ? 0 : this.open.findIndex(({ fault }) => fault === after) + 1;
    const found = this.open
      .slice(start)
      .find(
        ({ fault, left }) =>
          left > 0 && fault.on === endpoint && (fault.vin === undefined || vins.includes(fault.vin)),
      );
    if (!found) return undefined;
    found.left -= 1;
    return found.fault;
  }
}
