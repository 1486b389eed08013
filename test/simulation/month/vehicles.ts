import { DAY, HOUR } from '../clock';
import type { Random } from '../random';

/** What becomes of a vehicle in this month: the truth, drawn from the seed before anything happens. Times count from its begin. */
export interface Fate {
  readonly vin: string;
  readonly brand: string;
  readonly kind: Kind;
  /** When it is activated. */
  readonly joinsAt: number;
  /** What happens at the carmaker and who does what, in order. A change waits for the end of trouble. */
  readonly changes: readonly Change[];
  /** When it is asked to leave. */
  readonly leavesAt: number | null;
}

export type Kind =
  | 'smooth'
  | 'privacy'
  | 'consent'
  | 'refused'
  | 'drift'
  | 'data lost'
  | 'leaves'
  | 'asked before';

export interface Change {
  readonly at: number;
  readonly to: Truth;
}

/** How a vehicle stands at the provider. */
export interface Truth {
  readonly status: 'pending' | 'approved' | 'rejected' | 'revoked';
  readonly reason: string | null;
  /** What a request for data is answered with, once it is approved. */
  readonly data: 'flowing' | 'lost';
}

const KINDS: readonly (readonly [kind: Kind, share: number])[] = [
  ['smooth', 0.3],
  ['privacy', 0.15],
  ['consent', 0.1],
  ['refused', 0.05],
  ['drift', 0.1],
  ['data lost', 0.1],
  ['leaves', 0.15],
  ['asked before', 0.05],
];

export const PRIVACY = 'privacy mode is enabled';
export const CONSENT = 'consent assignment missing';
const FINAL = 'ineligible VIN';

const pending = (reason: string | null = null): Truth => ({ status: 'pending', reason, data: 'flowing' });
const APPROVED: Truth = { status: 'approved', reason: null, data: 'flowing' };

/** @param begin of the month, at midnight. */
export function drawFate(number: number, random: Random, begin: number): Fate {
  const kind = drawKind(random);
  // In the morning of any of the first twenty days, or at once: half of a fleet is there from the beginning.
  const joinsAt = random.chance(0.5)
    ? begin + random.between(0, HOUR)
    : begin + morning(random, random.between(0, 20));
  const after = (days: number): number => joinsAt + days * DAY;
  const approves = random.between(1, 3);
  const acts = approves + random.between(4, 8);
  const fate = (
    changes: readonly (readonly [days: number, to: Truth])[],
    leaves: number | null = null,
  ): Fate => ({
    vin: `WVWZZZ1KZAW${String(number).padStart(6, '0')}`,
    brand:
      { privacy: 'volkswagen', consent: 'ford', 'asked before': 'bmw' }[kind as string] ?? 'mercedes-benz',
    kind,
    joinsAt,
    changes: changes.map(([days, to]) => ({ at: after(days), to })),
    leavesAt: leaves === null ? null : after(leaves),
  });
  switch (kind) {
    case 'privacy':
      return fate([
        [0.5, pending(PRIVACY)],
        [acts, APPROVED],
      ]);
    case 'consent':
      return fate([
        [0.5, pending(CONSENT)],
        [acts, APPROVED],
      ]);
    case 'refused':
      return fate([[approves, { status: 'rejected', reason: FINAL, data: 'flowing' }]]);
    case 'drift':
      return fate([
        [approves, APPROVED],
        [acts, { ...APPROVED, status: 'revoked' }],
      ]);
    case 'data lost':
      return fate([
        [approves, { ...APPROVED, data: 'lost' }],
        [acts, APPROVED],
      ]);
    case 'leaves':
      return fate([[approves, APPROVED]], acts);
    default:
      return fate([[approves, APPROVED]]);
  }
}

function drawKind(random: Random): Kind {
  let left = random.next();
  for (const [kind, share] of KINDS) {
    left -= share;
    if (left < 0) return kind;
  }
  return 'smooth';
}

function morning(random: Random, day: number): number {
  return day * DAY + random.between(2 * HOUR, 10 * HOUR);
}
