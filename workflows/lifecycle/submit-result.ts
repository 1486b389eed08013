import type { ClearanceStatus } from '../../src/domain/status';
import type { Observation } from './state';
import type { SubmissionTrace } from './submission-trace';

/** What came of an attempt to submit. The activity reads before it sends. */
export type SubmitResult = (
  | {
      /** An open clearance is there already, or one that an earlier attempt made: nothing was sent. */
      readonly outcome: 'found';
      readonly clearance: Observation;
    }
  | {
      /** A record has ended of which nobody knows whether an attempt that was lost has made it: nothing was sent. */
      readonly outcome: 'found-ended';
      readonly clearance: Observation;
    }
  | {
      readonly outcome: 'accepted';
      readonly status: ClearanceStatus;
      /** The provider's words on that status. */
      readonly description?: string | null;
      /** The provider's time on the record of an earlier life, if there was one. */
      readonly earlierChange: number | null;
      /** There was a record of an earlier life, and it gives no time. */
      readonly isTimeless?: boolean;
    }
  | { readonly outcome: 'refused'; readonly description: string }
) & {
  /** Whether an earlier attempt may have been carried out all the same. Default: no. */
  readonly maySent?: boolean;
  /** What those attempts have done, where there were any. */
  readonly trace?: SubmissionTrace;
};
