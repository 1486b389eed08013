import { VinError } from '../base/errors';
import type { Catalogue } from '../catalogue/schema';
import { APPLICATION_NAME } from '../domain/application';
import { cutTo } from '../domain/cut';
import { parseDuration } from '../domain/duration';
import { checkFleet } from '../domain/name';
import { OWNERS } from '../domain/owner';
import { brandOf } from '../domain/rules';
import { CLEARANCE_STATUSES } from '../domain/status';
import { nearest, textKey } from '../domain/text-key';
import type { ActivationFilter } from './search';

/**
 * The filters of lists and groups. The command line makes its options of this table (`--older-than`), and the HTTP API its
 * parameters (`olderThan`). A text is read by `readFilter`, at both doors.
 */
export const FILTERS = {
  provider: { takes: 'text', says: 'of this provider' },
  application: { takes: 'text', says: 'of this application' },
  fleet: { takes: 'text', says: 'of this fleet' },
  externalId: { takes: 'text', says: 'with this reference of yours' },
  brand: { takes: 'text', says: 'of this brand, written as in a list' },
  status: { takes: 'text', says: 'with this clearance status' },
  reason: { takes: 'text', says: "with this reason: the catalogue's key, for example privacy-mode" },
  owner: { takes: 'text', says: 'where this one has to act' },
  attention: { takes: 'flag', says: 'where a person has to act' },
  inTrouble: { takes: 'flag', says: 'where a command failed, and which wait because of that' },
  overdue: { takes: 'flag', says: 'whose deadline is over' },
  olderThan: {
    takes: 'text',
    says: 'where the reason is older than this, for example 10d; without a reason, the last change',
  },
} as const satisfies Record<string, { readonly takes: 'text' | 'flag'; readonly says: string }>;

export type FilterName = keyof typeof FILTERS;
export const FILTER_NAMES = Object.keys(FILTERS) as FilterName[];

/** What somebody wrote, by the names of the filters. */
export type FilterWords = {
  readonly [N in FilterName]?: ((typeof FILTERS)[N]['takes'] extends 'flag' ? boolean : string) | undefined;
};

type TextName = { [N in FilterName]: (typeof FILTERS)[N]['takes'] extends 'text' ? N : never }[FilterName];
type Texts = { readonly [N in TextName]?: string };

/** A filter that cannot be used. */
export interface FilterProblem {
  readonly filter: FilterName;
  readonly code: VinError['code'];
  /** A sentence, without its end. */
  readonly problem: string;
  /** What to write instead. */
  readonly remedy: string;
}

export type FilterRead =
  | { readonly ok: true; readonly filter: ActivationFilter; readonly words: FilterWords }
  | { readonly ok: false; readonly problems: readonly FilterProblem[] };

/** By what texts are judged. */
export interface FilterKnowledge {
  readonly catalogue: Pick<Catalogue, 'brands' | 'reasons'>;
  /** The ids of the providers that there are. */
  readonly providers: readonly string[];
}

/**
 * Reads filters as people write them: `VW` is volkswagen, case and punctuation do not matter, and what can be nothing
 * that there is is a problem that names what may have been meant.
 *
 * @returns the filter, and the words as they were understood; or every problem.
 */
export function readFilter(words: FilterWords, known: FilterKnowledge): FilterRead {
  const problems: FilterProblem[] = [];
  const texts: Texts = {};
  for (const [name, read] of Object.entries(READERS) as [TextName, Reader][]) {
    const text = words[name];
    if (text === undefined) continue;
    try {
      Object.assign(texts, read(text, known, words));
    } catch (error) {
      if (!(error instanceof VinError)) throw error;
      const { code, message, next } = error;
      problems.push({ filter: name, code, problem: message.replace(/\.$/, ''), remedy: next });
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  const { attention, inTrouble, overdue } = words;
  const { reason, olderThan, ...columns } = texts;
  const filter = {
    ...columns,
    ...(reason !== undefined && { reasonKey: reason }),
    ...(attention !== undefined && { needsAttention: attention }),
    ...(inTrouble !== undefined && { inTrouble }),
    ...(overdue !== undefined && { overdue }),
    ...(olderThan !== undefined && { olderThan: parseDuration(olderThan) }),
  };
  return { ok: true, filter, words: { ...words, ...texts } };
}

type Reader = (text: string, known: FilterKnowledge, words: FilterWords) => Texts;

/** How each text is read. What it throws is told as the filter's problem. */
const READERS: Readonly<Record<TextName, Reader>> = {
  provider: (text, { providers }) => ({ provider: oneOfThese(text, providers, 'a provider') }),
  application: readApplicationWord,
  fleet: (text) => ({ fleet: readName(text) }),
  externalId: (text) => ({ externalId: readName(text) }),
  brand: (text, { catalogue }) => ({ brand: brandOf(catalogue, text) }),
  status: (text) => ({ status: oneOfThese(text, CLEARANCE_STATUSES, 'a status') }),
  reason: (text, { catalogue }) => ({ reason: readReason(text, catalogue) }),
  owner: (text) => ({ owner: oneOfThese(text, OWNERS, 'an owner') }),
  olderThan: (text) => ({ olderThan: readAge(text) }),
};

/** `application`, or `provider:application`. */
function readApplicationWord(text: string, known: FilterKnowledge, words: FilterWords): Texts {
  const parts = text.trim().split(':');
  const [provider, application = ''] = parts.length === 2 ? parts : [undefined, text.trim()];
  if (parts.length > 2 || !APPLICATION_NAME.test(application)) {
    throw wrong(text, 'is not the name of an application', 'Write it as provider:application.');
  }
  if (provider === undefined) return { application };
  const id = oneOfThese(provider, known.providers, 'a provider');
  if (words.provider !== undefined && textKey(words.provider) !== textKey(id)) {
    throw wrong(text, 'is of another provider than the one that is named', 'Name one provider.');
  }
  return { provider: id, application };
}

/** Names of people, which a search has to find again. */
function readName(text: string): string {
  const check = checkFleet(text);
  if (check.ok) return check.name;
  throw wrong(text, check.problem, check.remedy);
}

/** A reason's key. Who writes the provider's words for it is told the key. */
function readReason(text: string, { reasons }: FilterKnowledge['catalogue']): string {
  const ids = [...reasons.map(({ id }) => id), UNKNOWN_REASON];
  const key = textKey(text);
  const found = ids.find((id) => textKey(id) === key);
  if (found) return found;
  const said = reasons.filter(({ texts }) => key !== '' && texts.some((words) => textKey(words) === key));
  const alike = [...said.map(({ id }) => id), ...nearest(text, ids), ...ids.filter((id) => isPart(key, id))];
  throw notOne(text, ids, 'the key of a reason that the catalogue knows', [...new Set(alike)].slice(0, 3));
}

/** The key of words that the catalogue does not know. */
const UNKNOWN_REASON = 'unknown';
/** Letters that say enough of a word. */
const ENOUGH = 4;

function isPart(key: string, id: string): boolean {
  return key.length >= ENOUGH && textKey(id).includes(key);
}

/** The longest age, in milliseconds: ten years. */
const OLDEST = 3_650 * 86_400_000;

function readAge(text: string): string {
  try {
    const age = parseDuration(text);
    if (age > 0 && age <= OLDEST) return text.trim();
  } catch {
    // Said below.
  }
  throw wrong(text, 'is not a duration of up to 3650d', 'Write a duration such as 12h or 10d.');
}

/** The word of a list that is meant; case and punctuation do not matter. */
function oneOfThese(text: string, list: readonly string[], what: string): string {
  const found = list.find((word) => textKey(word) === textKey(text));
  if (found !== undefined) return found;
  throw notOne(text, list, what, nearest(text, list));
}

function notOne(text: string, list: readonly string[], what: string, near: readonly string[]): VinError {
  const remedy = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Use one of ${list.join(', ')}.`;
  return wrong(text, `is not ${what}`, remedy);
}

function wrong(text: string, problem: string, remedy: string): VinError {
  return new VinError('FIELD_INVALID', `${JSON.stringify(cutTo(text, 60))} ${problem}`, remedy);
}
