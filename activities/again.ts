import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Activations, Started } from '../src/activations/activations';
import { type Application, applicationOf } from '../src/domain/application';
import type { AgainInput, AgainOutcome } from '../workflows/contract/again';
import { failureOf } from './failures';

/** What starts vehicles that come back. */
export interface AgainActivities {
  /** One attempt. Fails while the vehicle is leaving: it is to be tried again. */
  startAgain(input: AgainInput): Promise<AgainOutcome>;
}

/**
 * @param starterOf the activations of an application.
 * @param isDefleeting whether the vehicle is leaving other applications as well: that would have a new life leave again.
 */
export function createAgainActivities(
  starterOf: (app: Application) => Pick<Activations, 'activate' | 'rowIfKnown'>,
  isDefleeting: (vin: string) => Promise<boolean> = async () => false,
): AgainActivities {
  return {
    async startAgain(input) {
      const attempt = async (): Promise<Started['outcome']> => {
        const activations = starterOf(applicationOf(input));
        const row = await activations.rowIfKnown(input.vin);
        const isOver = row?.execution !== 'RUNNING';
        if (isOver && (await isDefleeting(input.vin))) return 'leaving';
        return (await activations.activate(input)).outcome;
      };
      const outcome = await attempt().catch((error: unknown) => {
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
