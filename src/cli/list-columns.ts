import { InvalidArgumentError } from 'commander';
import type { ActivationRow } from '../activations/reports';
import { applicationKey } from '../domain/application';
import { nearest } from '../domain/text-key';
import { ageOf } from './ages';
import { fitted } from './fitted';

interface ListColumn {
  readonly head: string;
  readonly of: (row: ActivationRow, now: number) => string;
}

/** The columns that `vin list` can show, by the words of `--columns`. */
export const LIST_COLUMNS = {
  vin: { head: 'VIN', of: ({ vin }) => vin },
  application: { head: 'Application', of: (row) => applicationKey(row) },
  brand: { head: 'Brand', of: ({ brand }) => brand },
  fleet: { head: 'Fleet', of: ({ fleet }) => fleet ?? '' },
  external: { head: 'External id', of: ({ externalId }) => externalId ?? '' },
  standing: { head: 'Status', of: standingOf },
  status: { head: 'Status', of: ({ status }) => status },
  step: { head: 'Step', of: ({ step }) => step },
  owner: { head: 'Whose turn', of: ({ owner }) => owner ?? '' },
  reason: { head: 'Reason', of: ({ reasonKey }) => reasonKey ?? '' },
  words: { head: 'In the words of the provider', of: ({ reason }) => reason ?? '' },
  action: { head: 'To do', of: ({ action }) => action ?? '' },
  since: {
    head: 'Since',
    of: ({ reasonSince, since, startedAt }, now) => ageOf(reasonSince ?? since ?? startedAt, now),
  },
  deadline: { head: 'Deadline', of: ({ deadlineAt }, now) => deadlineOf(deadlineAt, now) },
  changed: { head: 'Changed', of: ({ changedAt }, now) => ageOf(changedAt, now) },
  approved: { head: 'Approved', of: ({ approvedAt }, now) => ageOf(approvedAt, now) },
  begun: { head: 'Begun', of: ({ begunAt, startedAt }, now) => ageOf(begunAt ?? startedAt, now) },
} as const satisfies Record<string, ListColumn>;

export type ListColumnName = keyof typeof LIST_COLUMNS;

/** Steps that a status alone does not tell. */
const TELLING: readonly string[] = ['parked', 'suspended', 'withdrawing'];

/** The status, with the step where it tells more. */
function standingOf({ status, step }: ActivationRow): string {
  return TELLING.includes(step) ? `${status}, ${step}` : status;
}

function deadlineOf(time: string | null, now: number): string {
  if (time === null) return '';
  return Date.parse(time) < now ? `over ${ageOf(time, now)}` : ageOf(time, now);
}

/** Those that are shown where nobody says which. */
const USUAL = ['vin', 'brand', 'standing', 'owner', 'reason', 'since', 'deadline'] as const;

/** Reads `--columns`: words with commas. */
export function columnsOption(text: string): ListColumnName[] {
  return text.split(',').map((part) => {
    const word = part.trim().toLowerCase();
    if (Object.hasOwn(LIST_COLUMNS, word)) return word as ListColumnName;
    const names = Object.keys(LIST_COLUMNS);
    const near = nearest(word, names);
    throw new InvalidArgumentError(
      near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Columns are ${names.join(', ')}.`,
    );
  });
}

/** Rows for a person: ages, and VINs whole. @param width null: nothing is cut */
export function listAsTable(
  rows: readonly ActivationRow[],
  {
    columns,
    now,
    width,
  }: {
    readonly columns?: readonly ListColumnName[] | undefined;
    readonly now: number;
    readonly width: number | null;
  },
): string {
  // The application is said where it tells something.
  const isOne = new Set(rows.map(applicationKey)).size <= 1;
  const names = columns ?? (isOne ? USUAL : (['vin', 'application', ...USUAL.slice(1)] as const));
  const shown = names.map((name) => LIST_COLUMNS[name]);
  return fitted(
    shown.map(({ head }) => head),
    rows.map((row) => shown.map(({ of }) => of(row, now))),
    { width, whole: ['VIN', 'Since', 'Deadline'] },
  );
}
