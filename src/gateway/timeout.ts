import { VinError } from '../base/errors';

/**
 * Waits for a call to Temporal, but not longer than this. The client's pause between two tries can go on for
 * seconds after its own deadline; nobody who asks us waits for that.
 *
 * @param deadline milliseconds.
 * @throws VinError `TEMPORAL_UNREACHABLE` when the time is over; the call goes on.
 */
export function withTimeout<T>(call: Promise<T>, deadline: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late(deadline)), deadline);
    const inTheEnd = () => clearTimeout(timer);
    call.then(resolve, reject).finally(inTheEnd);
  });
}

function late(deadline: number): VinError {
  return new VinError(
    'TEMPORAL_UNREACHABLE',
    `Temporal did not answer within ${deadline} ms.`,
    'Look whether the Temporal server runs; the provider will send the webhook again.',
  );
}
