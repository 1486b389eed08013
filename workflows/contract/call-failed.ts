import type { FailureDetails } from './failure-details';

/** An activity that has ended without a result. */
export class CallFailed extends Error {
  constructor(
    /** What happened, in the words of the last attempt. */
    message: string,
    readonly details: FailureDetails & {
      /** It was told to stop: its outcome is not known. */
      readonly stopped: boolean;
      /** Whether the same may work later, without a person. */
      readonly mayPass: boolean;
      /** The code of the last attempt's error; absent where it told none. */
      readonly code?: string;
    },
  ) {
    super(message);
  }
}
