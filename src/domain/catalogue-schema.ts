import { z } from 'zod';
import { parseDuration } from './duration';

/** A duration in the file (`6h`, `10d`), milliseconds once read. */
const duration = z.string().transform((text, context) => {
  try {
    return parseDuration(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

/** Who has to act on a reason. */
export const owner = z.enum([
  'fleet-manager',
  'driver',
  'workshop',
  'provider-support',
  'carmaker',
  'nobody',
]);

/** What we do about a rejection. */
const retryRule = z.discriminatedUnion('kind', [
  /** Final: sending it again cannot help. */
  z.strictObject({ kind: z.literal('never') }),
  /** Send it again by ourselves: after `delay`, each next wait `backoff` times longer up to `maximum`. */
  z.strictObject({
    kind: z.literal('after'),
    delay: duration,
    backoff: z.number().min(1),
    maximum: duration,
    attempts: z.number().int().positive(),
  }),
  /** Send it again once the owner says that it is done. */
  z.strictObject({ kind: z.literal('owner') }),
  /** The request must be corrected first: `tag` names the missing tag where that is it. */
  z.strictObject({ kind: z.literal('amend'), tag: z.string().optional() }),
]);

const reason = z.strictObject({
  /** Stable name, for example `privacy-mode`. */
  id: z.string().regex(/^[a-z0-9-]+$/),
  /** The statuses on which the provider gives this reason. */
  on: z.array(z.enum(['pending', 'rejected'])).min(1),
  /** The provider's texts for it. Compared without case, spaces and punctuation. */
  texts: z.array(z.string().min(1)).min(1),
  /** Brands or groups it is known for; `*` means every brand. */
  brands: z.array(z.string().min(1)).min(1),
  class: z.enum([
    'consent',
    'privacy',
    'eligibility',
    'configuration',
    'conflict',
    'no-data',
    'timeout',
    'hardware',
    'transition',
    'unknown',
  ]),
  owner,
  /** What the owner has to do, as a sentence for that person. */
  action: z.string().min(1),
  retry: retryRule,
  /** The name of a ladder of the policy. */
  ladder: z.string(),
  /** The document that says so. */
  source: z.string().min(1),
});

const brand = z.strictObject({
  /** As a person writes it. */
  name: z.string().min(1),
  /** `vw-group`, `stellantis`, …; a brand alone is its own group. */
  group: z.string().min(1),
  /** Whether DELETE can cancel a clearance that is still pending. */
  canCancelPending: z.boolean(),
  /** How old a pending clearance must be before it can be cancelled. */
  cancelPendingAfter: duration,
  /** Whether the eligibility endpoint knows the brand. */
  eligibilityCheck: z.boolean(),
  /** Tags that a submission of this brand must carry. */
  requiredTags: z.array(z.string()),
  /** Whether a VIN can be active in one project only. */
  oneProjectOnly: z.boolean(),
  /** The carmaker's own clocks, for what we tell people: how long it retries or waits before it rejects. */
  clocks: z.strictObject({
    privacyModeRetries: duration.optional(),
    noData: duration.optional(),
    consentCheckEvery: duration.optional(),
    consentPatience: duration.optional(),
  }),
});

const ladderLevel = z.strictObject({
  /** Age of the reason at which this level is told. */
  after: duration,
  audience: z.enum(['owner', 'fleet-manager', 'operations', 'provider-support']),
  /** Told again after this, until the next level or an answer. */
  every: duration.optional(),
});

const policy = z.strictObject({
  /** How often an activation looks by itself while it waits for the provider. */
  pollInterval: duration,
  /** How often it looks while a withdrawal is under way. */
  withdrawPollInterval: duration,
  /** How long to wait when the provider says that a clearance is in transition. */
  transitionRetry: duration,
  /** How long a submitted VIN may be unknown to the provider before it counts as lost. */
  lostAfter: duration,
  /** Tags that every submission of a brand that requires them gets, where the row has none. */
  defaultTags: z.record(z.string(), z.string()),
  /** Escalation: levels by age, lowest first. */
  ladders: z.record(z.string(), z.array(ladderLevel)),
});

/** The catalogue file: what brands and reasons mean, and our own policy. */
export const catalogueSchema = z.strictObject({
  version: z.string().min(1),
  policy,
  brands: z.record(z.string().regex(/^[a-z0-9-]+$/), brand),
  reasons: z.array(reason),
});

export type CatalogueFile = z.input<typeof catalogueSchema>;
/** A catalogue that has been read: durations are milliseconds. */
export type Catalogue = z.output<typeof catalogueSchema>;
export type BrandRules = Catalogue['brands'][string];
export type ReasonRule = Catalogue['reasons'][number];
export type Policy = Catalogue['policy'];
export type Owner = z.output<typeof owner>;
