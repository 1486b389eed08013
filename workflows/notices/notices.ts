import {
  ActivityCancellationType,
  CancellationScope,
  condition,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { NoticeActivities } from '../../activities/notices';
import { summaryOf } from '../../src/domain/markdown';
import { subjectOf } from '../../src/domain/subject';
import { ATTEMPT } from '../activation/engine';
import { goOnAfresh } from '../activation/fresh-run';
import { translated, underWay } from '../activation/under-way';
import { handOver, type NoticesInput, noticeLog } from '../contract/notices';
import { noticesQueue } from '../contract/task-queues';
import { type TroubleMet, type TroubleOver, troubleMet, troubleOver } from '../contract/trouble';
import { type Carrier, type Courier, createCourier, PATIENCE } from './courier';
import { Troubles } from './troubles';

/** Events. The server ends a workflow at 51,200. */
const LONG = 25_000;

/**
 * The notices for one audience of an application. Activations hand them over and never wait for a receiver; this delivers
 * them, and writes down what became of them. It rests without a timer while there is nothing to do, and never ends by itself:
 * what it remembers is asked for by a query.
 */
export async function notices({ carried }: NoticesInput = {}): Promise<void> {
  const courier = createCourier(temporalCarrier(), carried);
  setHandler(noticeLog, (vin) => courier.log(vin), {
    description: 'What became of the newest notices, newest first; of one vehicle with its VIN.',
  });
  setHandler(
    handOver,
    (handed) => {
      // What somebody types in the Temporal UI must not stop the others.
      if (handed?.notice?.id && Array.isArray(handed.channels)) courier.takeIn(handed);
    },
    { description: 'A notice to deliver, from an activation.' },
  );
  const troubles = new Troubles(carried?.troubles);
  setHandler(
    troubleMet,
    (met) => {
      const handed = isOfTrouble(met) ? troubles.met(met) : null;
      if (handed) courier.takeIn(handed);
    },
    { description: 'Trouble with the provider, from a worker.' },
  );
  setHandler(
    troubleOver,
    (over) => {
      if (isOfTrouble(over)) for (const handed of troubles.over(over)) courier.takeIn(handed);
    },
    { description: 'An endpoint of the provider answers, from a worker.' },
  );
  // Nothing of it may be cut off: who is told something does not depend on a button.
  await CancellationScope.nonCancellable(async () => {
    await condition(() => isFreshRunDue(courier));
    // An activity does not outlive its run. What an attempt that runs comes to is waited for: it takes seconds.
    courier.stop();
    await condition(() => courier.open === 0);
  });
  const { open } = troubles;
  return goOnAfresh<typeof notices>({
    carried: { ...courier.carried(), ...(open.length > 0 && { troubles: open }) },
  });
}

/** What somebody types in the Temporal UI must not stop the others. */
function isOfTrouble(said: Partial<TroubleMet & TroubleOver> | undefined): boolean {
  return typeof said?.endpoint === 'string' && Array.isArray(said.channels);
}

/**
 * Not before what is under way is little enough to be taken along, unless the history gets too long; and not while the
 * history holds little more than what a fresh run would begin with.
 */
function isFreshRunDue({ open, isLight }: Courier): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested && historyLength > 2 * open && (isLight || historyLength > LONG);
}

/** Repeated by the server, so that a receiver that is away for days costs the history three events. */
function temporalCarrier(): Carrier {
  const taskQueue = noticesQueue(workflowInfo().taskQueue);
  return {
    now: () => Date.now(),
    deliver(notice, channel, { first, patience }) {
      const { deliverNotice } = proxyActivities<NoticeActivities>({
        taskQueue,
        startToCloseTimeout: ATTEMPT,
        scheduleToCloseTimeout: patience,
        cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        retry: { initialInterval: first, backoffCoefficient: 2, maximumInterval: PATIENCE.longest },
      });
      const about = subjectOf(notice) ?? notice.kind;
      const summary = summaryOf(`Tell by ${channel}: ${about}: ${notice.action}`);
      return underWay(() => translated(deliverNotice.executeWithOptions({ summary }, [{ channel, notice }])));
    },
  };
}
