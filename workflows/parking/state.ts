import type {
  Leave,
  Locked,
  Moved,
  Named,
  Notified,
  ParkedVehicle,
  ParkingInput,
  ParkingPolicy,
  Swept,
  Told,
} from '../contract/parking';
import type { KnownStay } from './stays';

/** What is to be done at the provider, one thing at a time. */
export type ParkingCommand =
  | { readonly type: 'look' }
  | { readonly type: 'add' }
  | { readonly type: 'detach' }
  /** Locks what ended, or goes on, in a span of time, and reads it again. */
  | { readonly type: 'lock'; readonly from: number; readonly to: number }
  /** Each with the credential that showed it. */
  | { readonly type: 'decline'; readonly from: readonly ServicesOf[] }
  | { readonly type: 'remove' };

/** Services that one credential shows. */
export interface ServicesOf {
  /** The credential. */
  readonly application: string;
  readonly ids: readonly string[];
}

export type ParkingEvent =
  /** The list of vehicles was read. Null: the plate is not in it. */
  | {
      readonly type: 'looked';
      readonly at: number;
      readonly member: { readonly addedAt: number | null } | null;
    }
  /** An addition, a detaching, a decline or a removal was taken. */
  | { readonly type: 'done'; readonly at: number; readonly words?: string | null }
  | { readonly type: 'locked'; readonly at: number; readonly to: number; readonly locked: readonly Locked[] }
  /** Nobody knows whether it was carried out, or it was not. `mayPass`: the same again may go well. */
  | {
      readonly type: 'failed';
      readonly at: number;
      readonly words: string;
      readonly mayPass: boolean;
      /** How long the provider asks us to wait; 0: its worker was lost, so it goes on at once. Absent: nobody has said it. */
      readonly wait?: number | null;
    }
  | ({ readonly type: 'leave-asked'; readonly at: number } & Leave)
  | ({ readonly type: 'notified'; readonly at: number } & Notified)
  | ({ readonly type: 'named'; readonly at: number } & Named)
  | ({ readonly type: 'moved'; readonly at: number } & Moved)
  | ({ readonly type: 'swept' } & Swept)
  | ({ readonly type: 'told'; readonly at: number } & Told)
  | { readonly type: 'deadline-reached'; readonly at: number };

/** One line of what happened. */
export interface ParkingFact {
  readonly at: number;
  readonly note: string;
}

/** How a vehicle leaves: each step once the one before it is done. */
export interface Leaving extends Leave {
  readonly at: number;
  /** Until when everything is locked; null: nothing is yet. */
  readonly lockedTo: number | null;
  readonly locked: readonly Locked[];
  /** How often it was locked. */
  readonly locks: number;
  /** How often in a row something was not listed as locked afterwards. Absent: never. */
  readonly unlisted?: number;
  readonly isDeclined: boolean;
  readonly isDetached: boolean;
  readonly isRemoved: boolean;
}

/** What stands in the way. */
export interface ParkingTrouble {
  readonly words: string;
  readonly since: number;
  readonly tries: number;
  /** Not before this time, as the provider has asked; null: after pauses of our own. */
  readonly notBefore: number | null;
  /** What failed. */
  readonly of?: ParkingCommand['type'];
}

export interface ParkingState {
  readonly vehicle: ParkedVehicle;
  readonly policy: ParkingPolicy;
  readonly startedAt: number;
  /** Whether the provider's list has the plate, by our own reading. Null: not read yet. */
  readonly isMember: boolean | null;
  /** When the provider says that it was added; the first time, where it was added again. */
  readonly addedAt: number | null;
  /** Since when readings of ours do not show it, and the newest of them; null or absent: the newest shows it. */
  readonly unseen?: { readonly since: number; readonly readAt: number } | null;
  /** When somebody else had removed it; absent: never. */
  readonly vanishedAt?: number;
  readonly isDetached: boolean;
  /** A command that may have been carried out: the list decides before it is given again. */
  readonly isDoubtful: boolean;
  readonly inFlight: ParkingCommand | null;
  readonly trouble: ParkingTrouble | null;
  /** An addition or a removal that the list does not show yet. The same again waits, longer each time. */
  readonly tried: { readonly type: 'add' | 'remove'; readonly count: number; readonly at: number } | null;
  /** The oldest first. */
  readonly stays: readonly KnownStay[];
  readonly leaving: Leaving | null;
  readonly isEnded: boolean;
  readonly deadline: { readonly at: number; readonly for: string } | null;
  readonly history: readonly ParkingFact[];
}

export function beginParking({ policy, ...vehicle }: ParkingInput, now: number): ParkingState {
  return {
    vehicle,
    policy,
    startedAt: now,
    isMember: null,
    addedAt: null,
    isDetached: false,
    isDoubtful: false,
    inFlight: null,
    trouble: null,
    tried: null,
    stays: [],
    leaving: null,
    isEnded: false,
    deadline: null,
    history: [],
  };
}

/** What is kept: a fresh run takes all of it along. */
const MOST = { history: 100, note: 300 } as const;

export function noted(state: ParkingState, at: number, note: string): ParkingState {
  const history = [...state.history, { at, note: note.slice(0, MOST.note) }].slice(-MOST.history);
  return { ...state, history };
}
