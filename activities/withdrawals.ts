import { createBatcher } from '../src/calls/batcher';
import { noSlot } from '../src/calls/rate-limiter';
import type { ClearanceProvider, Leaving, WithdrawAnswer } from '../src/providers/provider';
import { ProviderError } from '../src/providers/provider-error';
import type { Batching } from './calls';

/** @param isFirst whether nothing has gone wrong with it so far. */
export type Withdraw = (leaving: Leaving, isFirst: boolean) => Promise<WithdrawAnswer>;

type Provider = Pick<ClearanceProvider, 'withdraw' | 'withdrawMany'>;
type Outcome = WithdrawAnswer | Error;

/** How many windows a vehicle waits for company: nobody waits for its end by the second, and each has several calls. */
const WINDOWS = 7;
/** And no longer than this, in milliseconds. */
const LONGEST = 15_000;
/** So long after it was asked for the last call may begin, in milliseconds: it ends before the attempt is given up. */
const LATEST = 30_000;
/** Of a call for several: one of them may be the cause. All others are about the application, or the moment. */
const MAY_BE_OF_ONE: readonly string[] = ['PROVIDER_FORBIDDEN', 'PROVIDER_REFUSED', 'PROVIDER_BAD_REPLY'];

/**
 * Withdraws vehicles, together where the provider takes several in one call. Each is settled by its own answer. What has failed once
 * goes alone, so that one vehicle is never in the way of the others.
 */
export function createWithdrawals(provider: Provider, { size, window, after }: Batching): Withdraw {
  const alone: Withdraw = ({ vin, believed }) => provider.withdraw(vin, believed);
  if (!provider.withdrawMany) return alone;
  const together = createBatcher<Asked, WithdrawAnswer>({
    size,
    window: Math.min(window * WINDOWS, LONGEST),
    ...(after && { after }),
    handle: (group) => withdrawTogether(provider, group),
  });
  return (leaving, isFirst) =>
    isFirst ? together({ leaving, by: Date.now() + LATEST }) : alone(leaving, isFirst);
}

interface Asked {
  readonly leaving: Leaving;
  /** Milliseconds since 1970: later than that no call begins. */
  readonly by: number;
}

async function withdrawTogether(provider: Provider, group: readonly Asked[]): Promise<Outcome[]> {
  const vehicles = group.map(({ leaving }) => leaving);
  const by = Math.min(...group.map((one) => one.by));
  if (!provider.withdrawMany || group.length === 1) return oneByOne(provider, vehicles, by);
  try {
    const answers = await provider.withdrawMany(vehicles, by);
    return vehicles.map(({ vin }, index) => answers[index] ?? noSlot('withdraw', vin));
  } catch (error) {
    const mayBeOfOne = error instanceof ProviderError && MAY_BE_OF_ONE.includes(error.code);
    return mayBeOfOne ? oneByOne(provider, vehicles, by) : vehicles.map(() => error as Error);
  }
}

async function oneByOne(provider: Provider, vehicles: readonly Leaving[], by: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { vin, believed } of vehicles) {
    const isLate = Date.now() > by;
    outcomes.push(isLate ? noSlot('withdraw', vin) : await provider.withdraw(vin, believed).catch((e) => e));
  }
  return outcomes;
}
