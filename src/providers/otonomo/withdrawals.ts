import { hasEnded } from '../../domain/status';
import { plainVin } from '../../domain/vin';
import type { Leaving, WithdrawAnswer } from '../provider';
import { ProviderError } from '../provider-error';
import { type ActionAnswer, act, type CallOf } from './actions';

/**
 * Disables vehicles, which stops their data at once, and removes them. What gives no access is only removed. That one may not be
 * disabled, by its status or by whatever else a 403 means ("may also result from lack of consent"), is no hindrance.
 *
 * @param by milliseconds since 1970: later than that no call begins.
 * @returns an answer for each, in their order; null: there was no time for it.
 * @throws ProviderError for what is not Otonomo's own word on the vehicles.
 */
export async function withdrawVehicles(
  call: CallOf,
  vehicles: readonly Leaving[],
  by?: number,
): Promise<(WithdrawAnswer | null)[]> {
  const on = vehicles.filter(isOn).map(({ vin }) => vin);
  const disabled = await act(call, 'disable', on, by).catch((error) => {
    // Of several it may be about one alone.
    if (on.length === 1 && isForbidden(error)) return new Map<string, ActionAnswer>();
    throw error;
  });
  const absent = ({ vin }: Leaving) => {
    const answer = disabled.get(plainVin(vin));
    return answer?.outcome === 'absent' ? answer : null;
  };
  const there = vehicles.filter((one) => !absent(one)).map(({ vin }) => vin);
  const removed = await act(call, 'remove', there, by);
  return vehicles.map((one) => absent(one) ?? answerOf(removed.get(plainVin(one.vin))));
}

function isOn({ believed }: Leaving): boolean {
  return believed === undefined || (believed !== 'pending' && !hasEnded(believed));
}

function isForbidden(error: unknown): boolean {
  return error instanceof ProviderError && error.code === 'PROVIDER_FORBIDDEN';
}

function answerOf(removed: ActionAnswer | undefined): WithdrawAnswer | null {
  if (!removed) return null;
  switch (removed.outcome) {
    case 'done':
      return { outcome: 'accepted', status: null };
    case 'refused':
      return { outcome: 'not-supported', detail: removed.detail };
    default:
      return removed;
  }
}
