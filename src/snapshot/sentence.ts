import type { ProviderTrouble, Todo } from './todo';

/** How each owner is told of in the sentence: of one vehicle, and of several. */
const OWNERS: Readonly<Record<string, readonly [one: string, several: string]>> = {
  'fleet-manager': ['needs you', 'need you'],
  driver: ['needs a driver', 'need drivers'],
  workshop: ['needs a workshop', 'need a workshop'],
  'provider-support': ["needs the provider's support", "need the provider's support"],
  carmaker: ['needs the carmaker', 'need the carmaker'],
  operations: ['is ours', 'are ours'],
};

/** In this order. */
const ORDER = Object.keys(OWNERS);

/** What the sentence is told with. */
export interface Telling {
  /** The provider's name for people, by `provider:application`. */
  readonly nameOf: (application: string) => string;
  /** A time for a person, from ISO 8601. */
  readonly timeOf: (time: string) => string;
}

/** A part of the sentence, and which vehicles it is about: the owner, or the topic of a trouble. */
export interface SentencePart {
  readonly text: string;
  readonly about: {
    readonly kind: 'owner' | 'not-left' | 'trouble' | 'overdue' | 'soon';
    readonly of: string;
  };
}

/** What there is to do in one sentence with numbers and a verb, by whose turn it is. */
export function sentenceOf(todo: Todo, telling: Telling): string {
  const parts = partsOf(todo, telling).map(({ text }) => text);
  return parts.length > 0 ? parts.join(' · ') : 'Nothing needs you.';
}

/** The parts of the same sentence; none where nothing is to be done. */
export function partsOf(
  { owners, troubles, notLeft, soon, overdue }: Todo,
  telling: Telling,
): SentencePart[] {
  const part = (kind: SentencePart['about']['kind'], of: string, text: string): SentencePart => ({
    text,
    about: { kind, of },
  });
  return [
    ...[...owners]
      .sort((a, b) => placeOf(a.owner) - placeOf(b.owner))
      .map(({ owner, count }) => part('owner', owner, `${count} ${wordsOf(owner, count)}`)),
    ...(notLeft > 0 ? [part('not-left', '', `${notLeft} ${have(notLeft)} not left in time`)] : []),
    ...troubles.map((trouble) => part('trouble', trouble.kind, troubleInWords(trouble, telling))),
    ...(overdue > notLeft
      ? [part('overdue', '', `${overdue - notLeft} ${be(overdue - notLeft)} beyond the deadline`)]
      : []),
    ...(soon > 0
      ? [part('soon', '', `${soon} of them ${soon === 1 ? 'runs' : 'run'} out within 48 hours`)]
      : []),
  ];
}

const TROUBLES: Readonly<Record<ProviderTrouble['kind'], string>> = {
  'provider-away': 'is down',
  'application-refused': 'refuses the application',
  'credential-refused': 'gives no token for parking',
};

function troubleInWords({ application, kind, since, waiting }: ProviderTrouble, telling: Telling): string {
  const what = TROUBLES[kind];
  return `${telling.nameOf(application)} ${what} since ${telling.timeOf(since)}, ${waiting} ${waiting === 1 ? 'waits' : 'wait'}`;
}

function wordsOf(owner: string, count: number): string {
  const [one, several] = OWNERS[owner] ?? [`waits for ${owner}`, `wait for ${owner}`];
  return count === 1 ? one : several;
}

function placeOf(owner: string): number {
  const at = ORDER.indexOf(owner);
  return at < 0 ? ORDER.length : at;
}

function have(count: number): string {
  return count === 1 ? 'has' : 'have';
}

function be(count: number): string {
  return count === 1 ? 'is' : 'are';
}
