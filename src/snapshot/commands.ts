import { applicationKey } from '../domain/application';
import type { OpenActivation } from './snapshot';
import { isOfProvider, type OWN_TOPICS } from './topics';

/** What can be done about a rejection, by the catalogue of a provider; null where it does not know the key. */
export type RetryOf = (
  provider: string,
  reasonKey: string,
) => { readonly kind: string; readonly tag?: string | undefined } | null;

/** The commands for a group: one that acts on all of it, and one that lists it. */
export interface GroupCommands {
  readonly command: string | null;
  readonly look: string;
}

export interface Knowing {
  readonly retryOf: RetryOf;
  /** Options that all commands need. */
  readonly options: readonly string[];
  /** Whether there are vehicles of other applications. */
  readonly namesApplication: boolean;
}

/** By the filters that all commands share (src/activations/filter.ts): what matches them is the group. */
export function commandsFor(
  topic: string,
  row: OpenActivation,
  { retryOf, options, namesApplication }: Knowing,
): GroupCommands {
  const filters = [...options, ...filtersFor(topic, row, namesApplication)].join(' ');
  const look = topic === 'program-fault' ? `vin why ${row.vin}` : `vin list ${filters}`;
  return { command: commandFor(topic, row, filters, retryOf), look };
}

function filtersFor(topic: string, row: OpenActivation, namesApplication: boolean): string[] {
  const application = namesApplication ? [`--application ${applicationKey(row)}`] : [];
  if (isOfProvider(topic)) return [...application, '--in-trouble'];
  return [
    ...application,
    `--status ${row.status}`,
    ...(row.reasonKey === null ? [] : [`--reason ${row.reasonKey}`]),
    ...(row.owner === null ? [] : [`--owner ${row.owner}`]),
    ...(topic === 'call-failed' ? ['--in-trouble'] : []),
  ];
}

function commandFor(topic: string, row: OpenActivation, filters: string, retryOf: RetryOf): string | null {
  switch (topic as keyof typeof OWN_TOPICS) {
    // All go on by themselves.
    case 'provider-away':
    case 'application-refused':
      return null;
    case 'program-fault':
      return `vin unstick ${row.vin}`;
    case 'call-failed':
      return `vin resume ${filters}`;
    case 'not-left':
      return row.step === 'parked' ? `vin resume ${row.vin}` : null;
    // Nobody here can hurry it: the letter to the support stands in vin status.
    case 'ending':
    case 'unknown-status':
    case 'not-submitted':
      return null;
    default:
      return commandForReason(row, filters, retryOf);
  }
}

function commandForReason(
  { provider, reasonKey, status }: OpenActivation,
  filters: string,
  retryOf: RetryOf,
): string | null {
  const rule = reasonKey === null ? null : retryOf(provider, reasonKey);
  // While it is pending the provider tries by itself: a retry says that it is done.
  if (status === 'pending' || !rule) return `vin retry ${filters}`;
  if (rule.kind === 'never') return null;
  return rule.kind === 'amend'
    ? `vin amend ${filters} --tag ${rule.tag ?? 'KEY'}=TEXT`
    : `vin retry ${filters}`;
}
