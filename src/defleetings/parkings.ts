import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import type { VehicleAt } from '../../activities/defleetings';
import {
  LEAVING_MEMO,
  type Leave,
  type Locked,
  leave,
  PARKING,
  type ParkingView,
  parkingId,
  parkingStatus,
} from '../../workflows/contract/parking';
import { columnName, columnsIn } from '../../workflows/contract/search-attributes';
import type { ActivationFound } from '../../workflows/defleeting/state';
import { quote } from '../activations/search';
import type { Application } from '../domain/application';
import { countsOf } from '../domain/named-stays';
import { type Plate, readPlate } from '../domain/plate';
import { vinKey } from '../domain/vehicle-key';
import { isOfOthers } from './hands';

/** A vehicle at a provider of parking: its plate stands in `application`. */
export type ParkedAt = VehicleAt;

/** What has the workflow of a parking begin, where this worker has parking. */
export interface ParkingStarter {
  /** One that leaves at once: it finds out by itself what is there. */
  startLeaving(at: StartedParking, leaving: Leave): Promise<void>;
  /** It stays, or begins again once it has left, if it was this defleeting that wanted it to leave. */
  begin(at: StartedParking, by: string | null, order: string | undefined): Promise<void>;
}

export interface StartedParking {
  readonly provider: string;
  readonly plate: Plate;
  readonly vin: string;
  readonly fleet: string | null;
}

/** What a defleeting asks of the parkings of its vehicle, with Temporal alone. */
export interface ParkingDesk {
  /** Those of a vehicle that have not ended by their own proof. @param fleets whose they may be. @default anybody's */
  of(vin: string, fleets?: readonly string[]): Promise<readonly Application[]>;
  ask(
    asking: ParkedAt & Leave & { readonly fleet: string | null; readonly takeOver: boolean },
  ): Promise<ActivationFound>;
  find(at: ParkedAt): Promise<ActivationFound>;
  /** One that lives, or has ended since (ISO 8601), stays or begins again: a message to leave may be on its way to it. */
  beginAgain(at: ParkedAt, taken: TakenBack): Promise<void>;
}

/** A defleeting that is taken back. */
export interface TakenBack {
  readonly by: string | null;
  /** When it was asked for, ISO 8601. */
  readonly since: string;
  /** Its id; absent: an older worker has not said it. */
  readonly order?: string | undefined;
}

/** How long a worker may take to answer, in milliseconds. */
const QUESTION = 5_000;

export function createParkingDesk(client: Client, starter: ParkingStarter | null = null): ParkingDesk {
  const newest = async (at: ParkedAt): Promise<WorkflowExecutionDescription | null> => {
    try {
      return await client.workflow.getHandle(parkingId(at.provider, plateAt(at))).describe();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  };

  /** Where no worker with its credentials answers, null. */
  const viewOf = ({ workflowId, runId }: WorkflowExecutionDescription): Promise<ParkingView | null> =>
    client
      .withDeadline(Date.now() + QUESTION, () =>
        client.workflow.getHandle(workflowId, runId).query(parkingStatus),
      )
      .catch(() => null);

  async function found(at: ParkedAt, run: WorkflowExecutionDescription | null): Promise<ActivationFound> {
    if (!run) return { kind: 'none' };
    if (!isOf(run, at))
      return ended({ words: 'the plate is that of another vehicle now', at: run.startTime });
    if (isOfOthers(run, at)) return ended({ words: 'the plate is that of another fleet', at: run.startTime });
    if (run.status.name === 'RUNNING') {
      const view = await viewOf(run);
      return view === null || view.step === 'leaving' || view.step === 'ended'
        ? leavingOf(view)
        : { kind: 'staying', why: 'Its parking was begun again' };
    }
    if (run.status.name !== 'COMPLETED' && run.status.name !== 'CANCELLED') return { kind: 'none' };
    const view = await viewOf(run);
    return ended({ words: GONE, at: run.closeTime ?? run.startTime }, view?.locked);
  }

  const started = ({ provider, vin, ...at }: ParkedAt, fleet: string | null): StartedParking => ({
    ...{ provider, vin, fleet },
    plate: plateAt({ provider, vin, ...at }),
  });

  const starting = (): ParkingStarter => {
    if (starter) return starter;
    throw new Error('This worker has no credential for parking: give it one, and name it in VIN_PARKING');
  };

  return {
    async of(vin, fleets) {
      const query = `WorkflowType = '${PARKING}' AND ${columnName('vin')} = ${quote(vinKey(vin))} AND ExecutionStatus IN ('Running', 'Terminated', 'Failed', 'TimedOut')`;
      const places = new Map<string, Application>();
      for await (const run of client.workflow.list({ query })) {
        if (isOfOthers(run, { fleets })) continue;
        const [, provider = '', application = ''] = run.workflowId.split(':');
        places.set(run.workflowId, { provider, application });
      }
      return [...places.values()];
    },
    async ask({ by, reason, fleet, takeOver, order = null, ...at }) {
      const run = await newest(at);
      const leaving = { by, reason, ...(order !== null && { order }) };
      if (run && isOf(run, at) && !isOfOthers(run, at) && run.status.name === 'RUNNING') {
        await client.workflow.getHandle(run.workflowId).signal(leave, leaving);
        return leavingOf(await viewOf(run));
      }
      const now = await found(at, run);
      if (now.kind !== 'none' || !takeOver) return now;
      await starting().startLeaving(started(at, fleet), leaving);
      return leavingOf(null);
    },
    find: async (at) => found(at, await newest(at)),
    async beginAgain(at, { by, since, order }) {
      const run = await newest(at);
      // The plate of another vehicle or fleet now is not ours to begin.
      if (!run || !isOf(run, at) || isOfOthers(run, at) || !mayHaveHeard(run, since, order)) return;
      const { fleet } = columnsIn(run.typedSearchAttributes);
      await starting().begin(started(at, fleet), by, order);
    },
  };
}

/** Whether a message of the defleeting may be with it: it lives, or has ended since, and for no other reason. */
function mayHaveHeard(
  { status, closeTime, memo }: WorkflowExecutionDescription,
  since: string,
  order: string | undefined,
): boolean {
  if (status.name === 'RUNNING') return true;
  const leftBy = memo?.[LEAVING_MEMO];
  if (order !== undefined && typeof leftBy === 'string' && leftBy !== order) return false;
  return closeTime !== undefined && closeTime.toISOString() >= since;
}

/** As a parking says it at its end (workflows/parking/plan.ts). */
const GONE = 'the provider has it no more';

function plateAt({ application }: ParkedAt): Plate {
  const check = readPlate(application);
  if (check.ok) return check.plate;
  throw new Error(`${application} is no plate: it ${check.problem}`);
}

function isOf({ typedSearchAttributes }: WorkflowExecutionDescription, { vin }: ParkedAt): boolean {
  return columnsIn(typedSearchAttributes).vin === vinKey(vin);
}

function ended(
  { words, at }: { readonly words: string; readonly at: Date },
  locked: readonly Locked[] = [],
): ActivationFound {
  const time = at.getTime();
  const said = wordsOf(locked);
  return {
    ...{ kind: 'ended', status: 'absent', calls: 0 },
    answer: said === '' ? null : { words: said, at: time },
    proof: { words, at: time },
  };
}

/** What locking came to, by credential: `default: 2 payments locked, 1 not`. */
export function wordsOf(all: readonly Locked[]): string {
  return all
    .map((one) => {
      const { application, outcome, words, locked, unlocked } = one;
      if (outcome !== 'locked')
        return `${application}: nothing locked. ${words ?? 'Its agreement has no right to it'}`;
      const counts = countsOf([one]);
      const open = counts.unlocked === 0 ? '' : `, ${counts.unlocked} not`;
      const running = [...locked, ...unlocked].filter(({ endedAt }) => endedAt === null).length;
      return `${application}: ${counts.locked} payments locked${open}${running === 0 ? '' : `; ${running} of them went on`}`;
    })
    .join('; ');
}

/** How far a parking is that leaves, and why it has not ended. @param view null: no worker has answered */
export function leavingOf(view: ParkingView | null): ActivationFound {
  const known = { kind: 'leaving', status: null, brand: null } as const;
  if (view === null) {
    const action = 'Run a worker that has its credentials (VIN_PARKING).';
    return { ...known, reason: 'No worker has answered for its parking', owner: 'operations', action };
  }
  if (view.trouble !== null) {
    const action = 'See what went wrong, and mend it: it is tried again by itself.';
    return { ...known, reason: view.trouble, owner: 'operations', action };
  }
  const running = view.locked.flatMap(({ locked, unlocked }) => [...locked, ...unlocked]);
  const stay = running.find(({ endedAt }) => endedAt === null);
  if (stay) {
    const since = stay.startedAt === null ? '' : ` since ${new Date(stay.startedAt).toISOString()}`;
    const place = stay.place === null ? '' : ` at ${stay.place}`;
    const action = 'Have the vehicle leave the car park: its parking ends when the stay has ended.';
    return { ...known, reason: `A stay goes on${place}${since}`, owner: 'driver', action };
  }
  const reason = view.waitingFor === null ? null : `It waits for ${view.waitingFor}`;
  return { ...known, reason, owner: null, action: null };
}
