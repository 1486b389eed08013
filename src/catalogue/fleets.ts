import type { CatalogueFile, CatalogueParts } from './schema';

/** What one fleet has of its own, laid over what holds for every fleet. */
export type FleetParts = NonNullable<CatalogueParts['fleets']>[string];

/** Two layers of the same fleets: setting by setting, as of everything else. */
export function fleetsOf(
  base: Readonly<Record<string, FleetParts>>,
  over: Readonly<Record<string, FleetParts>> = {},
): Record<string, FleetParts> {
  const merged = new Map(Object.entries(base));
  for (const [fleet, own] of Object.entries(over))
    merged.set(fleet, mergeParts(merged.get(fleet) ?? {}, own));
  return Object.fromEntries(merged);
}

function mergeParts(base: FleetParts, over: FleetParts): FleetParts {
  const reasons = new Map((base.reasons ?? []).map((reason) => [reason.id, reason]));
  for (const own of over.reasons ?? []) reasons.set(own.id, { ...reasons.get(own.id), ...own });
  return {
    policy: mergePolicies(base.policy, over.policy),
    reasons: [...reasons.values()],
    unknownReason: { ...base.unknownReason, ...over.unknownReason },
  };
}

function mergePolicies(base: FleetParts['policy'], over: FleetParts['policy']): FleetParts['policy'] {
  return {
    ...base,
    ...over,
    defaultTags: { ...base?.defaultTags, ...over?.defaultTags },
    ladders: { ...base?.ladders, ...over?.ladders },
    firstData: { ...base?.firstData, ...over?.firstData },
  };
}

/** What holds for a fleet, as a whole: policy and reasons of all, with its own laid over them. */
export function resolvedFor(
  { policy, reasons, unknownReason }: Pick<CatalogueFile, 'policy' | 'reasons' | 'unknownReason'>,
  fleet: FleetParts,
): NonNullable<CatalogueFile['fleets']>[string] {
  const own = new Map((fleet.reasons ?? []).map((reason) => [reason.id, reason]));
  return {
    policy: mergePolicies(policy, fleet.policy) as CatalogueFile['policy'],
    reasons: reasons.map((reason) => ({ ...reason, ...own.get(reason.id) })) as CatalogueFile['reasons'],
    unknownReason: { ...unknownReason, ...fleet.unknownReason } as CatalogueFile['unknownReason'],
  };
}

/** The reasons that a fleet has something of its own for, and that there are not. */
export function strayReasons(
  reasons: CatalogueFile['reasons'],
  fleets: Readonly<Record<string, FleetParts>>,
): string[] {
  const known = new Set(reasons.map(({ id }) => id));
  return Object.entries(fleets).flatMap(([fleet, parts]) =>
    (parts.reasons ?? [])
      .filter(({ id }) => !known.has(id))
      .map(({ id }) => `fleets.${fleet}.reasons[${id}]: there is no reason with this id to lay it over`),
  );
}
