import type { EligibilityVerdict } from '../../src/domain/eligibility';
import type { FirstData } from '../../src/domain/first-data';
import type { Rules } from '../../src/domain/rules';
import type { ClearanceStatus } from '../../src/domain/status';
import type { TroubleKind } from '../../src/domain/trouble';
import type { EnableAnswer, SuspendAnswer, WithdrawAnswer } from '../../src/providers/provider';
import type { MessageHead } from './intake';
import type { CommandType, Observation } from './state';
import type { SubmissionTrace } from './submission-trace';
import type { SubmitResult } from './submit-result';

/** What comes from a person, and how it is known when it is asked again. */
interface OfPerson {
  readonly head?: MessageHead;
}

/** Everything that can happen to an activation. `at` is the workflow's clock, in milliseconds since 1970. */
export type LifecycleEvent = { readonly at: number } & (
  | {
      readonly type: 'started';
      readonly rules: Rules;
      /** What is known of a submission that may have been made already; absent: there was none. */
      readonly trace?: SubmissionTrace;
    }
  | {
      readonly type: 'submitted';
      readonly result: SubmitResult;
      /** A time before its reading began, on the server's clock; absent: when it was asked for. */
      readonly begun?: number;
    }
  /** The submission was told to stop and has: whether the provider has it is not known, but for what the trace says. */
  | { readonly type: 'submission-stopped'; readonly trace?: SubmissionTrace | null }
  /** The provider's record was read; null when it knows no such VIN. */
  | {
      readonly type: 'observed';
      readonly source: 'poll' | 'sweep';
      readonly clearance: Observation | null;
      /** A time before the reading began, on the server's clock; null or absent: when the read was asked for. */
      readonly begun?: number | null;
    }
  | ({ readonly type: 'claimed' } & Claim)
  | { readonly type: 'withdrawn'; readonly answer: WithdrawAnswer }
  /** The provider has answered to our step of enabling a pending clearance. */
  | { readonly type: 'enabled'; readonly answer: EnableAnswer }
  /** The provider has answered to our switching the access off. */
  | { readonly type: 'suspended'; readonly answer: SuspendAnswer }
  /** A command has ended without an answer, and trying again cannot help. */
  | {
      readonly type: 'command-failed';
      readonly command: CommandType;
      readonly message: string;
      readonly next: string;
      /** Whether the same may work later, without a person. */
      readonly mayPass?: boolean;
      /** It is trouble of the provider's, which all vehicles of the application meet. */
      readonly trouble?: TroubleKind;
      /** The provider gave no answer: an outage that has only begun, or a fault that only this vehicle meets. */
      readonly isNoAnswer?: boolean;
      /** The provider's own id of the request. */
      readonly requestId?: string;
      readonly trace?: SubmissionTrace | null;
    }
  | ({
      readonly type: 'defleet-asked';
      readonly via: 'cancel' | 'defleet';
      readonly by: string | null;
      readonly reason: string | null;
    } & OfPerson)
  /** The vehicle does not leave after all. */
  | ({ readonly type: 'stay-asked'; readonly by: string | null } & OfPerson)
  /** The access is to be paused. */
  | ({ readonly type: 'suspend-asked'; readonly by: string | null } & OfPerson)
  /** A person says that the cause is mended: the clearance is looked at, and submitted again if it has ended. */
  | ({ readonly type: 'retry-asked'; readonly by: string | null } & OfPerson)
  /** The same for a parked activation only. */
  | ({ readonly type: 'resume-asked'; readonly by: string | null } & OfPerson)
  /** A person wants the rules to be read anew. */
  | ({ readonly type: 'refresh-asked'; readonly by: string | null } & OfPerson)
  | ({
      readonly type: 'amended';
      readonly by: string | null;
      readonly brand: string | null;
      /** Absent or null: it stays in its fleet. */
      readonly fleet?: string | null;
      /** Null takes a tag away. */
      readonly tags: Readonly<Record<string, string | null>>;
      readonly policy: PolicyChange;
    } & OfPerson)
  | ({ readonly type: 'acknowledged'; readonly by: string | null; readonly until: number } & OfPerson)
  /** A message that makes no sense: what is wrong with it, in a sentence. */
  | ({ readonly type: 'message-refused'; readonly problem: string } & OfPerson)
  /** Somebody who reads the data by other ways has seen it. */
  | ({ readonly type: 'data-seen'; readonly by: string | null } & OfPerson)
  | { readonly type: 'data-checked'; readonly answer: FirstData }
  | { readonly type: 'eligibility-checked'; readonly verdict: EligibilityVerdict }
  | { readonly type: 'rules-read'; readonly rules: Rules }
  | { readonly type: 'deadline-reached' }
  /** The server wants a fresh run, and something is under way that it would not hear of. */
  | { readonly type: 'fresh-run-due' }
  /** A fresh run has taken over, perhaps years after the rules were read. */
  | { readonly type: 'fresh-run-begun' }
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

/** The event of one type. */
export type EventOf<T extends LifecycleEvent['type']> = Extract<LifecycleEvent, { type: T }>;
