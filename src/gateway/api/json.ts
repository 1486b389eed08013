import { BODY_LIMIT } from '../refusal';
import { giveWay } from './give-way';
import { bodyMalformed, invalidFields } from './problem';

/** What a text may be before it is read: `JSON.parse` takes half a second for a megabyte that is made for it. */
interface JsonLimits {
  /** Values and names, counted by the commas and colons in the text. */
  readonly parts: number;
  readonly depth: number;
  /** Characters. */
  readonly length: number;
}

/** Of a request: a batch of defleets has a thousand VINs. */
const OF_A_REQUEST: JsonLimits = { parts: 2_500, depth: 16, length: BODY_LIMIT };
/** Of one item of a batch: a vehicle has at most 50 tags. */
const OF_AN_ITEM: JsonLimits = { parts: 250, depth: 16, length: BODY_LIMIT };

/** An item of a batch that was not read, because it is larger than an item can be. */
export class UnreadItem {
  constructor(readonly problem: string) {}
}

/** Reads one whole JSON text, or throws. */
export type Parse = (text: string) => unknown;

/**
 * Reads the body of a request.
 *
 * @throws ApiError `REQUEST_INVALID` where it is larger than any request; what `parse` throws.
 */
export function readJson(text: string, parse: Parse, limits = OF_A_REQUEST): unknown {
  const { problem } = scan(text, 0, limits);
  if (problem) throw invalidFields([{ pointer: '#', code: 'FIELD_INVALID', detail: problem }]);
  return parse(text);
}

/**
 * Reads the body of a batch, item by item, and gives way in between. What is no list is read as a whole.
 *
 * @param most items that are read; of a longer list only one more, so that it is seen to be too long.
 * @throws ApiError `BODY_MALFORMED`, what `parse` throws.
 */
export async function readJsonItems(text: string, parse: Parse, most: number): Promise<unknown> {
  let at = skipSpace(text, 0);
  if (text[at] !== '[') return readJson(text, parse);
  const items: unknown[] = [];
  at = skipSpace(text, at + 1);
  if (text[at] === ']') at += 1;
  else {
    for (;;) {
      await giveWay();
      const { end, problem } = scan(text, at, OF_AN_ITEM);
      items.push(problem ? new UnreadItem(problem) : parse(text.slice(at, end)));
      if (items.length > most) return items;
      at = end + 1;
      if (text[end] === ',') continue;
      if (text[end] !== ']') throw bodyMalformed();
      break;
    }
  }
  if (skipSpace(text, at) < text.length) throw bodyMalformed();
  return items;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Goes through one value: to the comma or bracket that ends it in its list, or to the end of the text.
 *
 * @returns where that is, and what is too large about it. Whether it is proper JSON is not looked at.
 */
function scan(text: string, from: number, limits: JsonLimits): { end: number; problem: string | null } {
  let depth = 0;
  let deepest = 0;
  let parts = 0;
  let at = from;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === 0x5d || code === 0x7d) {
      if (depth === 0) break;
      depth -= 1;
    } else if (code === 0x2c || code === 0x3a) {
      if (depth === 0 && from > 0) break;
      parts += 1;
    }
  }
  return { end: at, problem: tooLarge(parts, deepest, at - from, limits) };
}

function tooLarge(parts: number, depth: number, length: number, limits: JsonLimits): string | null {
  if (length > limits.length) return `has more than ${limits.length} characters`;
  if (parts > limits.parts) return 'has more fields than there can be';
  return depth > limits.depth ? `is nested more than ${limits.depth} deep` : null;
}

/** The closing quote of a string that begins here, or the end of the text. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return at;
  }
  return text.length;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at += 1;
  return at;
}
