import type { ActivationRow } from './reports';

type Compare = (a: ActivationRow, b: ActivationRow) => number;

/** By a text, the least first; what has none comes last. */
const by =
  (textOf: (row: ActivationRow) => string | null): Compare =>
  (a, b) => {
    const [first, second] = [textOf(a), textOf(b)];
    if (first === second) return 0;
    if (first === null || second === null) return first === null ? 1 : -1;
    return first < second ? -1 : 1;
  };
const begun = by(({ startedAt }) => startedAt);

/** How a list can be sorted: the newest start first, the oldest reason first, the next deadline first, by VIN. */
export const ORDERS = {
  newest: (a, b) => begun(b, a),
  age: by(({ reasonSince, changedAt }) => reasonSince ?? changedAt),
  deadline: by(({ deadlineAt }) => deadlineAt),
  vin: by(({ vin }) => vin),
} as const satisfies Record<string, Compare>;
export type Order = keyof typeof ORDERS;
export const ORDER_WORDS = Object.keys(ORDERS) as Order[];
