/** What a figure must reach. */
export type Line = { readonly atLeast: number } | { readonly atMost: number };

/** One figure of the benchmark: a ratio to its baseline, or a count. */
export interface Figure {
  /** The same in every run: figures of two runs are compared by it. */
  readonly id: string;
  readonly what: string;
  /** What ours came to, in words. */
  readonly ours: string;
  /** What the baseline came to, in words; `-` where there is none. */
  readonly baseline: string;
  /** What is held against the line. */
  readonly value: number;
  /** Null: for information. */
  readonly line: Line | null;
  /** Whether a larger value is the better one. */
  readonly better: 'more' | 'less';
  /** Why it misses its line, where it is known to: told only when it does. */
  readonly why?: string;
  /** The smallest and the largest value of the pairs. */
  readonly spread?: readonly [number, number];
}

/** What a case is given by the run. */
export interface Run {
  /** Under three minutes for all cases together: fewer vehicles and fewer pairs. */
  readonly quick: boolean;
  /** How often baseline and ours are measured in turn. */
  readonly pairs: number;
  /** Only this part of a case that has parts, and nothing is written down. */
  readonly part?: string;
  /** Tells on stderr how far it is. */
  readonly say: (step: string) => void;
}

/** One thing that is measured, with its own baseline and, where it needs one, its own server. */
export interface Case {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  /** What is measured, against what, and how; which parts are real. */
  readonly how: string;
  measure(run: Run): Promise<Figure[]>;
}

export function isMissed({ line, value }: Figure): boolean {
  if (!line) return false;
  // What could not be measured has not reached its line.
  if (Number.isNaN(value)) return true;
  return 'atLeast' in line ? value < line.atLeast : value > line.atMost;
}
