/** A plate as the API writes it. */
export interface Registration {
  readonly license_plate_number: string;
  readonly country_code: string;
  readonly subdivision?: string | null | undefined;
}

/** A vehicle of the fleet. Times here are milliseconds since 1970, on the calendar of the callers. */
export interface Member {
  readonly plate: Registration;
  readonly addedAt: number;
  /** Whether it is in private profiles as well, whose owners would be charged. */
  isAttached: boolean;
}

/** A parking or a passing of a toll station. */
export interface Use {
  readonly id: string;
  plate: Registration;
  readonly operator: string;
  readonly type: 'PARKING' | 'TOLL_ROAD';
  readonly startedAt: number;
  /** Null: it goes on. */
  endedAt: number | null;
  updatedAt: number;
  readonly gross: number;
  readonly currency: string;
  invoicing: 'NOT_INVOICED' | 'NOT_INVOICEABLE' | 'IN_INVOICING' | 'INVOICED';
  /** How often its payment was locked. */
  locks: number;
  isDeclined: boolean;
  /** A driver has paid it: it is gone from the lists of what is unpaid. */
  isPaid: boolean;
}

export interface UseInput {
  readonly plate: Registration;
  readonly operator?: string;
  readonly type?: Use['type'];
  readonly startedAt?: number;
  readonly endedAt?: number | null;
  readonly gross?: number;
  readonly currency?: string;
}

/** The whole registration: the number may have its subdivision in front, or not. */
export function keyOf({
  license_plate_number: number,
  country_code: country,
  subdivision,
}: Registration): string {
  const plain = number.toUpperCase().replace(/[\s.-]/g, '');
  const region = (subdivision ?? '').toUpperCase();
  return `${country.toUpperCase()} ${plain.startsWith(region) ? plain : region + plain}`;
}

/** The fleet at Autopay, and everything that its vehicles have used. */
export class Fleet {
  private readonly members = new Map<string, Member>();
  private readonly all: Use[] = [];

  constructor(
    private readonly now: () => number,
    private readonly newId: () => string,
  ) {}

  get vehicles(): readonly Member[] {
    return [...this.members.values()];
  }

  get uses(): readonly Use[] {
    return this.all;
  }

  find(plate: Registration): Member | undefined {
    return this.members.get(keyOf(plate));
  }

  add(plate: Registration): Member {
    const member = { plate, addedAt: this.now(), isAttached: true };
    this.members.set(keyOf(plate), member);
    return member;
  }

  remove(plate: Registration): boolean {
    return this.members.delete(keyOf(plate));
  }

  /** A vehicle parks, or passes a toll station. */
  use(input: UseInput): Use {
    const now = this.now();
    const use: Use = {
      id: this.newId(),
      plate: input.plate,
      operator: input.operator ?? 'operator-1',
      type: input.type ?? 'PARKING',
      startedAt: input.startedAt ?? now,
      endedAt: input.endedAt ?? null,
      updatedAt: now,
      gross: input.gross ?? 25,
      currency: input.currency ?? 'NOK',
      invoicing: 'NOT_INVOICED',
      locks: 0,
      isDeclined: false,
      isPaid: false,
    };
    this.all.push(use);
    return use;
  }

  /** @returns false: there is no such use. */
  change(
    id: string,
    change: Partial<Pick<Use, 'plate' | 'endedAt' | 'invoicing' | 'isPaid' | 'isDeclined'>>,
  ): boolean {
    const use = this.all.find((one) => one.id === id);
    if (!use) return false;
    Object.assign(use, change, { updatedAt: this.now() });
    return true;
  }

  lock(uses: readonly Use[]): void {
    for (const use of uses) {
      use.locks += 1;
      use.updatedAt = this.now();
    }
  }
}
