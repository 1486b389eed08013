import { type Clearance, type ClearanceRequest, changedAt } from '../src/domain/clearance';
import type { ClearanceProvider, SubmitAnswer } from '../src/providers/provider';
import { ProviderError } from '../src/providers/provider-error';
import { FREELY, noTurn, type Turns } from '../src/providers/turns';
import type { SubmitResult, Vehicle } from '../workflows/state';
import { inHalves } from './halves';
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
 * next one. Each vehicle is settled by its own row of the reply; where the provider refuses the whole, the halves
 * go on their own, and read again before they are sent.
 *
 * @returns one result or error for each vehicle, in their order.
 */
export function submitTogether(
  provider: Provider,
  passengers: readonly Passenger[],
  turns: Turns = FREELY,
): Promise<Outcome[]> {
  return inHalves(passengers, (group) => attempt(provider, group, turns));
}

async function attempt(
  provider: Provider,
  passengers: readonly Passenger[],
  turns: Turns,
): Promise<Outcome[]> {
  await turns.take('list', latest(passengers));
  const records = await provider.list({ vins: passengers.map(({ vehicle }) => vehicle.vin) });
  const earlier = new Map(records.map((record) => [record.vin, record]));
  const outcomes = new Map<Passenger, Outcome>();
  for (const passenger of passengers) {
    const record = earlier.get(keyOf(passenger));
    if (record && OPEN.includes(record.status)) {
      outcomes.set(passenger, { outcome: 'found', clearance: observationOf(record) });
    }
  }
  const rest = passengers.filter((passenger) => !outcomes.has(passenger));
  const sent = await inHalves(rest, (group) =>
    group === rest ? send(provider, rest, earlier, turns) : submitTogether(provider, group, turns),
  );
  for (const [index, passenger] of rest.entries()) outcomes.set(passenger, sent[index] as Outcome);
  return passengers.map((passenger) => outcomes.get(passenger) as Outcome);
}

/** The turn is taken last: it allows a call now, and the list before it may have taken long. */
async function send(
  provider: Provider,
  passengers: readonly Passenger[],
  earlier: ReadonlyMap<string, Clearance>,
  turns: Turns,
): Promise<Outcome[]> {
  if (passengers.length === 0) return [];
  await turns.take('submit', latest(passengers));
  const now = Date.now();
  const inTime = passengers.filter(({ sendBy }) => now <= sendBy);
  const requests = inTime.map(({ vehicle }) => requestOf(vehicle));
  const answers = requests.length > 0 ? await provider.submit(requests) : [];
  const answerOf = new Map(inTime.map((passenger, index) => [passenger, answers[index]]));
  return passengers.map((passenger) => {
    const { vin } = passenger.vehicle;
    if (!answerOf.has(passenger)) return noTurn('submit', vin);
    return outcomeOf(vin, answerOf.get(passenger), earlier.get(keyOf(passenger)));
  });
}

function latest(passengers: readonly Passenger[]): number {
  return Math.max(...passengers.map(({ sendBy }) => sendBy));
}

/** As VINs stand in records. */
function keyOf({ vehicle }: Passenger): string {
  return vehicle.vin.trim().toUpperCase();
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
