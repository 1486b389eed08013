import { visible } from '../base/visible';
import type { TodoGroup } from '../snapshot/todo';
import { ageOf } from './ages';
import type { TodoAnswer } from './todo';
import { indented, wrapped } from './wrapped';

/** How a text is printed. */
export interface Printing {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Characters of a line. */
  readonly width: number;
}

/** For people: the sentence, and the groups. */
export function todoAsText(
  { sentence, vehicles, parkings, at, groups }: TodoAnswer,
  { now, width }: Printing,
): string {
  return [
    ...wrapped(sentence, width),
    `${vehicles} ${vehicles === 1 ? 'vehicle' : 'vehicles'}${parkingsIn(parkings)}, as they were ${agoOf(at, now)}`,
    ...groups.flatMap((group) => ['', ...linesOf(group, now, width)]),
  ].join('\n');
}

function parkingsIn(count: number): string {
  if (count === 0) return '';
  return count === 1 ? ', 1 parking' : `, ${count} parkings`;
}

function agoOf(at: string, now: number): string {
  const age = ageOf(at, now);
  return age === '0s' ? 'just now' : `${age} ago`;
}

const INDENT = '      ';

function linesOf(group: TodoGroup, now: number, width: number): string[] {
  const { count, topic, owner, oldestSince, action, command, look } = group;
  const more = [`oldest ${ageOf(oldestSince, now)}`, ...deadlineOf(group, now)].join(' · ');
  const head = `${visible(topic)}${ofWhat(group)} · ${visible(owner)} · ${more}`;
  const [first = '', ...rest] = indented(head, width, INDENT);
  return [
    `${String(count).padStart(4)}  ${first.slice(INDENT.length)}`,
    ...rest,
    ...indented(visible(action), width, INDENT),
    `${INDENT}${visible(command ?? look)}`,
  ];
}

/** The brands of a group, where they are few. */
function ofWhat({ brands, status }: TodoGroup): string {
  const [first, second] = brands;
  if (!first) return '';
  const names = second ? `${first} and ${brands.length - 1} more` : first;
  return ` (${visible(status ?? '')}, ${visible(names)})`;
}

function deadlineOf({ deadlineAt, overdue, soon }: TodoGroup, now: number): string[] {
  return [
    ...(overdue > 0 ? [`${overdue} too late`] : []),
    ...(deadlineAt !== null && Date.parse(deadlineAt) >= now ? [`deadline ${ageOf(deadlineAt, now)}`] : []),
    ...(soon > 0 ? [`${soon} within 48h`] : []),
  ];
}
