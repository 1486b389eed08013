import type { DefleetingRow } from '../defleetings/defleeting-rows';
import { applicationKey } from '../domain/application';
import { commandsFor, type Knowing, type RetryOf } from './commands';
import { deadlinesIn, groupedBy, inOrder, NAMED } from './grouping';
import { parkingTodo } from './parking-groups';
import type { OpenActivation, Snapshot } from './snapshot';
import { isOfProvider, sinceOf, topicOf } from './topics';

/** What has to be done for vehicles that have the same trouble: by the same person, in the same way. */
export interface TodoGroup {
  /** What is the matter, in one word (`topics.ts`). */
  readonly topic: string;
  /** The application, or the credential; null of vehicles that leave, in all of them, and of parkings. */
  readonly application: string | null;
  readonly status: string | null;
  readonly brands: readonly string[];
  /** Whose turn it is. */
  readonly owner: string;
  /** What that person has to do; of the oldest, where it is not the same for all. */
  readonly action: string;
  readonly count: number;
  /** Since when it is so for the oldest, ISO 8601. */
  readonly oldestSince: string;
  /** Some of them, the oldest first. */
  readonly vins: readonly string[];
  /** Of a group of parkings, the same; else none. */
  readonly plates: readonly string[];
  /** Until when somebody must have acted, of the one that comes first: then the carmaker, or our policy, gives up. */
  readonly deadlineAt: string | null;
  /** How many run out within 48 hours, and for how many it is too late. */
  readonly soon: number;
  readonly overdue: number;
  /** The command that acts on the group; null where none can help. */
  readonly command: string | null;
  /** The command that lists it. */
  readonly look: string;
}

/** A provider that gives no answer, or refuses an application or a credential. */
export interface ProviderTrouble {
  readonly application: string;
  readonly kind: 'provider-away' | 'application-refused' | 'credential-refused';
  readonly since: string;
  /** Vehicles that wait for it. */
  readonly waiting: number;
}

/** What there is to do, all in all. */
export interface Todo {
  /** Of how many activations, and how many parkings. */
  readonly vehicles: number;
  readonly parkings: number;
  /** How many wait for each, most first, without those that wait for a provider in trouble. */
  readonly owners: readonly { readonly owner: string; readonly count: number }[];
  readonly troubles: readonly ProviderTrouble[];
  /** Vehicles that should have left, and have not. */
  readonly notLeft: number;
  /** Those that run out within 48 hours, and those for which it is too late. */
  readonly soon: number;
  readonly overdue: number;
  /** Biggest harm first. */
  readonly groups: readonly TodoGroup[];
}

/** Lost access that there was before. */
const LOST: readonly string[] = ['access-ended', 'data-lost', 'ending'];

/** By what the commands are chosen. */
export interface Known {
  readonly retryOf: RetryOf;
  /** Options by which the snapshot was narrowed: the commands need them as well. */
  readonly narrowedBy: readonly string[];
}

/** What there is to do by a snapshot. */
export function todoOf(
  snapshot: Snapshot,
  { retryOf = () => null, narrowedBy = [] }: Partial<Known> = {},
): Todo {
  const { activations, defleetings, at } = snapshot;
  const waiting = activations.filter(({ needsAttention, isFaulty }) => needsAttention || isFaulty);
  const isOne = new Set(activations.map(applicationKey)).size <= 1;
  const byTopic = groupedBy(waiting, (row) => [applicationKey(row), topicOf(row), row.status, ownerOf(row)]);
  const late = defleetings.map((row) => ({ ...row, overdue: isOver(row, at) })).filter(waitsForSomebody);
  const parking = parkingTodo(snapshot);
  const groups = [
    ...parking.groups,
    ...byTopic.map((rows) => groupOf(rows, at, { retryOf, options: narrowedBy, namesApplication: !isOne })),
    ...groupedBy(late, (row) => [topicOfDefleeting(row), ownerOfDefleeting(row)]).map((rows) =>
      groupOfDefleetings(rows, at),
    ),
  ].sort(byHarm);
  const turns = waiting.filter((row) => !isOfProvider(topicOf(row))).map(ownerOf);
  return {
    vehicles: activations.length,
    parkings: snapshot.parkings.length,
    owners: [...counted([...turns, ...parking.owners])]
      .map(([owner, count]) => ({ owner, count }))
      .sort((a, b) => b.count - a.count || a.owner.localeCompare(b.owner)),
    troubles: [...troublesIn(groups), ...parking.troubles],
    notLeft: late.filter(({ overdue }) => overdue).length,
    soon: sum(groups, ({ soon }) => soon),
    overdue: sum(groups, ({ overdue }) => overdue),
    groups,
  };
}

function ownerOf({ owner, isFaulty }: OpenActivation): string {
  return isFaulty ? 'operations' : (owner ?? 'nobody');
}

function groupOf(
  rows: readonly [OpenActivation, ...OpenActivation[]],
  at: number,
  knowing: Knowing,
): TodoGroup {
  const sorted = [...rows].sort((a, b) => inOrder(sinceOf(a), sinceOf(b)));
  const oldest = sorted[0] ?? rows[0];
  const topic = topicOf(oldest);
  return {
    topic,
    application: applicationKey(oldest),
    status: oldest.status,
    brands: [...counted(rows.map(({ brand }) => brand))].sort((a, b) => b[1] - a[1]).map(([brand]) => brand),
    owner: ownerOf(oldest),
    action: actionFor(topic, oldest),
    count: rows.length,
    oldestSince: sinceOf(oldest),
    vins: sorted.slice(0, NAMED).map(({ vin }) => vin),
    plates: [],
    ...deadlinesIn(rows, at),
    ...commandsFor(topic, oldest, knowing),
  };
}

function actionFor(topic: string, { action }: OpenActivation): string {
  if (topic === 'program-fault')
    return 'A fault of the program keeps it from going on. Set it free, and report the fault.';
  return action ?? 'Look with vin why what is the matter.';
}

/** At the time of the snapshot: its row is of the time at which it was read. */
function isOver({ execution, deadlineAt }: DefleetingRow, at: number): boolean {
  return execution === 'RUNNING' && deadlineAt !== null && Date.parse(deadlineAt) < at;
}

/** Those whose deadline is over, and those of which a part waits for a person. What is scheduled or goes well needs nobody. */
function waitsForSomebody(row: DefleetingRow): boolean {
  return row.overdue || ownerOfDefleeting(row) !== 'nobody';
}

function topicOfDefleeting({ overdue }: DefleetingRow): string {
  return overdue ? 'deadline-over' : 'leaving';
}

function partOf({ parts }: DefleetingRow): DefleetingRow['parts'][number] | undefined {
  const open = parts.filter(({ state }) => state !== 'gone');
  return open.find(({ owner }) => owner !== null && owner !== 'nobody') ?? open[0];
}

function ownerOfDefleeting(row: DefleetingRow): string {
  return partOf(row)?.owner ?? (row.overdue ? 'operations' : 'nobody');
}

function groupOfDefleetings(rows: readonly [DefleetingRow, ...DefleetingRow[]], at: number): TodoGroup {
  const sorted = [...rows].sort((a, b) => inOrder(sinceOfDefleeting(a), sinceOfDefleeting(b)));
  const oldest = sorted[0] ?? rows[0];
  const topic = topicOfDefleeting(oldest);
  return {
    topic,
    application: null,
    status: null,
    brands: [],
    owner: ownerOfDefleeting(oldest),
    action: partOf(oldest)?.action ?? 'Find out why the access has not ended: look with vin defleet show.',
    count: rows.length,
    oldestSince: sinceOfDefleeting(oldest),
    vins: sorted.slice(0, NAMED).map(({ vin }) => vin),
    plates: [],
    ...deadlinesIn(rows, at),
    command: null,
    look: topic === 'deadline-over' ? 'vin defleet list --overdue' : 'vin defleet list',
  };
}

function sinceOfDefleeting({ overdue, deadlineAt, beginsAt, askedAt }: DefleetingRow): string {
  return (overdue ? deadlineAt : beginsAt) ?? askedAt;
}

function troublesIn(groups: readonly TodoGroup[]): ProviderTrouble[] {
  const ofProvider = groups.filter(({ topic }) => isOfProvider(topic));
  return groupedBy(ofProvider, ({ application, topic }) => [application ?? '', topic]).map((same) => ({
    application: same[0].application ?? '',
    kind: same[0].topic as ProviderTrouble['kind'],
    since: same.map(({ oldestSince }) => oldestSince).sort()[0] ?? '',
    waiting: sum(same, ({ count }) => count),
  }));
}

/**
 * The order of harm: access that should have ended by law; what keeps all vehicles; what is too late; what runs out within 48 hours;
 * access that was lost; and all else. Of equal harm the bigger group comes first, and then the older one.
 */
function harmOf({ topic, overdue, soon }: TodoGroup): number {
  if (topic === 'deadline-over') return 0;
  if (isOfProvider(topic) || topic === 'program-fault' || topic === 'credential-refused') return 1;
  if (overdue > 0 || topic === 'parking-not-left') return 2;
  if (soon > 0) return 3;
  return LOST.includes(topic) ? 4 : 5;
}

function byHarm(a: TodoGroup, b: TodoGroup): number {
  return harmOf(a) - harmOf(b) || b.count - a.count || a.oldestSince.localeCompare(b.oldestSince);
}

function counted(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function sum<T>(rows: readonly T[], of: (row: T) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}
