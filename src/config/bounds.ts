import { LIMITS } from '../../workflows/lifecycle/limits';

/** How long a message counts when nobody says otherwise, in milliseconds. */
export const VALIDITY = 3_600_000;

/** How long reminders may be stopped by one message, in milliseconds: ninety days. Who forgets a vehicle for longer has no need of it. */
export const LONGEST_SILENCE = LIMITS.silence;

const MOST = `at most ${LIMITS.name}`;

/** What is known of a vehicle when its activation starts, and can be of any size. */
interface Vehicle {
  readonly brand: string;
  readonly fleet?: string | undefined;
  readonly externalId?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** A part of a vehicle that is larger than an activation keeps, as the end of a sentence: `has 60 tags; …`. */
export interface TooLarge {
  readonly field: 'brand' | 'fleet' | 'externalId' | 'tags';
  readonly problem: string;
}

/** What about a vehicle is too large to be started, if anything: an activation keeps it for life (workflows/lifecycle/limits.ts). */
export function tooLarge({ brand, fleet = '', externalId = '', tags = {} }: Vehicle): TooLarge | null {
  if (brand.length > LIMITS.name) {
    return { field: 'brand', problem: `has a brand of ${brand.length} characters; ${MOST} are kept` };
  }
  if (fleet.length > LIMITS.name) {
    return { field: 'fleet', problem: `has a fleet of ${fleet.length} characters; ${MOST} are kept` };
  }
  if (externalId.length > LIMITS.name) {
    return {
      field: 'externalId',
      problem: `has an external id of ${externalId.length} characters; ${MOST} are kept`,
    };
  }
  const keys = Object.keys(tags);
  if (keys.length > LIMITS.tags) {
    return { field: 'tags', problem: `has ${keys.length} tags; at most ${LIMITS.tags} are kept` };
  }
  let size = 0;
  for (const key of keys) size += key.length + (tags[key] ?? '').length;
  return size > LIMITS.tagsLength
    ? {
        field: 'tags',
        problem: `has tags of ${size} characters in all; at most ${LIMITS.tagsLength} are kept`,
      }
    : null;
}
