import { type ClearanceStatus, isLeaving } from '../../src/domain/status';
import { vinKey } from '../../src/domain/vehicle-key';
import type { ActivationView, Step } from './messages';

/**
 * What lists know of an activation: the columns that can be searched (Temporal's search attributes), and one memo for the
 * rest. Each is one row of a table here, of which registration, publishing, searches, lists and the API's rows are made.
 */

/** What a column or the memo is made of: the view, with the step as lists show it. */
export type Shown = Omit<ActivationView, 'step'> & { readonly step: Exclude<Step, 'ended'> };

/** Who may see something: `callers` of the HTTP API and operators, or `operators` alone. */
export type SeenBy = 'callers' | 'operators';

/** How many columns of a type a Temporal server on SQL has, for everything that there will ever be. */
export const MOST_COLUMNS = { Keyword: 10, Datetime: 3, Bool: 3 } as const;
export type ColumnType = keyof typeof MOST_COLUMNS;

interface Column {
  readonly type: ColumnType;
  /** Its name in rows, in JSON and in the API. */
  readonly key: string;
  readonly seenBy: SeenBy;
  /** What it tells, for the API's document. */
  readonly says: string;
  /** Whether lists can be filtered by it. */
  readonly filter: boolean;
  /** How it is got. Times are ISO 8601. Null takes it away. */
  readonly of: (shown: Shown) => string | boolean | null;
  /** What a row says where the server has nothing: before the first workflow task, and of what was started by hand. */
  readonly missing: string | boolean | null;
}

/** Not called `Status`: the Temporal UI keeps that word for the workflow's own state. */
export const COLUMNS = {
  VIN: {
    type: 'Keyword',
    key: 'vin',
    seenBy: 'callers',
    says: 'The vehicle identification number',
    filter: false,
    of: ({ vin }) => vinKey(vin),
    missing: '',
  },
  Plate: {
    type: 'Keyword',
    key: 'plate',
    seenBy: 'callers',
    says: "The vehicle's plate; nothing asks for it yet",
    filter: false,
    // Nothing in the input has a plate yet: the column is kept for it, because a server has ten and no more.
    of: (): string | null => null,
    missing: null,
  },
  Brand: {
    type: 'Keyword',
    key: 'brand',
    seenBy: 'callers',
    says: "The brand's id",
    filter: true,
    of: ({ brand }) => brand,
    missing: '',
  },
  Fleet: {
    type: 'Keyword',
    key: 'fleet',
    seenBy: 'callers',
    says: 'The fleet that the vehicle belongs to',
    filter: true,
    of: ({ fleet }) => fleet,
    missing: null,
  },
  Provider: {
    type: 'Keyword',
    key: 'provider',
    seenBy: 'callers',
    says: 'The provider',
    filter: true,
    of: ({ provider }) => provider,
    missing: '',
  },
  Application: {
    type: 'Keyword',
    key: 'application',
    seenBy: 'callers',
    says: 'The application of the provider',
    filter: true,
    of: ({ application }) => application,
    missing: '',
  },
  ClearanceStatus: {
    type: 'Keyword',
    key: 'status',
    seenBy: 'callers',
    says: "The provider's word for the clearance",
    filter: true,
    of: ({ status }) => status,
    missing: 'absent',
  },
  ClearanceReason: {
    type: 'Keyword',
    key: 'reasonKey',
    seenBy: 'callers',
    says: "The catalogue's key of the reason; `unknown` for words that it does not know",
    filter: true,
    of: ({ reasonKey }) => reasonKey,
    missing: null,
  },
  ActionOwner: {
    type: 'Keyword',
    key: 'owner',
    seenBy: 'callers',
    says: 'Who has to act now',
    filter: true,
    of: ({ owner }) => owner,
    missing: null,
  },
  ExternalId: {
    type: 'Keyword',
    key: 'externalId',
    seenBy: 'callers',
    says: "The caller's own reference to the vehicle",
    filter: true,
    of: ({ externalId }) => externalId,
    missing: null,
  },
  ChangedAt: {
    type: 'Datetime',
    key: 'changedAt',
    seenBy: 'callers',
    says: 'When what a list shows of it changed last',
    filter: false,
    of: ({ changedAt }): string | null => changedAt,
    missing: null,
  },
  ReasonSince: {
    type: 'Datetime',
    key: 'reasonSince',
    seenBy: 'callers',
    says: 'Since when the reason is this one',
    filter: false,
    of: ({ reasonSince }) => reasonSince,
    missing: null,
  },
  DeadlineAt: {
    type: 'Datetime',
    key: 'deadlineAt',
    seenBy: 'callers',
    says: 'Until when somebody must have acted; null where no such time is known',
    filter: false,
    of: ({ deadlineAt }) => deadlineAt,
    missing: null,
  },
  NeedsAttention: {
    type: 'Bool',
    key: 'needsAttention',
    seenBy: 'callers',
    says: 'Whether a person has to act',
    filter: true,
    of: ({ owner }): boolean => owner !== null && owner !== 'nobody',
    missing: false,
  },
  Trouble: {
    type: 'Bool',
    key: 'inTrouble',
    seenBy: 'callers',
    says: 'Whether a command of it failed, and it waits because of that',
    filter: true,
    of: ({ inTrouble }): boolean => inTrouble,
    missing: false,
  },
} as const satisfies Record<string, Column>;

type Columns = typeof COLUMNS;
export type ColumnName = keyof Columns;

/** The columns of one activation, by their keys. */
export type ColumnValues = {
  readonly [N in ColumnName as Columns[N]['key']]: ReturnType<Columns[N]['of']>;
};

/** Columns by which a list can be filtered. */
export type ColumnFilter = {
  readonly [N in ColumnName as Columns[N]['filter'] extends true ? Columns[N]['key'] : never]?:
    | (Columns[N]['type'] extends 'Bool' ? boolean : string)
    | undefined;
};

/** The table as a list. */
export const COLUMN_LIST = Object.entries(COLUMNS).map(([name, column]) => ({
  ...(column as Column),
  name: name as ColumnName,
}));

interface MemoField {
  readonly seenBy: SeenBy;
  readonly says: string;
  readonly isTime: boolean;
  readonly of: (shown: Shown) => string | null;
  /** What the columns say already: then it does not have to be written. */
  readonly unless: (columns: ColumnValues) => string | null;
  /**
   * It is so whatever the columns are, and is written along with the rest: by itself only where another value stands there, so
   * that it costs no event of its own. Null: not told yet.
   */
  readonly isLasting?: true;
}

/** As much of a reason as lists show. */
export const SHOWN_REASON = 200;

/**
 * What lists show besides, and never search. What moves with each look is not in it (when the next one is, what is waited
 * for): it would be wrong most of the time, or cost an event a look. `vin status` tells it.
 */
export const MEMO_FIELDS = {
  reason: {
    seenBy: 'callers',
    says: "The provider's own words on the status",
    isTime: false,
    of: ({ reason }) => reason?.slice(0, SHOWN_REASON) ?? null,
    unless: () => null,
  },
  since: {
    seenBy: 'callers',
    says: 'Since when the status holds; of an access that has ended, since when that is known',
    isTime: true,
    // That costs no event of its own just before the end.
    of: ({ status, since, changedAt }) => (isGone(status) ? changedAt : since),
    unless: ({ status, changedAt }) => (status === 'absent' ? null : changedAt),
  },
  approvedAt: {
    seenBy: 'callers',
    says: 'Since when it is approved, or was last',
    isTime: true,
    of: ({ approvedAt }) => approvedAt,
    unless: ({ status, changedAt }) => (status === 'approved' ? changedAt : null),
  },
  step: {
    seenBy: 'callers',
    says: 'What the activation is doing',
    isTime: false,
    of: ({ step }) => step,
    unless: ({ status }) => usualStep(status),
  },
  leaving: {
    seenBy: 'callers',
    says: '`asked`: it leaves, and that can be taken back; `final`: it can no longer; null where it stays',
    isTime: false,
    of: ({ defleet }) => defleet && (defleet.isFinal ? 'final' : 'asked'),
    // What ends is ending because we have asked for it.
    unless: ({ status }) => (isLeaving(status) || isGone(status) ? 'final' : null),
  },
  action: {
    seenBy: 'callers',
    says: 'What the owner has to do',
    isTime: false,
    of: ({ action }) => action,
    unless: () => null,
  },
  troubleKind: {
    seenBy: 'callers',
    says: '`away` or `application-refused` where it waits for a provider that gives no answer, or refuses the application; else null',
    isTime: false,
    of: ({ troubleKind }) => troubleKind,
    unless: () => null,
  },
  begunAt: {
    seenBy: 'callers',
    says: 'When it began, whatever number of runs it has had; null where it has not been told yet: then it has had one',
    isTime: true,
    of: ({ begunAt }) => begunAt,
    unless: (): string | null => null,
    isLasting: true,
  },
  catalogueVersion: {
    seenBy: 'callers',
    says: 'The version of the catalogue that governs it; null where it has not been told yet',
    isTime: false,
    of: ({ catalogueVersion }) => catalogueVersion,
    unless: () => null,
    isLasting: true,
  },
} as const satisfies Record<string, MemoField>;

type MemoFields = typeof MEMO_FIELDS;
export type MemoValues = {
  readonly [K in keyof MemoFields]: K extends 'step' ? Step : ReturnType<MemoFields[K]['of']>;
};
/** The table as a list. */
export const MEMO_LIST = Object.entries(MEMO_FIELDS).map(([key, field]) => ({
  ...(field as MemoField),
  key: key as keyof MemoFields,
}));

/** What the columns of an activation say. */
export function columnsOf(shown: Shown): ColumnValues {
  return Object.fromEntries(COLUMN_LIST.map(({ key, of }) => [key, of(shown)])) as unknown as ColumnValues;
}

/** The step that goes with a status, where nothing else is said. */
function usualStep(status: ClearanceStatus): Exclude<Step, 'ended'> {
  if (status === 'absent') return 'submitting';
  if (status === 'approved') return 'first-data';
  return isLeaving(status) || isGone(status) ? 'withdrawing' : 'waiting';
}

function isGone(status: ClearanceStatus): boolean {
  return status === 'revoked' || status === 'canceled';
}
