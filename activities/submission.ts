import { type Clearance, type ClearanceRequest, changedAt } from '../src/domain/clearance';
import type { ClearanceProvider, SubmitAnswer } from '../src/providers/provider';
import { ProviderError } from '../src/providers/provider-error';
import { FREELY, noTurn, type Turns } from '../src/providers/turns';
import type { SubmitResult, Vehicle } from '../workflows/state';
import { observationOf } from './observation';

/** Statuses in which a second submission would make, or race with, a second clearance. */
const OPEN: readonly Clearance['status'][] = ['pending', 'approved', 'revoking', 'canceling', 'unknown'];

/** A vehicle on its way to the provider. */
export interface Passenger {
  readonly vehicle: Vehicle;
  /** Milliseconds since 1970. After it nothing is sent: somebody else may have begun to try. */
  readonly sendBy: number;
}

type Provider = Pick<ClearanceProvider, 'list' | 'submit'>;
type Outcome = SubmitResult | Error;

/**
 * Submits vehicles in one POST, so that there is never a second clearance of any: the provider documents no
 * idempotency key, so every attempt reads before it sends. An attempt whose reply was lost is settled by the
 * next one. Each vehicle is settled by its own row of the reply.
 *
 * @returns one result or error for each vehicle, in their order.
 */
export async function submitTogether(
  provider: Provider,
  passengers: readonly Passenger[],
  turns: Turns = FREELY,
): Promise<Outcome[]> {
  const by = Math.max(...passengers.map(({ sendBy }) => sendBy));
  await Promise.all([turns.take('list', by), turns.take('submit', by)]);
  const records = await provider.list({ vins: passengers.map(({ vehicle }) => vehicle.vin) });
  const earlier = new Map(records.map((record) => [record.vin, record]));

  const outcomes = new Map<Passenger, Outcome>();
  const now = Date.now();
  for (const passenger of passengers) {
    const record = earlier.get(passenger.vehicle.vin);
    if (record && OPEN.includes(record.status)) {
      outcomes.set(passenger, { outcome: 'found', clearance: observationOf(record) });
    } else if (now > passenger.sendBy) outcomes.set(passenger, noTurn('submit', passenger.vehicle.vin));
  }
  const rest = passengers.filter((passenger) => !outcomes.has(passenger));
  const sent = rest.length > 0 ? await send(provider, rest, earlier, turns) : [];
  for (const [index, passenger] of rest.entries()) outcomes.set(passenger, sent[index] as Outcome);
  return passengers.map((passenger) => outcomes.get(passenger) as Outcome);
}

/** Where a whole POST is refused, one vehicle of it may be the cause: the halves go on their own, read first. */
async function send(
  provider: Provider,
  passengers: readonly Passenger[],
  earlier: ReadonlyMap<string, Clearance>,
  turns: Turns,
): Promise<Outcome[]> {
  try {
    const answers = await provider.submit(passengers.map(({ vehicle }) => requestOf(vehicle)));
    return passengers.map(({ vehicle }, index) =>
      outcomeOf(vehicle.vin, answers[index], earlier.get(vehicle.vin)),
    );
  } catch (error) {
    const isRefused = error instanceof ProviderError && error.code === 'PROVIDER_REFUSED';
    if (!isRefused || passengers.length === 1) throw error;
    const middle = passengers.length >>> 1;
    const halves = [passengers.slice(0, middle), passengers.slice(middle)].map((half) =>
      submitTogether(provider, half, turns).catch((cause: Error) => half.map(() => cause)),
    );
    return (await Promise.all(halves)).flat();
  }
}

function outcomeOf(vin: string, answer: SubmitAnswer | undefined, earlier: Clearance | undefined): Outcome {
  switch (answer?.outcome) {
    case 'accepted':
      return {
        outcome: 'accepted',
        status: answer.status,
        earlierChange: earlier ? changedAt(earlier) : null,
      };
    case 'refused':
      return { outcome: 'refused', description: answer.description };
    default:
      return new ProviderError(
        'PROVIDER_BAD_REPLY',
        `The provider's reply has no row for ${vin}`,
        'The clearance is read before it is sent again.',
        { vin },
      );
  }
}

function requestOf({ vin, brand, tags, odometer }: Vehicle): ClearanceRequest {
  return { vin, brand, tags, ...(odometer && { odometer }) };
}
