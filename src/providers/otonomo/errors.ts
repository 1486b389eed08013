import type { Api, ErrorReply, Problem } from '../shared/errors';
import { oneLine } from '../shared/text';

/** More problems of one reply help nobody. */
const MOST = 20;

/** Keys that say nothing of their own: what stands under them is the text. */
const PLAIN_KEYS: ReadonlySet<string> = new Set([
  'message',
  'detail',
  'error',
  'error_description',
  'non_field_errors',
]);

/**
 * Reads whatever words an error reply has: `message`, `detail`, OAuth's `error`, and lists of texts keyed by the field that
 * they are about (`{"vins": ["…"]}`), also by that of one vehicle of many (`{"vins": [{}, {"vin": ["…"]}]}`); several at once as well. An empty body and `{}` are an error without words. Null
 * when the body is none of these.
 */
export function readErrorReply(body: string | null): ErrorReply | null {
  const value = parsed(body);
  if (value === undefined) return null;
  return { problems: problemsOf(value), requestId: undefined };
}

/** The vehicles that a refusal names, as it writes them; empty where it names none. Also as keys, each with what is wrong. */
export function namedVins(body: string | null): readonly string[] {
  const reply = parsed(body);
  const vins = reply?.['vins'];
  if (!Array.isArray(vins)) return typeof vins === 'object' && vins !== null ? Object.keys(vins) : [];
  // Without words beside it the same key would hold what is wrong with the field.
  const isNamed = [...PLAIN_KEYS].some((key) => typeof reply?.[key] === 'string');
  return isNamed ? vins.filter((vin) => typeof vin === 'string') : [];
}

/** The `message` of a refusal: the form in which it speaks of vehicles. */
export function messageOf(body: string | null): string | null {
  const message = parsed(body)?.['message'];
  return typeof message === 'string' && message.trim() ? oneLine(message) : null;
}

/** An object, an empty one for an empty body, or undefined for anything else. */
function parsed(body: string | null): Readonly<Record<string, unknown>> | undefined {
  if (body === null) return undefined;
  if (body.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(body);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function problemsOf(value: Readonly<Record<string, unknown>>): Problem[] {
  const isNaming =
    [...PLAIN_KEYS].some((key) => typeof value[key] === 'string') && Array.isArray(value['vins']);
  return Object.entries(value)
    .filter(([key]) => !(isNaming && key === 'vins'))
    .flatMap(([key, said]) => saidOf(said, fieldOf(key), DEEPEST))
    .slice(0, MOST);
}

/** Objects in objects: a field of a vehicle of a list. What lies deeper is no text for people. */
const DEEPEST = 4;

/** Every text in what was said, with the fields that it is about; places in a list are no fields. */
function saidOf(said: unknown, source: string, deep: number): Problem[] {
  if (typeof said === 'string')
    return said.trim() === '' ? [] : [{ title: '', detail: oneLine(said), source }];
  if (typeof said !== 'object' || said === null || deep === 0) return [];
  return Object.entries(said).flatMap(([key, inner]) => {
    const field = /^\d+$/.test(key) ? '' : fieldOf(key);
    return saidOf(inner, [source, field].filter(Boolean).join('.'), deep - 1);
  });
}

function fieldOf(key: string): string {
  return PLAIN_KEYS.has(key) ? '' : oneLine(key);
}

/** Otonomo, as errors tell of it. */
export const API: Api = {
  name: 'Otonomo',
  address: 'OTONOMO_REGION',
  credentials:
    'Check OTONOMO_CLIENT_ID, OTONOMO_CLIENT_SECRET and OTONOMO_SERVICE: all from the same workspace, of the region that OTONOMO_REGION names.',
  forbidden: 'Ask the support of Otonomo to let the service manage its vehicles.',
  readErrors: readErrorReply,
  isWord: (body) => (readErrorReply(body)?.problems.length ?? 0) > 0,
};
