import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../../activities';
import type { CertificateActivities } from '../../activities/certificates';
import type { AskingToLeave, DefleetingActivities } from '../../activities/defleetings';
import { type Application, applicationKey, applicationOf } from '../../src/domain/application';
import { summaryOf } from '../../src/domain/markdown';
import { ATTEMPT, type Timed } from '../activation/engine';
import { translated } from '../activation/under-way';
import { CallFailed } from '../contract/call-failed';
import { askingId, type DefleetingOrder, stayingId } from '../contract/defleetings';
import type { Notice } from '../contract/notice';
import { applicationQueue, taskQueueOf } from '../contract/task-queues';
import type { Observation } from '../lifecycle/state';
import type { ActivationFound, DefleetingCommand, DefleetingEvent, Part } from './state';

/** `Omit` of each of several types. */
type Untimed<E> = E extends unknown ? Omit<E, 'at'> : never;

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
/** So long a notice waits for a worker of its own application. */
const WITHOUT_WORKER = 600 * SECOND;

/** Has the commands of a defleeting carried out, each by activities that may be repeated; what comes of them is told. */
export interface Carrier {
  run(command: DefleetingCommand): void;
  /** Hands a notice over to who delivers it, in the background. */
  tellPeople(notice: Notice): void;
  /** Notices that are not handed over yet. */
  untold(): readonly Notice[];
}

export function createCarrier(
  order: DefleetingOrder,
  tell: (event: Untimed<DefleetingEvent>) => void,
): Carrier {
  const { vin } = order;
  const { taskQueue, firstExecutionRunId, startTime } = workflowInfo();
  const prefix = taskQueueOf(taskQueue);
  const telling = new Map<string, Notice>();
  const retry = { initialInterval: 2 * SECOND, backoffCoefficient: 2, maximumInterval: 300 * SECOND };
  const atTemporal = proxyActivities<DefleetingActivities>({
    // Longer than its calls can take, and no longer: a worker that was killed holds it up for so long.
    startToCloseTimeout: 15 * SECOND,
    // What cannot be done for so long is told, and begun again.
    scheduleToCloseTimeout: HOUR,
    retry,
  });
  const at = (app: Application) =>
    proxyActivities<Pick<Activities, 'readClearance'>>({
      taskQueue: applicationQueue(app, prefix),
      startToCloseTimeout: ATTEMPT,
      scheduleToCloseTimeout: HOUR,
      retry,
    });
  // By any worker that signs: the one of the application that is open may be the one that is gone.
  const signer = proxyActivities<CertificateActivities>({
    startToCloseTimeout: ATTEMPT,
    scheduleToCloseTimeout: HOUR,
    retry,
  });
  const here = (app: Application) =>
    proxyActivities<Pick<Activities, 'notify'>>({
      taskQueue: applicationQueue(app, prefix),
      startToCloseTimeout: ATTEMPT,
      scheduleToStartTimeout: WITHOUT_WORKER,
      scheduleToCloseTimeout: HOUR,
      retry,
    });
  const limit = order.fleets ? { fleets: order.fleets } : {};
  const ofPart = (part: Part, event: Promise<Untimed<DefleetingEvent>>): void => {
    const key = applicationKey(part);
    const failed = (why: string) => tell({ type: 'part-failed', part: key, why });
    event.then(tell, (error) => failed(wordsOf(error)));
  };
  const ofAll = (event: Promise<Untimed<DefleetingEvent>>): void =>
    void event.then(tell, (error) => tell({ type: 'failed', why: wordsOf(error) }));

  async function find(command: 'ask' | 'look' | 'take-over', part: Part): Promise<Untimed<DefleetingEvent>> {
    const app = applicationOf(part);
    const where = applicationKey(app);
    const { by, reason, note, fleet } = order;
    const vehicle = { ...app, vin, ...limit };
    const id = askingId(order.id, part.asked);
    const asking = { ...vehicle, id, by, reason: note ?? reason };
    if (part.kind === 'parking')
      return { type: 'found', part: where, found: await findParking(command, asking) };
    const found = await translated(
      command === 'ask'
        ? atTemporal.askToLeave.executeWithOptions({ summary: summaryOf(`Ask ${vin} to leave ${where}`) }, [
            asking,
          ])
        : command === 'look'
          ? atTemporal.findActivation.executeWithOptions(
              { summary: summaryOf(`How far ${vin} is at ${where}`) },
              [vehicle],
            )
          : atTemporal.takeOver.executeWithOptions(
              { summary: summaryOf(`Withdraw ${vin} at ${where}, which nobody manages`) },
              [{ ...asking, brand: part.brand ?? '', fleet }],
            ),
    );
    return { type: 'found', part: where, found };
  }

  function findParking(
    command: 'ask' | 'look' | 'take-over',
    { id, by, reason, ...at }: AskingToLeave,
  ): Promise<ActivationFound> {
    const name = `the parking of ${at.application}`;
    if (command === 'look') {
      const summary = summaryOf(`How far ${name} is`);
      return translated(atTemporal.findParkingOf.executeWithOptions({ summary }, [at]));
    }
    const summary = summaryOf(`Ask ${name} to leave`);
    const asked = {
      ...at,
      id,
      by,
      reason,
      fleet: order.fleet,
      order: order.id,
      takeOver: command === 'take-over',
    };
    return translated(atTemporal.askParkingToLeave.executeWithOptions({ summary }, [asked]));
  }

  async function read(part: Part): Promise<Untimed<DefleetingEvent>> {
    const app = applicationOf(part);
    const begun = Date.now();
    const summary = summaryOf(`Read back ${vin} at ${applicationKey(app)}`);
    const result = await translated(at(app).readClearance.executeWithOptions({ summary }, [{ ...app, vin }]));
    return {
      type: 'read',
      part: applicationKey(app),
      begun,
      read: { clearance: timedValue<Observation | null>(result) },
    };
  }

  return {
    run(command) {
      switch (command.do) {
        case 'plan': {
          const { moving } = command;
          const { eventDate, deadline } = command.order;
          const asked = { vin, ...limit, eventDate, deadline, now: Date.now() };
          return ofAll(
            translated(atTemporal.planDefleeting(asked)).then((plan) => ({ type: 'planned', moving, plan })),
          );
        }
        case 'ask':
        case 'look':
        case 'take-over':
          return ofPart(command.part, find(command.do, command.part));
        case 'read':
          return ofPart(command.part, read(command.part));
        case 'state': {
          const facts = { ...command.facts, defleeting: firstExecutionRunId };
          const signed = translated(signer.signStatement(facts));
          return ofAll(signed.then(() => ({ type: 'stated' })));
        }
        case 'certify': {
          const facts = { ...command.facts, defleeting: firstExecutionRunId };
          const issued = translated(signer.issueCertificate(facts));
          return ofAll(
            issued.then((certificate) => ({
              type: 'certified',
              certificate: certificate && numberOf(certificate),
            })),
          );
        }
        case 'take-back': {
          const { asking, applications, others, parkings } = command;
          const id = stayingId(order.id, asking.id);
          // Whoever asked may have had a clock that is ahead.
          const [since = order.askedAt] = [order.askedAt, startTime.toISOString()].sort();
          const also = parkings.length > 0 ? { parkings, order: order.id } : {};
          const stay = translated(
            atTemporal.askToStay({ vin, ...limit, applications, others, ...also, since, id, by: asking.by }),
          );
          return void stay.then(
            (refusal) => tell({ type: 'stayed', refusal }),
            (error) => tell({ type: 'stayed', refusal: wordsOf(error) }),
          );
        }
      }
    },
    tellPeople(notice) {
      telling.set(notice.id, notice);
      const done = (): void => void telling.delete(notice.id);
      // Where its application has no worker, those of another one tell it: that is what people have to hear of.
      const told = here(applicationOf(notice)).notify(notice);
      told.catch(() => atTemporal.tellElsewhere(notice)).then(done, done);
    },
    untold: () => [...telling.values()],
  };
}

function numberOf({ number, issuedAt }: { readonly number: number; readonly issuedAt: string }) {
  return { number, issuedAt };
}

/** As our workers answer (activities/timed.ts). */
function timedValue<T>(result: unknown): T {
  const isTimed = typeof result === 'object' && result !== null && 'endedAt' in result && 'value' in result;
  return isTimed ? (result as Timed<T>).value : (result as T);
}

function wordsOf(error: unknown): string {
  if (error instanceof CallFailed) return error.message;
  throw error;
}
