import { DAY, HOUR } from '../test/simulation/clock';
import { Random } from '../test/simulation/random';

const CUSTOMER = { 'vw-group-customer-name': 'Fleet Ltd' };

/** What becomes of one vehicle in ten days. */
export interface Fate {
  readonly brand: string;
  readonly tags: Readonly<Record<string, string>>;
  /** For the simulator's script. */
  readonly life: readonly {
    readonly status: 'pending' | 'approved' | 'rejected';
    readonly reason?: string;
    readonly after: number;
  }[];
  /** When it leaves the fleet, in milliseconds after its start; null: it stays. */
  readonly leaves: number | null;
}

/**
 * The same for the same number. Of a hundred vehicles about 60 are approved within three days, 25 are held up by
 * two reasons and then approved, 10 wait all the time, 5 are rejected; and one leaves after a week, as in a fleet that
 * is renewed every three years.
 */
export function fateOf(number: number): Fate {
  const random = new Random(number + 1);
  const brand = random.pick(['bmw', 'mercedes-benz', 'peugeot', 'volkswagen', 'renault']);
  const tags = brand === 'volkswagen' ? CUSTOMER : {};
  return { brand, tags, life: lifeOf(random), leaves: random.chance(0.01) ? 7 * DAY : null };
}

function lifeOf(random: Random): Fate['life'] {
  const pending = { status: 'pending', after: 0 } as const;
  const later = (least: number, most: number): number => random.between(least, most);
  const part = random.next();
  if (part < 0.6) return [pending, { status: 'approved', after: later(HOUR, 3 * DAY) }];
  if (part < 0.95) {
    const heldUp = [
      pending,
      { status: 'pending', reason: 'privacy mode is enabled', after: later(HOUR, 2 * DAY) },
      { status: 'pending', reason: 'no data received', after: later(HOUR, 3 * DAY) },
    ] as const;
    return part < 0.85 ? [...heldUp, { status: 'approved', after: later(HOUR, 4 * DAY) }] : heldUp;
  }
  return [pending, { status: 'rejected', reason: 'VIN activation timeout', after: later(HOUR, 5 * DAY) }];
}
