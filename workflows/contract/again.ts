import { type Application, applicationKey } from '../../src/domain/application';
import { vinKey } from '../../src/domain/vehicle-key';
import type { ActivationInput } from './messages';

/** The workflow type that waits until a vehicle has left, and starts it again then. */
export const AGAIN = 'again';

/** One for each vehicle and application: who asks again with something else replaces what was asked before. */
export function againId(app: Application, vin: string): string {
  return `${AGAIN}:${applicationKey(app)}:${vinKey(vin)}`;
}

/** What has come of it. `already-active`: the vehicle stays, or somebody else has started it. */
export type AgainOutcome = 'started' | 'already-active';

export type AgainInput = ActivationInput;
