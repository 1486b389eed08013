/**
 * The one form in which the names that people give are kept, searched and sent: fleets, tags, who asked, and why. The
 * same name comes in through lists, options, requests, the file of tokens and the environment, written by many programs.
 */

/** The longest name, in characters of UTF-16. */
export const NAME_LENGTH = 200;

/** The longest name of who asks: that of a token stands beside it, and both are kept in one name. */
export const WHO_LENGTH = 120;

/** The longest text of a tag. */
export const TAG_LENGTH = 500;

/** What came of checking a name. `problem` is the end of a sentence that begins with what the name is of. */
export type NameCheck =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly problem: string; readonly remedy: string };

/** What nobody sees: marks of direction and width, soft hyphens, joiners, fillers. Arabic number signs are seen. */
const INVISIBLE =
  /(?![\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}])[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const UNSEEN = /^[\s\p{Cf}\p{Default_Ignorable_Code_Point}]$/u;
/** What is seen as a space, or as nothing between two words. */
const SPACES = /[\s\u0085\u2800]+/gu;
/** What cannot be shown, stored or found again. U+FFFD stands where a program could not read a character. */
const UNUSABLE = /[\p{Cc}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\uFFFD]/u;
/** Most names are in the normal form already. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/** A text without the characters that nobody sees. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, '');
}

/** A text without the spaces and the invisible characters at its ends: what was copied along with it. */
export function seenPart(text: string): string {
  const letters = [...text];
  const isSeen = (letter: string): boolean => !UNSEEN.test(letter);
  const begin = letters.findIndex(isSeen);
  return begin < 0 ? '' : letters.slice(begin, letters.findLastIndex(isSeen) + 1).join('');
}

/**
 * The normal form of a name: letters composed (NFC), without invisible characters, with one space between words and
 * none at the ends. Two names that look the same are the same text; doing it again changes nothing.
 */
export function plainName(text: string): string {
  if (PLAIN.test(text)) return text;
  return withoutInvisible(text).normalize('NFC').replace(SPACES, ' ').trim();
}

/**
 * Checks a name, and gives it in its normal form.
 *
 * @param most the most characters that it may have.
 */
export function checkName(text: string, most: number = NAME_LENGTH): NameCheck {
  if (PLAIN.test(text) && text.length <= most) return { ok: true, name: text };
  const name = plainName(text);
  if (name === '') return { ok: false, problem: 'is empty', remedy: 'Write a name.' };
  const odd = UNUSABLE.exec(name)?.[0];
  if (odd !== undefined) return { ok: false, ...complaintOf(odd) };
  if (name.length > most) {
    const problem = `has ${name.length} characters; at most ${most} are kept`;
    return { ok: false, problem, remedy: 'Shorten it.' };
  }
  return { ok: true, name };
}

/**
 * What Temporal's search does not find, though it stores it (measured at server 1.29 on SQLite: quotes and backslashes
 * are escaped twice, an apostrophe at an end is taken for a quote; on PostgreSQL a question mark stands for a parameter, and
 * the whole search fails: by its source, sqlplugin/postgresql).
 */
const NOT_FOUND_AGAIN = /["\\?]|^'|'$/;

/** Checks the name of a fleet, which has to be found again. `*` is none: for a token it means every fleet. */
export function checkFleet(text: string): NameCheck {
  const check = checkName(text);
  if (!check.ok) return check;
  if (check.name === '*') {
    return { ok: false, problem: 'is "*", which means every fleet', remedy: 'Give the fleet another name.' };
  }
  const odd = NOT_FOUND_AGAIN.exec(check.name)?.[0];
  if (odd === undefined) return check;
  const where = odd === "'" ? ' at an end' : '';
  const problem = `contains the character ${odd} (${codePoint(odd)})${where}, which Temporal's search does not find`;
  return { ok: false, problem, remedy: 'Write the name of the fleet without it.' };
}

/** What came of checking tags. A text may be null, where that takes the tag away. */
export type TagsCheck<Text extends string | null> =
  | { readonly ok: true; readonly tags: Record<string, Text> }
  | { readonly ok: false; readonly key: string; readonly problem: string; readonly remedy: string };

/** Checks the keys and the texts of tags as names. Empty texts stay empty: it is the brand that needs them or not. */
export function checkTags<Text extends string | null>(
  given: Readonly<Record<string, Text>>,
): TagsCheck<Text> {
  const tags = new Map<string, Text>();
  for (const [text, value] of Object.entries(given)) {
    const key = checkName(text);
    if (!key.ok) return { ...key, key: text, problem: `has a key that ${key.problem}` };
    const wrong = { ok: false, key: key.name } as const;
    if (tags.has(key.name)) return { ...wrong, problem: 'is there twice', remedy: 'Give it once.' };
    const read = value === null || plainName(value) === '' ? value : checkName(value, TAG_LENGTH);
    if (read !== null && typeof read === 'object') {
      if (!read.ok) return { ...wrong, problem: read.problem, remedy: read.remedy };
      tags.set(key.name, read.name as Text);
    } else tags.set(key.name, (read === null ? null : '') as Text);
  }
  return { ok: true, tags: Object.fromEntries(tags) as Record<string, Text> };
}

/** A character by its number, as character tables write it: `U+200B`. */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function complaintOf(odd: string): { readonly problem: string; readonly remedy: string } {
  if (odd === '\uFFFD') {
    return {
      problem: 'contains the character U+FFFD, which stands where a program could not read a letter',
      remedy: 'Save a list as "CSV UTF-8" in the program that has it; elsewhere write the name again.',
    };
  }
  return {
    problem: `contains the character ${codePoint(odd)}, which can be neither shown nor searched`,
    remedy: 'Write it again without this character.',
  };
}
