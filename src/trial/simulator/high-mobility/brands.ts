import { CATALOGUE } from '../../../providers/high-mobility/catalogue';

/** What the simulator needs to know of a brand. Left out is no. */
interface Brand {
  readonly group: string;
  readonly canCancelPending?: boolean;
  readonly eligibilityCheck?: boolean;
  readonly requiredTags?: readonly string[];
}

/**
 * The brands of the catalogue: a brand is one entry there. It is data; with the code of our client the simulator shares
 * nothing. That the entries say what the provider's documents say is the catalogue's own matter (test/domain).
 */
const BRANDS: ReadonlyMap<string, Brand> = new Map(Object.entries<Brand>(CATALOGUE.brands));

/** These approve a vehicle only when its data was seen (clearance lifecycle). */
const APPROVED_WITH_DATA: readonly string[] = ['stellantis', 'vw-group', 'sandbox'];

/** Whether the API takes this brand. */
export function isBrand(brand: string): boolean {
  return BRANDS.has(brand);
}

/** Whether a pending clearance of this brand can be canceled. */
export function canCancel(brand: string): boolean {
  return BRANDS.get(brand)?.canCancelPending ?? false;
}

/** Whether the Eligibility API knows this brand. */
export function hasEligibilityCheck(brand: string): boolean {
  return BRANDS.get(brand)?.eligibilityCheck ?? false;
}

/** Whether a vehicle of this brand has given data by the time it is approved. */
export function isApprovedWithData(brand: string): boolean {
  return APPROVED_WITH_DATA.includes(BRANDS.get(brand)?.group ?? '');
}

/** Whether a submission of this brand has the tags that it needs. */
export function hasRequiredTags(brand: string, tags: Readonly<Record<string, string>> = {}): boolean {
  return (BRANDS.get(brand)?.requiredTags ?? []).every((tag) => tags[tag]);
}
