import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Activations } from '../src/activations/activations';
import { type Application, applicationOf } from '../src/domain/application';
import type { AgainInput, AgainOutcome } from '../workflows/contract/again';
import { failureOf } from './failures';

/** What starts vehicles that come back. */
export interface AgainActivities {
  /** One attempt. Fails while the vehicle is leaving: it is to be tried again. */
  startAgain(input: AgainInput): Promise<AgainOutcome>;
}

/** @param starterOf the activations of an application. */
export function createAgainActivities(
  starterOf: (app: Application) => Pick<Activations, 'activate'>,
): AgainActivities {
  return {
    async startAgain(input) {
      const started = starterOf(applicationOf(input)).activate(input);
      const { outcome } = await started.catch((error: unknown) => {
        throw failureOf(error);
      });
      if (outcome === 'started' || outcome === 'already-active') return outcome;
      throw ApplicationFailure.create({
        message: `${input.vin} is leaving still: it starts again once it has left`,
        type: 'STILL_LEAVING',
        category: ApplicationFailureCategory.BENIGN,
      });
    },
  };
}
