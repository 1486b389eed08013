import type { Clearance, ClearanceRequest } from '../domain/clearance';
import type { EligibilityVerdict } from '../domain/eligibility';
import type { FirstData } from '../domain/first-data';
import type { ClearanceStatus } from '../domain/status';

/** What a provider answered to one VIN of a submission. `error` is its refusal, with its own words. */
export type SubmitAnswer =
  | {
      readonly vin: string;
      readonly outcome: 'accepted';
      /** Not always one of an open clearance: the row may say `rejected` at once. */
      readonly status: Clearance['status'];
      /** The provider's own words beside it, or null. The word of an unknown status stands in front. */
      readonly description: string | null;
    }
  | {
      readonly vin: string;
      readonly outcome: 'refused';
      readonly description: string;
      /** The refusal itself says that the vehicle has a clearance already. */
      readonly isKnown?: boolean;
    }
  /** The reply had no row for this VIN: nothing is known, read before sending again. */
  | { readonly vin: string; readonly outcome: 'missing' };

/** What a provider answered to a withdrawal. */
export type WithdrawAnswer =
  | {
      readonly outcome: 'accepted';
      /** Null: the provider did not say what it does now. Read. */
      readonly status: 'revoking' | 'canceling' | null;
    }
  | {
      readonly outcome:
        | 'already-removed'
        | 'in-transition'
        | 'not-supported'
        | 'too-early'
        | 'absent'
        | 'refused'
        /** A refusal without words: nothing is known. Read. */
        | 'unclear';
      /** The provider's own words, or an empty string. */
      readonly detail: string;
    };

/** A vehicle that leaves, and what is believed of it. */
export interface Leaving {
  readonly vin: string;
  readonly believed?: ClearanceStatus;
}

/** What a provider answered to our step of enabling a pending clearance. */
export type EnableAnswer =
  | { readonly outcome: 'accepted' }
  | {
      /** `not-yet`: the provider is not ready for it. `absent`: it knows no such VIN. */
      readonly outcome: 'not-yet' | 'absent' | 'refused';
      /** The provider's own words, or an empty string. */
      readonly detail: string;
    };

/** What a provider answered to our switching an access off that can be taken up again. */
export type SuspendAnswer =
  | { readonly outcome: 'accepted' }
  | {
      /** `absent`: it knows no such VIN. */
      readonly outcome: 'absent' | 'refused';
      /** The provider's own words, or an empty string. */
      readonly detail: string;
    };

/** What a carmaker says of a VIN before it is submitted. */
export interface EligibilityAnswer {
  readonly verdict: EligibilityVerdict;
  /** How data would come: `pull`, `push`. */
  readonly dataDelivery: readonly string[];
  /** The provider's word, such as `activated`. */
  readonly connectivity: string | null;
  readonly primaryUserAssigned: boolean | null;
}

/** Narrows a list of clearances. */
export interface ClearanceFilter {
  readonly vins?: readonly string[];
}

/**
 * The one interface that every provider of clearances has. Each method makes one attempt
 * (one refresh of the token aside) and throws a ProviderError when there is no answer to read.
 */
export interface ClearanceProvider {
  /** Sends VINs for clearance. One answer for each request, in the order of the requests. */
  submit(requests: readonly ClearanceRequest[]): Promise<SubmitAnswer[]>;
  /** Reads clearances in bulk; one entry for each VIN that the provider knows, made of all its rows. */
  list(filter?: ClearanceFilter): Promise<Clearance[]>;
  /** Enables a pending clearance. Only providers whose traits have such a step (`enableStep`) have it. */
  enable?(vin: string): Promise<EnableAnswer>;
  /** Switches an access off that a submission takes up again. Only providers whose records stay until they are removed have it. */
  suspend?(vin: string): Promise<SuspendAnswer>;
  /**
   * Ends access: cancels a pending clearance or revokes an approved one.
   *
   * @param believed what is believed of it, for a provider that ends it otherwise by its status.
   */
  withdraw(vin: string, believed?: ClearanceStatus): Promise<WithdrawAnswer>;
  /**
   * The same for several, in fewer calls than each would take alone. Only providers that take several have it.
   *
   * @param by milliseconds since 1970: later than that no call begins.
   * @returns an answer for each, in their order; null: there was no time for it.
   */
  withdrawMany?(vehicles: readonly Leaving[], by: number): Promise<(WithdrawAnswer | null)[]>;
  /** Asks whether data of an approved vehicle has begun to flow. Not one value of the data is kept. */
  firstData(vin: string): Promise<FirstData>;
  /** Asks whether a vehicle could be cleared. Only for brands whose catalogue entry says that they can be asked. */
  eligibility(vehicle: { readonly vin: string; readonly brand: string }): Promise<EligibilityAnswer>;
  /** Frees sockets. */
  close(): Promise<void>;
}

/** One row of a provider's whole list, not read yet. A vehicle that was cleared again has several. */
export interface ListedRow {
  /** The same for the same bytes, and for no others: SHA-256. */
  readonly fingerprint: string;
  /**
   * Reads the row; only while it is visited. Null when it does not say which vehicle it is about, which leaves
   * the list incomplete. Its `clearance` is null when the rest cannot be read as it should.
   */
  read(): { readonly vin: string; readonly clearance: Clearance | null } | null;
}

/** A provider whose whole list can be gone through, however long it is. */
export interface ClearanceLister {
  /**
   * Goes through the whole list as it arrives: one row in memory at a time. What was visited is the whole list only
   * when the promise is fulfilled.
   *
   * @throws ProviderError, also PROVIDER_BAD_REPLY for a list that is cut off or is none.
   */
  scan(visit: (row: ListedRow) => void, options?: { readonly signal?: AbortSignal }): Promise<void>;
}
