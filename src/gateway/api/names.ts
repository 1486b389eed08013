import { z } from 'zod';
import { checkFleet, checkName, checkTags, NAME_LENGTH, type NameCheck } from '../../domain/name';
import { registry } from './registry';

/**
 * As far as a pattern can say it: something that is seen, and nothing that is refused. For the OpenAPI document, whose
 * readers do not all know `\p{…}` and looking ahead.
 */
const UNUSABLE = '\\uE000-\\uF8FF\\uFFFD\\x00-\\x08\\x0E-\\x1F\\x7F-\\x84\\x86-\\x9F';
const NAME = `^[^${UNUSABLE}]*[^${UNUSABLE}\\s][^${UNUSABLE}]*$`;
const END = `[^${UNUSABLE}\\s"'?\\\\]`;
const FLEET = `^(?:[^${UNUSABLE}\\s"'?\\\\*]|${END}[^${UNUSABLE}"?\\\\]*${END})$`;

/** What is read of a name before it is in its normal form may be longer by as much: what nobody sees is cut out of it. */
const UNSEEN = 100;

/** A name as a request or the file of tokens gives it, read into its normal form. */
export function nameOf(
  most: number,
  check: (text: string) => NameCheck = (text) => checkName(text, most),
  pattern = NAME,
) {
  return z
    .string()
    .min(1)
    .max(most * UNSEEN)
    .register(registry, { pattern, maxLength: most })
    .transform((text, context) => {
      const read = check(text);
      if (read.ok) return read.name;
      context.addIssue({ code: 'custom', message: `${read.problem}. ${read.remedy}` });
      return z.NEVER;
    });
}

/** A fleet: `*` is none, because for a token it means every fleet. */
export const fleetName = nameOf(NAME_LENGTH, checkFleet, FLEET);

/** A caller's own reference to a vehicle. It is searched for like a fleet, so it may have the same characters. */
export const externalIdName = nameOf(NAME_LENGTH, checkFleet, FLEET);

/** Reads tags into their normal form, or says which is wrong; for `transform`. */
export function readTags<Text extends string | null>(
  given: Record<string, Text>,
  context: z.RefinementCtx,
): Record<string, Text> {
  const read = checkTags(given);
  if (read.ok) return read.tags;
  context.addIssue({ code: 'custom', path: [read.key], message: `${read.problem}. ${read.remedy}` });
  return z.NEVER;
}
