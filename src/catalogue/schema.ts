import { z } from 'zod';
import { AUDIENCES } from '../domain/audience';
import { parseDuration } from '../domain/duration';
import { ELIGIBILITY_MODES } from '../domain/eligibility';
import { checkFleet, checkTags, plainName } from '../domain/name';
import { DRIFT_ANSWERS, GIVE_UP_WAYS } from '../domain/policy';
import { REASON_STATUSES } from '../domain/status';
import { ENDS_AS, type ProviderTraits } from '../domain/traits';
import { contradictions, missingLadders } from './contradictions';
import { route } from './route';

/** A duration in the file (`6h`, `10d`), milliseconds once read. */
const duration = z.string().transform((text, context) => {
  try {
    return parseDuration(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

/** A wait: a duration of more than nothing, so that nothing is ever repeated without a pause. */
const wait = duration.refine((milliseconds) => milliseconds > 0, 'must be longer than nothing');

const identifier = z.string().regex(/^[a-z0-9-]+$/, 'must be lower-case letters, digits and hyphens');

/** Who has to act on a reason. */
const owner = z.enum(['fleet-manager', 'driver', 'workshop', 'provider-support', 'carmaker', 'nobody']);

/** What we do about a rejection. While a clearance is pending the provider itself retries, so we never do. */
const retryRule = z.discriminatedUnion('kind', [
  /** Final: sending it again cannot help. */
  z.strictObject({ kind: z.literal('never') }),
  /** Send it again by ourselves: after `delay`, each next wait `backoff` times longer up to `maximum`. */
  z.strictObject({
    kind: z.literal('after'),
    delay: wait,
    backoff: z.number().min(1),
    maximum: wait,
    attempts: z.number().int().positive(),
  }),
  /** Send it again once the owner says that it is done. */
  z.strictObject({ kind: z.literal('owner') }),
  /** The request must be corrected first: `tag` names the missing tag where that is it. */
  z.strictObject({ kind: z.literal('amend'), tag: z.string().min(1).optional() }),
]);

/** The carmaker's own clocks, for what we tell people: how long it retries or waits before it rejects. */
const clocks = z.strictObject({
  privacyModeRetries: wait.optional(),
  noData: wait.optional(),
  consentCheckEvery: wait.optional(),
  consentPatience: wait.optional(),
});

/** What we make of a reason. */
const answer = {
  class: z.enum([
    /** Nothing is wrong: the provider is working on it. */
    'progress',
    'consent',
    /** A setting of the vehicle keeps its data in. */
    'privacy',
    'eligibility',
    /** The project at the provider is not set up. */
    'configuration',
    /** What we sent is wrong or incomplete. */
    'request',
    /** Somebody else holds the vehicle. */
    'conflict',
    'no-data',
    'timeout',
    'hardware',
    'software',
    /** The carmaker has not finished something earlier. */
    'transition',
    'carmaker-fault',
    'unknown',
  ]),
  owner,
  /** What the owner has to do, as a sentence for that person. */
  action: z.string().min(1),
  retry: retryRule,
  /** The name of a ladder of the policy. */
  ladder: z.string().min(1),
  /** Whose turn it is from a level of that ladder on, where it is somebody else's then; lowest level first. */
  later: z
    .array(z.strictObject({ level: z.number().int().positive(), owner, action: z.string().min(1) }))
    .optional(),
  /** The clock of the carmaker that runs while a clearance is pending with it: after that it is rejected. */
  clock: z.enum(['privacyModeRetries', 'noData', 'consentPatience']).optional(),
};

const reason = z.strictObject({
  /** Stable name, for example `privacy-mode`. */
  id: identifier,
  /** The statuses on which the provider gives this reason; `error` is its refusal of a submission. */
  on: z.array(z.enum(REASON_STATUSES)).min(1),
  /** The provider's texts for it, compared without case, spaces and punctuation. `""`: no reason given. */
  texts: z.array(z.string()).min(1),
  /** Brands or groups it is known for; `*` means every brand. */
  brands: z.array(z.string().min(1)).min(1),
  ...answer,
  /** The document that says so. */
  source: z.string().min(1).default('your own catalogue file'),
});

const brand = z.strictObject({
  /** As a person writes it. */
  name: z.string().min(1),
  /** Other ways to write it, for example `VW`. Case, spaces and punctuation never matter. */
  aliases: z.array(z.string().min(1)).default([]),
  /** `vw-group`, `stellantis`, …; a brand alone is its own group. */
  group: identifier,
  /** Whether DELETE can cancel a clearance that is still pending. */
  canCancelPending: z.boolean().default(false),
  /** How old a pending clearance must be before it can be cancelled, where it is not the policy's age. */
  cancelPendingAfter: duration.optional(),
  /** Whether the eligibility endpoint knows the brand. */
  eligibilityCheck: z.boolean().default(false),
  /** Tags that a submission of this brand must carry. */
  requiredTags: z.array(z.string().min(1).transform(plainName)).default([]),
  /** Whether a VIN can be active in one project only. */
  oneProjectOnly: z.boolean().default(false),
  clocks: clocks.default({}),
});

const ladderLevel = z.strictObject({
  /** Age of the reason at which this level is told. */
  after: duration,
  audience: z.enum(AUDIENCES),
  /** Told again after this, until the next level or an answer. */
  every: wait.optional(),
});

const ladder = z
  .array(ladderLevel)
  .min(1)
  .refine(
    (levels) => levels.every((level, i) => i === 0 || level.after > (levels[i - 1]?.after ?? 0)),
    'each level must come later than the one before it',
  );

const policy = z.strictObject({
  /** How often an activation looks by itself while it waits for the provider. */
  pollInterval: wait,
  /** The same where sweeps run: looking is left to them, and this is only a safety net. */
  sweptPollInterval: wait,
  /** The shortest interval that an amendment of one vehicle may ask for. Without it: a minute. */
  shortestPollInterval: wait.optional(),
  /** How often it looks while a withdrawal is under way; never more seldom than `pollInterval`. */
  withdrawPollInterval: wait,
  /** How long to wait when the provider says that a clearance is in transition; at most `pollInterval`. */
  transitionRetry: wait,
  /** How long a submitted VIN may be unknown to the provider before it counts as lost. */
  lostAfter: wait,
  /** How old a pending clearance must be before it can be cancelled. */
  cancelPendingAfter: duration,
  /** Tags that every submission of a brand that requires them gets, where the row has none. */
  defaultTags: z.record(z.string(), z.string()).transform((given, context) => {
    const read = checkTags(given);
    if (read.ok) return read.tags;
    context.addIssue({ code: 'custom', path: [read.key], message: read.problem });
    return z.NEVER;
  }),
  /** Escalation: levels by age, lowest first. */
  ladders: z.record(identifier, ladder),
  /** Of those for an audience the first that is meant for the fleet counts; without one, every channel. */
  routes: z.array(route).default([]),
  /** How long one command to the provider is repeated before the activation waits for a person. */
  patience: wait,
  /** Whether a pending clearance is given up at some age, and how; without it, never. */
  giveUp: z.strictObject({ after: wait, by: z.enum(GIVE_UP_WAYS) }).optional(),
  /** Whether a vehicle's eligibility is asked for before it is submitted; `blocking` stops where it is not given. */
  eligibility: z.enum(ELIGIBILITY_MODES),
  /** What we do when an access has ended and nobody here asked for it. */
  drift: z.enum(DRIFT_ANSWERS),
  /** Whether and how often an approved vehicle is asked for its first data. */
  firstData: z.strictObject({
    ask: z.boolean(),
    /** From the first look to the second; each next wait is `backoff` times longer, up to `maximum`. */
    delay: wait,
    backoff: z.number().min(1),
    maximum: wait,
    /** So long it is asked in this way, from the approval on or since data was lost. */
    within: wait,
    /** How often it is asked after that, and while data flows: the loss of it is seen then. `off`: never. */
    every: z.union([z.literal('off'), wait]).default('off'),
  }),
});

/** The name of a fleet, as vehicles have it: it is compared letter by letter. */
const fleetName = z.string().superRefine((text, context) => {
  const read = checkFleet(text);
  if (!read.ok) context.addIssue({ code: 'custom', message: `the name of the fleet ${read.problem}` });
  else if (read.name !== text)
    context.addIssue({
      code: 'custom',
      message: `write the name of the fleet as ${JSON.stringify(read.name)}`,
    });
});

/** What the provider can (traits.ts). It comes with the provider: no file changes it. */
const traits = z.strictObject({
  filteredList: z.boolean(),
  firstData: z.boolean(),
  enableStep: identifier.nullable(),
  endsAs: z.enum(ENDS_AS),
}) satisfies z.ZodType<ProviderTraits>;

/** Whom to write to at the provider. It comes with the provider as well. */
const support = z.string().min(1).optional();

/** The catalogue file: what brands and reasons mean, and our own policy. */
export const catalogueSchema = z
  .strictObject({
    version: z.string().min(1),
    traits,
    support,
    policy,
    brands: z.record(identifier, brand),
    reasons: z.array(reason),
    /** What we make of a text that no reason has. */
    unknownReason: z.strictObject(answer),
    /** What holds for one fleet in the place of that, as a whole. */
    fleets: z
      .record(
        z.string(),
        z.strictObject({ policy, reasons: z.array(reason), unknownReason: z.strictObject(answer) }),
      )
      .default({}),
  })
  .superRefine((catalogue, context) => {
    for (const { path, message } of contradictions(catalogue)) {
      context.addIssue({ code: 'custom', path, message });
    }
    for (const [name, own] of Object.entries(catalogue.fleets)) {
      for (const { path, message } of missingLadders({ ...catalogue, ...own })) {
        context.addIssue({ code: 'custom', path: ['fleets', name, ...path], message });
      }
    }
  });

const firstDataParts = policy.shape.firstData.partial().optional();
/** The same id twice would say two things of one reason. */
const idsOnce = (reasons: readonly { readonly id: string }[]): boolean =>
  new Set(reasons.map(({ id }) => id)).size === reasons.length;
const TWICE = 'the same id is there twice';

/** What a fleet may have of its own: whom to tell when, what is sent again, what is asked, and its tags. */
const fleet = z.strictObject({
  policy: policy
    .pick({ defaultTags: true, ladders: true, eligibility: true, giveUp: true, drift: true })
    .partial()
    .extend({ firstData: firstDataParts })
    .optional(),
  /** Changes what is done about the reason with this id, for this fleet. */
  reasons: z
    .array(
      reason
        .pick({ owner: true, action: true, retry: true, ladder: true })
        .partial()
        .extend({ id: identifier }),
    )
    .refine(idsOnce, TWICE)
    .optional(),
  unknownReason: z.strictObject(answer).partial().optional(),
});

const parts = {
  policy: policy.partial().extend({ firstData: firstDataParts }).optional(),
  /** The same setting for every brand of a group. */
  groups: z.record(identifier, brand.partial().omit({ name: true, aliases: true, group: true })).optional(),
  brands: z.record(identifier, brand.partial()).optional(),
  /** Changes the reason with this id, or adds it. */
  reasons: z
    .array(reason.partial().required({ id: true }))
    .refine(idsOnce, TWICE)
    .optional(),
  unknownReason: z.strictObject(answer).partial().optional(),
  /** What one fleet has of its own, by its name. */
  fleets: z.record(fleetName, fleet).optional(),
};

/** A user's file: what holds for every provider, and then for one of them, by its id. */
export const overridesSchema = z.strictObject({
  version: z.string().min(1).optional(),
  ...parts,
  providers: z.record(identifier, z.strictObject(parts)).optional(),
});

export type CatalogueFile = z.input<typeof catalogueSchema>;
export type CatalogueOverrides = z.input<typeof overridesSchema>;
/** A catalogue that has been read: durations are milliseconds. */
export type Catalogue = z.output<typeof catalogueSchema>;
export type CatalogueBrand = Catalogue['brands'][string];
export type CatalogueReason = Catalogue['reasons'][number];
export type Policy = Catalogue['policy'];
export type CatalogueParts = Omit<CatalogueOverrides, 'version' | 'providers'>;
export type RetryRule = z.output<typeof retryRule>;
