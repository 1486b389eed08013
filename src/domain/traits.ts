/**
 * How a clearance looks that was ended: a record that says so; no record at all, at once; or a record that says so and can be taken
 * up again, until we remove it, and then none.
 */
export const ENDS_AS = ['revoked', 'absent', 'removed'] as const;

/**
 * What a provider can and cannot do: data of its profile, which each activation records with its rules. The lifecycle asks
 * these, and never who the provider is. Whether it sends webhooks is said by its reader (src/providers/profile.ts).
 */
export interface ProviderTraits {
  /** Whether its list can be narrowed to some vehicles. Where not, each call reads all, and answers for any number of them. */
  readonly filteredList: boolean;
  /** Whether it can be asked if data of an approved vehicle flows. */
  readonly firstData: boolean;
  /**
   * The reason (its key in the catalogue) on which a pending clearance waits until we enable it. Null: it needs no such step.
   */
  readonly enableStep: string | null;
  readonly endsAs: (typeof ENDS_AS)[number];
}
