import type { EligibilityVerdict } from '../src/domain/eligibility';
import type { Rules } from '../src/domain/rules';
import type { ClearanceStatus } from '../src/domain/status';
import type { WithdrawAnswer } from '../src/providers/provider';
import type { FirstData } from './notice';
import type { CommandType, Observation, SubmitResult } from './state';

/** Everything that can happen to an activation. `at` is the workflow's clock, in milliseconds since 1970. */
export type LifecycleEvent = { readonly at: number } & (
  | {
      readonly type: 'started';
      readonly rules: Rules;
      /** What came of the submission that was made on the way; null where the rules wanted none yet. */
      readonly submission: SubmitResult | 'unknown' | null;
    }
  | { readonly type: 'submitted'; readonly result: SubmitResult }
  /** The submission was told to stop and has: whether the provider has it is not known. */
  | { readonly type: 'submission-stopped' }
  /** The provider's record was read; null when it knows no such VIN. */
  | { readonly type: 'observed'; readonly source: 'poll' | 'sweep'; readonly clearance: Observation | null }
  | ({ readonly type: 'claimed' } & Claim)
  | { readonly type: 'withdrawn'; readonly answer: WithdrawAnswer }
  /** A command has ended without an answer, and trying again cannot help. */
  | {
      readonly type: 'command-failed';
      readonly command: CommandType;
      readonly message: string;
      readonly next: string;
    }
  | {
      readonly type: 'defleet-asked';
      readonly via: 'cancel' | 'defleet';
      readonly by: string | null;
      readonly reason: string | null;
    }
  /** A person says that the cause is mended: the clearance is looked at, and submitted again if it has ended. */
  | { readonly type: 'retry-asked'; readonly by: string | null }
  | {
      readonly type: 'amended';
      readonly by: string | null;
      readonly brand: string | null;
      readonly tags: Readonly<Record<string, string>>;
      readonly policy: PolicyChange;
    }
  | { readonly type: 'acknowledged'; readonly by: string | null; readonly until: number }
  | { readonly type: 'data-checked'; readonly answer: FirstData }
  | { readonly type: 'eligibility-checked'; readonly verdict: EligibilityVerdict }
  | { readonly type: 'rules-read'; readonly rules: Rules }
  | { readonly type: 'deadline-reached' }
);

/** What a webhook claims. */
export interface Claim {
  readonly status: ClearanceStatus;
  readonly reason: string | null;
  readonly deliveryId: string | null;
  readonly providerTime: number | null;
}

/** What of the policy a person may change for one activation; milliseconds. */
export type PolicyChange = Partial<
  Pick<Rules['policy'], 'pollInterval' | 'withdrawPollInterval' | 'giveUp' | 'drift' | 'eligibility'>
>;
