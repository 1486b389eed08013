import { VinError } from '../base/errors';
import type { Catalogue, CatalogueBrand, CatalogueReason, Policy, RetryRule } from '../catalogue/schema';
import { REASON_STATUSES } from './status';
import { nearest, textKey } from './text-key';
import type { ProviderTraits } from './traits';

/** What we do about a rejection. Which tag is to be corrected stands in the action, in words. */
type RecordedRetry = Exclude<RetryRule, { kind: 'amend' }> | { readonly kind: 'amend' };

/** What a reason means for one brand: who acts, how, what we do, and whom we tell when. */
export type ReasonRule = Pick<CatalogueReason, 'id' | 'on' | 'owner' | 'action' | 'ladder'> & {
  readonly retry: RecordedRetry;
  /** Whose turn it is from a level of the ladder on; lowest level first. */
  readonly later?: readonly Pick<
    NonNullable<CatalogueReason['later']>[number],
    'level' | 'owner' | 'action'
  >[];
  /** How long the carmaker waits with it before it rejects a pending clearance. */
  readonly patience?: number;
  /** The provider's texts for it, as `textKey` makes them: computed once, compared often. */
  readonly keys: readonly string[];
};

/**
 * What one activation needs of the catalogue, resolved for its brand and its fleet, and no more: it is recorded with the
 * activation, and counts until the rules are read anew (`workflows/lifecycle/refresh.ts`). Plain JSON, all durations in
 * milliseconds and already divided by the speed of a trial.
 */
export interface Rules {
  readonly catalogueVersion: string;
  /** What its provider can. */
  readonly traits: ProviderTraits;
  /** Whom to write to at the provider. */
  readonly support?: string;
  /** 1, or how many times faster than real time a trial runs. Never divide by it again. */
  readonly speed: number;
  readonly brand: Pick<CatalogueBrand, 'name' | 'canCancelPending' | 'eligibilityCheck' | 'requiredTags'> & {
    readonly id: string;
    /** How old a pending clearance must be before it can be cancelled. */
    readonly cancelPendingAfter: number;
  };
  readonly policy: Omit<Policy, 'cancelPendingAfter' | 'sweptPollInterval' | 'routes'> & {
    /** How long the word of a webhook waits for a sweep to confirm it, before the activation asks by itself. */
    readonly confirmAfter: number;
    /** A retry rule submits at multiples of this (since 1970), so that vehicles travel together; 0 is any time. */
    readonly resubmitGrid: number;
  };
  /** Those of the brand, then of its group, then of every brand: the first that matches counts. */
  readonly reasons: readonly ReasonRule[];
  /** What a text means that none of them has. */
  readonly unknownReason: ReasonRule;
}

export interface RulesOptions {
  /** Divides every duration, for trials. */
  readonly speed: number;
  /** Replaces the policy's interval; milliseconds, before the speed divides it. */
  readonly pollInterval?: number;
  /** Milliseconds from one sweep to the next, where they run. */
  readonly sweepInterval?: number;
  /** The fleet of the vehicle: what the catalogue has for it is laid over the rest. @default none */
  readonly fleet?: string | null | undefined;
}

const RESUBMIT_GRID = 4 * 60 * 60 * 1_000;

/**
 * Picks what one activation needs from the catalogue.
 * This is the one place where the speed of a trial divides durations.
 *
 * @param brand as a person or a list writes it.
 * @throws VinError `BRAND_UNKNOWN`.
 */
export function rulesFor(catalogue: Catalogue, brand: string, options: RulesOptions): Rules {
  const id = brandOf(catalogue, brand);
  const { name, group, canCancelPending, cancelPendingAfter, eligibilityCheck, requiredTags, clocks } =
    catalogue.brands[id] as CatalogueBrand;
  const ofFleet = partsFor(catalogue, options.fleet);
  const { cancelPendingAfter: usualCancelAge, sweptPollInterval, ...policy } = ofFleet.policy;
  const { sweepInterval } = options;
  const pollInterval = options.pollInterval ?? (sweepInterval ? sweptPollInterval : policy.pollInterval);
  const scale = scaleBy(options.speed);
  const answerOf = ({ owner, action, ladder, retry, later, clock }: Catalogue['unknownReason']) => {
    const patience = clock && clocks[clock];
    return {
      owner,
      action,
      ladder,
      retry: recordedRetry(retry, scale),
      ...(later && { later }),
      ...(patience !== undefined && { patience: scale(patience) }),
    };
  };
  return {
    catalogueVersion: catalogue.version,
    traits: catalogue.traits,
    ...(catalogue.support !== undefined && { support: catalogue.support }),
    speed: options.speed,
    brand: {
      id,
      name,
      canCancelPending,
      cancelPendingAfter: scale(cancelPendingAfter ?? usualCancelAge),
      eligibilityCheck,
      requiredTags,
    },
    policy: {
      pollInterval: scale(pollInterval),
      withdrawPollInterval: scale(
        Math.min(Math.max(policy.withdrawPollInterval, 4 * (sweepInterval ?? 0)), pollInterval),
      ),
      ...(policy.shortestPollInterval !== undefined && {
        shortestPollInterval: scale(policy.shortestPollInterval),
      }),
      confirmAfter: scale(2 * (sweepInterval ?? 0)),
      resubmitGrid: sweepInterval ? scale(RESUBMIT_GRID) : 0,
      transitionRetry: scale(Math.min(policy.transitionRetry, pollInterval)),
      lostAfter: scale(policy.lostAfter),
      patience: scale(policy.patience),
      eligibility: policy.eligibility,
      drift: policy.drift,
      ...(policy.giveUp && { giveUp: { ...policy.giveUp, after: scale(policy.giveUp.after) } }),
      firstData: {
        ...policy.firstData,
        delay: scale(policy.firstData.delay),
        maximum: scale(policy.firstData.maximum),
        within: scale(policy.firstData.within),
        every: policy.firstData.every === 'off' ? 'off' : scale(policy.firstData.every),
      },
      defaultTags: policy.defaultTags,
      ladders: mapValues(policy.ladders, (levels) =>
        levels.map(({ every, ...level }) => ({
          ...level,
          after: scale(level.after),
          ...(every === undefined ? {} : { every: scale(every) }),
        })),
      ),
    },
    reasons: [id, group, '*']
      .flatMap((scope) => ofFleet.reasons.filter(({ brands }) => brands.includes(scope)))
      .filter((reason, index, all) => all.indexOf(reason) === index)
      .map((reason) => ({
        id: reason.id,
        on: reason.on,
        keys: reason.texts.map(textKey),
        ...answerOf(reason),
      })),
    unknownReason: {
      id: 'unknown',
      on: [...REASON_STATUSES],
      keys: [],
      ...answerOf(ofFleet.unknownReason),
    },
  };
}

/** The fleets that the catalogue has something of its own for, by their names as they are. */
export function hasFleet({ fleets }: Pick<Catalogue, 'fleets'>, fleet: string): boolean {
  return Object.hasOwn(fleets, fleet);
}

function partsFor(catalogue: Catalogue, fleet: string | null | undefined): Catalogue['fleets'][string] {
  const own = fleet && hasFleet(catalogue, fleet) ? catalogue.fleets[fleet] : undefined;
  return own ?? catalogue;
}

/**
 * The id of the brand that a person or a list means: case, accents, spaces and punctuation do not
 * matter, and aliases count (`Mercedes Benz`, `VW`, `Škoda`).
 *
 * @throws VinError `BRAND_UNKNOWN`, with the brands that are spelt nearly like it.
 */
export function brandOf(catalogue: Pick<Catalogue, 'brands'>, text: string): string {
  const key = textKey(text);
  const brands = Object.entries(catalogue.brands);
  const spellings = ([id, { name, aliases }]: (typeof brands)[number]) => [id, name, ...aliases];
  const found = brands.find((entry) => spellings(entry).some((spelling) => textKey(spelling) === key));
  if (found) return found[0];

  const near = brandsLike(catalogue, text);
  throw new VinError(
    'BRAND_UNKNOWN',
    `${JSON.stringify(text.slice(0, 60))} is not a brand that the catalogue knows.`,
    near.length > 0
      ? `Did you mean ${near.join(' or ')}?`
      : `Use one of ${brands.map(([id]) => id).join(', ')}, or add the brand to your catalogue file.`,
  );
}

/** The ids of the brands that a text may mean which is none: nearly the same letters, or a brand and more words. */
export function brandsLike(catalogue: Pick<Catalogue, 'brands'>, text: string): string[] {
  const all = Object.entries(catalogue.brands).flatMap(([id, { name, aliases }]) => [id, name, ...aliases]);
  const words = new Set(text.slice(0, 100).split(/\s+/).map(textKey));
  const alike = [...nearest(text, all), ...all.filter((spelling) => words.has(textKey(spelling)))];
  return [...new Set(alike.map((spelling) => brandOf(catalogue, spelling)))];
}

/** The tags to send: those given, and the policy's defaults for tags that the brand requires. */
export function tagsFor(rules: Rules, tags: Readonly<Record<string, string>>): Record<string, string> {
  const defaults = Object.entries(rules.policy.defaultTags).filter(
    ([tag]) => rules.brand.requiredTags.includes(tag) && !tags[tag]?.trim(),
  );
  return { ...tags, ...Object.fromEntries(defaults) };
}

/** The tags that the brand requires and that neither the row nor the policy gives. */
export function missingTags(rules: Rules, tags: Readonly<Record<string, string>>): string[] {
  if (rules.brand.requiredTags.length === 0) return [];
  const sent = tagsFor(rules, tags);
  return rules.brand.requiredTags.filter((tag) => !sent[tag]?.trim());
}

/** A trial makes waits shorter, but never makes one disappear. */
function scaleBy(speed: number): (milliseconds: number) => number {
  return (milliseconds) => (milliseconds === 0 ? 0 : Math.max(1, Math.round(milliseconds / speed)));
}

function recordedRetry(retry: RetryRule, scale: (milliseconds: number) => number): RecordedRetry {
  if (retry.kind !== 'after') return { kind: retry.kind };
  return { ...retry, delay: scale(retry.delay), maximum: scale(retry.maximum) };
}

function mapValues<V, W>(
  record: Readonly<Record<string, V | undefined>>,
  change: (value: V) => W,
): Record<string, W> {
  const present = Object.entries(record).filter((entry): entry is [string, V] => entry[1] !== undefined);
  return Object.fromEntries(present.map(([key, value]) => [key, change(value)]));
}

/** The longest wait for a list that lags behind a POST whose reply was lost; milliseconds. */
const LIST_LAG = 2 * 60_000;

/**
 * How long, in milliseconds, nothing is sent again after a POST whose reply was lost: until then the provider's list may not
 * show it yet.
 */
export function settlesBy({ policy }: Pick<Rules, 'policy'>): number {
  return Math.min(policy.transitionRetry, LIST_LAG);
}
