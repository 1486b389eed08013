import type { SweepProgress, SweepSummary } from '../../workflows/contract/sweep-report';
import { type RateLimiter, UNLIMITED } from '../calls/rate-limiter';
import type { Application } from '../domain/application';
import type { ClearanceLister, ClearanceProvider } from '../providers/provider';
import type { SweptActivations } from './activations-at-provider';
import { Comparison, SEARCHED, TOGETHER } from './comparison';
import { ListMemory, type ListRead } from './list-memory';

export interface SweeperOptions {
  /** Whose clearances the list has. */
  readonly app: Application;
  readonly source: ClearanceLister & Pick<ClearanceProvider, 'list'>;
  readonly activations: SweptActivations;
  /** Who gives the slots of the calls that confirm absences: the list itself has had its own. Default: no budget. */
  readonly limiter?: RateLimiter;
  /** How young an activation may be before its vehicle counts as lost, in milliseconds. Default: 10 minutes. */
  readonly grace?: number;
  /** Whether the list can be narrowed to some vehicles. Default: it can. */
  readonly filteredList?: boolean;
  /** Told of each sweep that came to its end. */
  readonly onSwept?: (summary: SweepSummary) => void;
}

export interface Sweeper {
  /**
   * Reads the provider's whole list once and tells activations what they do not know. Sweeps of one sweeper wait for
   * each other; after one that failed, the next compares what that one did not come to.
   *
   * @throws ProviderError when the list cannot be read to its end: then nobody is told anything.
   */
  sweep(options: {
    readonly full: boolean;
    /** A time before this call, by Temporal's clock, in milliseconds since 1970; null where none is known. */
    readonly begun?: number | null;
    readonly signal?: AbortSignal;
    readonly onProgress?: (progress: SweepProgress) => void;
  }): Promise<SweepSummary>;
  /** The last sweep that came to its end. */
  readonly last: SweepSummary | null;
}

const GRACE = 600_000;
const ROWS_A_STEP = 1_000;

/** Makes the sweeper of one provider. It remembers what it has compared: keep it for as long as the process lives. */
export function createSweeper(options: SweeperOptions): Sweeper {
  const { app, source, activations, limiter = UNLIMITED, grace = GRACE, filteredList = true } = options;
  const memory = new ListMemory();
  let line: Promise<unknown> = Promise.resolve();
  let last: SweepSummary | null = null;
  /** Whether everything has been compared once: only then is comparing the changes enough. */
  let hasCompared = false;

  async function run(
    ...[{ full, begun = null, signal, onProgress }]: Parameters<Sweeper['sweep']>
  ): Promise<SweepSummary> {
    signal?.throwIfAborted();
    const at = new Date();
    const start = performance.now();
    const list = await readList(source, memory, signal, (rows) =>
      onProgress?.({ phase: 'reading the list', rows, compared: 0, signals: 0 }),
    );
    const listDuration = performance.now() - start;
    const comparison = new Comparison({
      memory,
      source,
      activations,
      limiter,
      begun,
      lostBefore: at.getTime() - grace,
      confirmedTogether: filteredList ? TOGETHER : Number.POSITIVE_INFINITY,
      signal,
      onStep: (phase, { compared, signals }) => onProgress?.({ phase, rows: list.rows, compared, signals }),
    });
    const isWhole = full || !hasCompared || memory.openCount > SEARCHED;
    const drift = isWhole ? await comparison.everything() : await comparison.open();
    hasCompared = true;
    const { differences, signals, untold } = comparison;
    const duration = performance.now() - start;
    last = {
      ...app,
      full,
      at: at.toISOString(),
      duration: Math.round(duration),
      listDuration: Math.round(listDuration),
      ...list,
      differences,
      signals,
      untold,
      drift: full && drift ? drift : null,
    };
    options.onSwept?.(last);
    return last;
  }

  return {
    sweep: (wanted) => {
      const mine = line.then(() => run(wanted));
      line = mine.catch(() => undefined);
      return mine;
    },
    get last() {
      return last;
    },
  };
}

async function readList(
  source: ClearanceLister,
  memory: ListMemory,
  signal: AbortSignal | undefined,
  onRows: (rows: number) => void,
): Promise<ListRead> {
  const reading = memory.read();
  let rows = 0;
  await source.scan(
    (row) => {
      reading.note(row);
      rows += 1;
      if (rows % ROWS_A_STEP === 0) onRows(rows);
    },
    signal ? { signal } : {},
  );
  return reading.end();
}
