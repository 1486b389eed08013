import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { AskingToLeave, DefleetingActivities, VehicleAt } from '../../activities/defleetings';
import { type DefleetingPlan, STAY_COUNTS } from '../../workflows/contract/defleetings';
import {
  ACTIVATION,
  type ActivationInput,
  activationId,
  type DefleetRequest,
  defleet,
} from '../../workflows/contract/messages';
import { applicationQueue, TASK_QUEUE } from '../../workflows/contract/task-queues';
import type { ActivationFound } from '../../workflows/defleeting/state';
import { type ActivationRun, visibleRun } from '../activations/activation-runs';
import { Activations } from '../activations/activations';
import { runningAnywhere } from '../activations/anywhere';
import { type ActivationReport, reportOn, rowOf } from '../activations/reports';
import { columnsAtStart } from '../activations/starts';
import { VinError } from '../base/errors';
import { type Application, applicationFrom, applicationKey, applicationOf } from '../domain/application';
import { summaryOf } from '../domain/markdown';
import { hasEnded } from '../domain/status';
import { claimedApplications } from '../temporal/ownership';
import { beginOf, dayIn, nextDay } from './dates';
import { livesWithOthers, OF_OTHERS } from './hands';
import { createParkingDesk, type ParkingStarter } from './parkings';

/** What carries out a defleeting on a worker, with Temporal alone: providers are asked by the activities of activations. */
export interface DefleetingDesk {
  plan(asked: Parameters<DefleetingActivities['planDefleeting']>[0]): Promise<DefleetingPlan>;
  ask(asking: AskingToLeave): Promise<ActivationFound>;
  find(vehicle: VehicleAt): Promise<ActivationFound>;
  takeOver(asking: Parameters<DefleetingActivities['takeOver']>[0]): Promise<ActivationFound>;
  askParking(asking: Parameters<DefleetingActivities['askParkingToLeave']>[0]): Promise<ActivationFound>;
  findParking(at: VehicleAt): Promise<ActivationFound>;
  askToStay(asking: Parameters<DefleetingActivities['askToStay']>[0]): Promise<string | null>;
}

export interface DeskOptions {
  readonly client: Client;
  /** Those that this worker serves. */
  readonly applications: readonly Application[];
  /** Whether the record of a vehicle stays there until it is removed, and gives no access. @default never */
  readonly keepsRecord?: (app: Application) => boolean;
  /** Sees that an activation of a brand could begin. @throws VinError `BRAND_UNKNOWN`. @default any can */
  readonly requireBrand?: (app: Application, brand: string) => void;
  /** What has parkings begin. @default this worker has no parking */
  readonly parkings?: ParkingStarter | null;
  /** In which zone a day is meant. */
  readonly zone: string;
  /** How long after the event's day access must have ended where nobody says it, in milliseconds. */
  readonly deadline: number;
  /** Divides every wait, for trials. @default 1 */
  readonly speed?: number;
  /** In front of the names of task queues. */
  readonly taskQueue?: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WAITS = { look: 15 * MINUTE, longestLook: 6 * HOUR, remind: 24 * HOUR, fresh: 24 * HOUR } as const;

export function createDesk({
  client,
  applications,
  keepsRecord = () => false,
  requireBrand = () => undefined,
  parkings: starter = null,
  zone,
  deadline,
  speed = 1,
  taskQueue = TASK_QUEUE,
}: DeskOptions): DefleetingDesk {
  const parkings = createParkingDesk(client, starter);
  const claimed = shared(() => claimedApplications(client));
  const lifeOf = async (vehicle: VehicleAt): Promise<ActivationRun | null> => {
    try {
      return await visibleRun(client, activationId(vehicle, vehicle.vin), '*');
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  };

  async function find(vehicle: VehicleAt): Promise<ActivationFound> {
    const life = await lifeOf(vehicle);
    if (!life) return { kind: 'none' };
    if (livesWithOthers(life.description, vehicle)) return OF_OTHERS;
    const report = await reportOn(client, life);
    if (life.description.status.name !== 'RUNNING') return endedOf(report, life.description);
    const isStaying = report.complete && report.defleet === null;
    if (isStaying) return { kind: 'staying', why: 'Its activation was told to stay' };
    // Where the provider says nothing, what it waits for is why it is open.
    return leavingOf({ ...report, reason: report.reason ?? report.waitingFor });
  }

  return {
    async plan({ vin, fleets, eventDate, deadline: asked, now }) {
      const today = dayIn(zone, now);
      const day = eventDate ?? today;
      const scaled = (moment: number): number => now + Math.round((moment - now) / speed);
      const end = beginOf(nextDay(day), zone);
      const all = await applicationsOf(client, vin, [...applications, ...(await claimed())]);
      const wait = (milliseconds: number): number => Math.max(1, Math.round(milliseconds / speed));
      return {
        eventDate: day,
        zone,
        beginsAt: day > today ? scaled(beginOf(day, zone)) : now,
        deadlineAt: scaled(end + (asked ?? deadline)),
        applications: all,
        keepingRecords: all.filter(keepsRecord),
        parkings: await parkings.of(vin, fleets),
        waits: {
          look: wait(WAITS.look),
          longestLook: wait(WAITS.longestLook),
          remind: wait(WAITS.remind),
          // However fast the clock of a trial is: readings that take longer than this would be made again for ever.
          fresh: Math.max(wait(WAITS.fresh), MINUTE),
        },
      };
    },
    find,
    findParking: parkings.find,
    askParking: ({ id: _, ...asking }) => parkings.ask(asking),
    async ask(asking) {
      const life = await lifeOf(asking);
      if (!life) return { kind: 'none' };
      if (livesWithOthers(life.description, asking)) return OF_OTHERS;
      if (life.description.status.name !== 'RUNNING')
        return endedOf(await reportOn(client, life), life.description);
      // To whichever run there is: a later life of the vehicle has to leave as well.
      await client.workflow.getHandle(activationId(asking, asking.vin)).signal(defleet, messageOf(asking));
      return leavingOf(rowOf(life.description));
    },
    async takeOver({ brand, fleet, ...asking }) {
      const { vin } = asking;
      const app = applicationOf(asking);
      const before = await lifeOf(asking);
      if (before && livesWithOthers(before.description, asking)) return OF_OTHERS;
      // It would fail before it has asked anybody, and each one after it.
      requireBrand(app, brand);
      // Told to stay before it has read anything it must not submit: it takes over what is there, and nothing else.
      const input: ActivationInput = { vin, ...app, brand, adopt: true, ...(fleet !== null && { fleet }) };
      await client.workflow.signalWithStart(ACTIVATION, {
        workflowId: activationId(app, vin),
        taskQueue: applicationQueue(app, taskQueue),
        args: [input],
        // It is in the inbox before the activation begins: what leaves is never submitted.
        signal: defleet,
        signalArgs: [messageOf(asking)],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        typedSearchAttributes: columnsAtStart(input),
        staticSummary: summaryOf(`${vin} · ${brand} · leaves, was managed by nobody`),
      });
      const life = await lifeOf(asking);
      return life ? leavingOf(rowOf(life.description)) : { kind: 'none' };
    },
    async askToStay(asking) {
      const {
        vin,
        fleets,
        applications: apps,
        parkings: plates = [],
        others = [],
        since = '',
        id,
        by,
        order,
      } = asking;
      const lives = await Promise.all(
        [...apps, ...others].map(async (app) => ({ app, life: await lifeOf({ ...app, vin }) })),
      );
      const asked = lives.filter(
        ({ app, life }) =>
          (apps.includes(app) || mayHaveHeard(life, since)) &&
          !(life && livesWithOthers(life.description, { fleets })),
      );
      // One that cannot stay any more is asked first: the others then need not be told.
      const isFinal = ({ life }: (typeof lives)[number]): boolean =>
        !life || rowOf(life.description).leaving === 'final';
      for (const { app } of [...asked.filter(isFinal), ...asked.filter((one) => !isFinal(one))]) {
        const isStaying = async () => (await find({ ...app, vin })).kind === 'staying';
        const how = { id, by, mayWait: others.includes(app), isStaying };
        const refusal = await askOneToStay(new Activations(client, app), vin, how);
        if (refusal !== null) return `${applicationKey(app)}: ${refusal}`;
      }
      for (const plate of plates)
        await parkings.beginAgain({ ...plate, vin, ...(fleets && { fleets }) }, { by, since, order });
      return null;
    },
  };
}

/** Whether a message of the defleeting may be with an activation: it lives, or has ended since. */
function mayHaveHeard(life: ActivationRun | null, since: string): boolean {
  if (!life) return false;
  const { status, closeTime } = life.description;
  return status.name === 'RUNNING' || (closeTime !== undefined && closeTime.toISOString() >= since);
}

interface Staying {
  readonly id: string;
  readonly by: string | null;
  /** Whether it is enough that the server keeps the message: it is heard after whatever was sent before. */
  readonly mayWait: boolean;
  /** Whether it does not leave, so that nothing has to be taken back. */
  readonly isStaying: () => Promise<boolean>;
}

/** @returns why it cannot; null: it stays. @throws Error to be tried again, where nobody has taken it in yet. */
async function askOneToStay(
  activations: Activations,
  vin: string,
  { id, by, mayWait, isStaying }: Staying,
): Promise<string | null> {
  try {
    const notAfter = new Date(Date.now() + STAY_COUNTS).toISOString();
    const { outcome } = await activations.stay(vin, { id, notAfter, ...(by !== null && { by }) });
    if (outcome === 'ended') return 'Its access has ended already.';
    if (outcome === 'taken' || mayWait) return null;
  } catch (error) {
    if (!(error instanceof VinError)) throw error;
    if (error.code === 'ACTIVATION_UNKNOWN') return 'Its access has ended already.';
    if (error.code === 'MESSAGE_REFUSED')
      return (await isStaying()) ? null : error.message.replace(`${vin}: `, '');
    // Asked again it is the same message.
    throw new Error(error.message, { cause: error });
  }
  throw new Error(`No worker of its application has taken in yet that ${vin} is to stay`);
}

/** As the command line sends it, so that both are the same message. */
function messageOf({ by, reason, id }: AskingToLeave): DefleetRequest {
  return { ...(by !== null && { by }), reason, id };
}

type Shown = Pick<ActivationReport, 'status' | 'reason' | 'brand' | 'owner' | 'action'>;

function leavingOf({ status, reason, brand, owner, action }: Shown): ActivationFound {
  return { kind: 'leaving', status, reason, brand: brand || null, owner, action };
}

/** By its own proof, or else it is as if there had been none. */
function endedOf(report: ActivationReport, { closeTime }: ActivationRun['description']): ActivationFound {
  const { execution, complete, status, history, attempts } = report;
  const isProven =
    execution === 'COMPLETED' || execution === 'CANCELLED' || (execution === 'FAILED' && complete);
  const ended = closeTime === undefined ? {} : { endedAt: closeTime.getTime() };
  // Ended by force, perhaps in the moment after its request.
  if (!isProven) return { kind: 'none', ...ended, mayBeOpen: !hasEnded(status) };
  const last = history.findLast(({ source }) => source === 'withdraw');
  const words = last && (last.note ?? (last.reason ? `${last.status}: ${last.reason}` : last.status));
  const answer = last ? { words: words ?? last.status, at: Date.parse(last.at) } : null;
  const isCancelled = execution === 'CANCELLED';
  return {
    kind: 'ended',
    status,
    answer,
    calls: attempts.withdraw,
    ...ended,
    ...(isCancelled && { isCancelled }),
  };
}

/** For so long all vehicles that are planned share one list, in milliseconds. */
const SHARED = 5_000;

/** Asks once for all who ask at the same time, or soon after. What failed is asked for anew. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly answer: Promise<T>; readonly until: number } | null = null;
  return () => {
    if (last && Date.now() < last.until) return last.answer;
    const one = { answer: ask(), until: Date.now() + SHARED };
    last = one;
    one.answer.catch(() => {
      if (last === one) last = null;
    });
    return one.answer;
  };
}

/** Those served here or claimed by any worker, and those in which the vehicle lives. */
async function applicationsOf(
  client: Client,
  vin: string,
  known: readonly Application[],
): Promise<readonly Application[]> {
  const keys = new Set(known.map(applicationKey));
  for (const row of await runningAnywhere(client, vin)) keys.add(applicationKey(row));
  return [...keys].sort().map(applicationFrom);
}
