import { plainVin } from '../domain/vin';

/** What stands in the place of a brand. */
export const NO_BRAND = {
  several: 'several',
  wholeList: 'whole-list',
  /** A brand that the catalogue does not know: whatever people type, there are no more names than brands. */
  other: 'other',
  unknown: 'unknown',
} as const;

/** As many vehicles as can be under way at once, and more. */
const MOST = 20_000;

/** For which brand a call is. Of vehicles it remembers the newest ones, in memory alone. */
export class CallBrands {
  readonly #known = new Map<string, string>();

  /** @param isBrand whether the catalogue has a brand of this id. */
  constructor(private readonly isBrand: (brand: string) => boolean) {}

  /** A call for this vehicle is about to be made. */
  note(vin: string, brand: string | undefined): void {
    if (brand === undefined) return;
    const key = plainVin(vin);
    this.#known.delete(key);
    this.#known.set(key, brand);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest);
  }

  /** @param args what the call was given. */
  brandOf(args: readonly unknown[]): string {
    const brands = new Set(this.#brandsIn(args[0]));
    const [one = NO_BRAND.wholeList] = brands;
    return brands.size > 1 ? NO_BRAND.several : one;
  }

  #brandsIn(of: unknown): string[] {
    if (typeof of === 'string') return [this.#brandAt(of)];
    if (Array.isArray(of)) return of.flatMap((one) => this.#brandsIn(one));
    if (typeof of !== 'object' || of === null) return [];
    const { brand, vin, vins } = of as {
      readonly brand?: unknown;
      readonly vin?: string;
      readonly vins?: readonly string[];
    };
    if (typeof brand === 'string') return [this.#bounded(brand)];
    return (vins ?? (vin === undefined ? [] : [vin])).map((vin) => this.#brandAt(vin));
  }

  #brandAt(vin: string): string {
    const brand = this.#known.get(plainVin(vin));
    return brand === undefined ? NO_BRAND.unknown : this.#bounded(brand);
  }

  #bounded(brand: string): string {
    return this.isBrand(brand) ? brand : NO_BRAND.other;
  }
}
