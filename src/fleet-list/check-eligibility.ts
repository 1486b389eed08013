import { VinError } from '../base/errors';
import type { LocalRateLimiter } from '../calls/local-rate-limiter';
import type { Catalogue } from '../catalogue/schema';
import type { EligibilityVerdict } from '../domain/eligibility';
import type { EligibilityAnswer } from '../providers/provider';
import { withConcurrency } from './concurrency';
import type { ListedVehicle, ListRow, RowBatch } from './fleet-list';
import { problemOf } from './import-rows';

/** What was found out of one row. */
export interface EligibilityRow {
  readonly line: number;
  readonly vin: string;
  readonly brand: string;
  /** `not-asked`: the provider cannot be asked for this brand. `failed`: the row cannot be used. */
  readonly verdict: EligibilityVerdict | 'not-asked' | 'failed';
  readonly dataDelivery: readonly string[];
  readonly connectivity: string | null;
  readonly primaryUserAssigned: boolean | null;
  /** Empty where there is nothing to say; so is `remedy`. */
  readonly problem: string;
  readonly remedy: string;
}

export interface EligibilityOptions {
  readonly batches: AsyncIterable<RowBatch>;
  readonly catalogue: Pick<Catalogue, 'brands'>;
  readonly ask: (vehicle: ListedVehicle) => Promise<EligibilityAnswer>;
  readonly limiter: LocalRateLimiter;
  /** Questions under way at the same time. */
  readonly concurrency: number;
  /** Told of each row as soon as it is known, which is not in the order of the list. */
  readonly onRow: (row: EligibilityRow) => void;
  /** Told of what a person should know of how the list was read. */
  readonly onNote?: (note: string) => void;
}

/** How often one vehicle is asked for before it counts as not known. */
const ATTEMPTS = 5;
/** The pause after a failure that names none, in milliseconds, times the failures so far. */
const PAUSE = 5_000;
/** What fails for one vehicle in this way fails for all. */
const FOR_ALL: ReadonlySet<string> = new Set([
  'PROVIDER_APPLICATION_REFUSED',
  'PROVIDER_CREDENTIALS',
  'PROVIDER_FORBIDDEN',
]);

/**
 * Asks for the eligibility of each vehicle of a list whose brand can be asked.
 *
 * @throws VinError of the list, or of the provider where no vehicle can be asked at all.
 */
export async function checkEligibility(options: EligibilityOptions): Promise<void> {
  for await (const { rows, notes } of options.batches) {
    for (const note of notes) options.onNote?.(note);
    await withConcurrency(rows, options.concurrency, async (row) =>
      options.onRow(await checkRow(row, options)),
    );
  }
}

const NOTHING = { dataDelivery: [], connectivity: null, primaryUserAssigned: null, problem: '', remedy: '' };

async function checkRow(row: ListRow, options: EligibilityOptions): Promise<EligibilityRow> {
  const { line } = row;
  if (!row.ok) {
    const { vin, remedy } = row;
    return { line, vin, brand: '', ...NOTHING, verdict: 'failed', problem: problemOf(row), remedy };
  }
  const { vin, brand } = row.vehicle;
  const known = { line, vin, brand, ...NOTHING };
  if (!options.catalogue.brands[brand]?.eligibilityCheck) return { ...known, verdict: 'not-asked' };
  return { ...known, ...(await answerFor(row.vehicle, options)) };
}

/** Asks until there is an answer, at most `ATTEMPTS` times; a failure makes all wait. */
async function answerFor(
  vehicle: ListedVehicle,
  { ask, limiter }: EligibilityOptions,
): Promise<Partial<EligibilityRow> & Pick<EligibilityRow, 'verdict'>> {
  for (let attempt = 1; ; attempt += 1) {
    await limiter.acquire();
    try {
      return await ask(vehicle);
    } catch (error) {
      if (!(error instanceof VinError) || FOR_ALL.has(error.code)) throw error;
      if (error.retryable) limiter.closeFor(error.retryAfter ?? attempt * PAUSE);
      if (error.retryable && attempt < ATTEMPTS) continue;
      return { verdict: 'not-known', problem: error.message, remedy: 'Ask for this vehicle again later.' };
    }
  }
}
