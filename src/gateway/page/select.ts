import type { ActivationFilter } from '../../activations/search';
import { cutTo } from '../../domain/cut';
import { plainName } from '../../domain/name';
import { plainVin } from '../../domain/vin';
import { inOrder, SOON } from '../../snapshot/grouping';
import type { BrandReport } from '../../snapshot/report';
import type { OpenActivation } from '../../snapshot/snapshot';
import { isOfProvider, OWN_TOPICS, sinceOf, topicOf } from '../../snapshot/topics';
import { ownerIn } from './words';

/** The filters of a list, as its address has them. */
const NAMES = [
  'owner',
  'topic',
  'brand',
  'fleet',
  'status',
  'attention',
  'soon',
  'overdue',
  'late',
  'vin',
] as const;
export type Selection = Readonly<Partial<Record<(typeof NAMES)[number], string>>>;

/** A name that somebody wrote into an address is looked for as it is kept. */
const FORMS: Readonly<Partial<Record<(typeof NAMES)[number], (text: string) => string>>> = {
  fleet: plainName,
  vin: plainVin,
};

/** The filters among the parts of an address or a form; what is no filter is left out. */
export function selectionIn(given: URLSearchParams): Selection {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const text = (FORMS[name] ?? String)(cutTo(given.get(name) ?? '', 200));
      return text ? [[name, text]] : [];
    }),
  );
}

/**
 * Those that match all of it, the oldest first.
 *
 * @param brandsOf how long activations took, by brand: it takes some milliseconds for a large fleet, and few ask for it.
 */
export function selected(
  rows: readonly OpenActivation[],
  asked: Selection,
  now: number,
  brandsOf: () => readonly BrandReport[],
): OpenActivation[] {
  const { owner, topic, brand, fleet, status, attention, soon, overdue, late, vin } = asked;
  const isLate = late ? latenessOf(brandsOf(), now) : () => true;
  const left = ({ deadlineAt }: OpenActivation): number =>
    deadlineAt === null ? Number.NaN : Date.parse(deadlineAt) - now;
  return rows
    .filter(
      (row) =>
        (!vin || row.vin === vin) &&
        (!brand || row.brand === brand) &&
        (!fleet || row.fleet === fleet) &&
        (!status || row.status === status) &&
        (!topic || topicOf(row) === topic) &&
        (!attention || needsSomebody(row)) &&
        (!owner || isTurnOf(row, owner, topic !== undefined)) &&
        (!soon || (left(row) >= 0 && left(row) < SOON)) &&
        (!overdue || left(row) < 0) &&
        isLate(row),
    )
    .toSorted(byAge);
}

/** The oldest first. */
export function byAge(a: OpenActivation, b: OpenActivation): number {
  return inOrder(sinceOf(a), sinceOf(b));
}

function needsSomebody({ needsAttention, isFaulty }: OpenActivation): boolean {
  return needsAttention || isFaulty;
}

/** @param isOfTopic else those that wait for a provider are nobody's: no person can help. */
function isTurnOf(row: OpenActivation, owner: string, isOfTopic: boolean): boolean {
  const whose = row.isFaulty ? 'operations' : row.owner;
  return needsSomebody(row) && whose === owner && (isOfTopic || !isOfProvider(topicOf(row)));
}

/** Pending ones that are older than 85 of 100 of those were that have been approved. */
function latenessOf(brands: readonly BrandReport[], at: number): (row: OpenActivation) => boolean {
  const limits = new Map(brands.map(({ brand, times }) => [brand, times?.p85]));
  return ({ brand, status, begunAt, startedAt }) =>
    status === 'pending' &&
    at - Date.parse(begunAt ?? startedAt) > (limits.get(brand) ?? Number.POSITIVE_INFINITY);
}

/** The same for a search at Temporal; null where a search cannot tell it. */
export function filterOf({ owner, topic, soon, late, vin, ...asked }: Selection): ActivationFilter | null {
  const isReason = topic !== undefined && !Object.hasOwn(OWN_TOPICS, topic);
  if (late || vin || soon || (topic !== undefined && !isReason)) return null;
  const { brand, fleet, status, attention, overdue } = asked;
  return {
    ...(owner && { owner }),
    ...(isReason && { reasonKey: topic }),
    ...(brand && { brand }),
    ...(fleet && { fleet }),
    ...(status && { status }),
    ...(attention && { needsAttention: true }),
    ...(overdue && { overdue: true }),
  };
}

/** What a topic is: in our words, or in those of the provider. */
export function topicIn(topic: string, row: OpenActivation | undefined): string {
  return Object.hasOwn(OWN_TOPICS, topic)
    ? OWN_TOPICS[topic as keyof typeof OWN_TOPICS]
    : (row?.reason ?? topic);
}

/** What a list is called. */
export function titleOf(asked: Selection, rows: readonly OpenActivation[]): string {
  const { owner, topic, brand, fleet, status, attention, soon, overdue, late, vin } = asked;
  if (vin) return vin;
  const words = [
    ...(topic ? [topicIn(topic, rows[0])] : []),
    ...(owner ? [`whose turn it is: ${ownerIn(owner)}`] : []),
    ...(brand ? [brand] : []),
    ...(fleet ? [`fleet ${fleet}`] : []),
    ...(status ? [status] : []),
    ...(attention ? ['a person has to act'] : []),
    ...(soon ? ['they run out within 48 hours'] : []),
    ...(overdue ? ['beyond the deadline'] : []),
    ...(late ? ['older than usual'] : []),
  ];
  return words.length === 0 ? 'All vehicles under way' : `Vehicles: ${words.join(', ')}`;
}
