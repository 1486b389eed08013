import { cutTo } from '../../src/domain/cut';

/**
 * Every field of an activation's state that can grow has a bound, kept where it grows: the largest state still fits a
 * continue-as-new, and still takes a defleet. Lengths in characters.
 */
export const LIMITS = {
  /** Facts of the history, and all their texts together: the oldest go first. */
  history: 200,
  historyLength: 64 * 1_024,
  /** Each text in a fact, in a parked activation, in a belief. */
  text: 1_000,
  /** Ids of webhook deliveries. */
  deliveries: 100,
  /** A delivery's or a message's id; longer ones are cut. */
  id: 200,
  /** The provider's ids of requests that failed. */
  requestIds: 3,
  /** Messages of people whose outcome is remembered. */
  messages: 50,
  /** Subjects that people were told of. */
  topics: 30,
  /** So long people can be left without reminders, in milliseconds. */
  silence: 90 * 86_400_000,
  tags: 50,
  /** All keys and texts of the tags together. */
  tagsLength: 16 * 1_024,
  /** A brand, a fleet, a person's name or a reason that a person gives. */
  name: 200,
} as const;

/** A text cut to a bound. */
export function cut(text: string, length: number = LIMITS.text): string {
  return cutTo(text, length);
}
