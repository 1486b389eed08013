import type { ActivationInput, ClearanceClaim } from '../../../workflows/contract/messages';
import { LIMITS } from '../../../workflows/lifecycle/limits';
import { APP } from '../../support/application';

/** What texts are made of: how many bytes of JSON a character of them takes. */
export const ALPHABETS = { emoji: '🚗', hanzi: '車', control: '\u0001' } as const;
export type Alphabet = keyof typeof ALPHABETS;

/** A text of so many characters that no other has. */
export function textOf(alphabet: Alphabet, length: number, serial: number): string {
  const own = `${serial} `;
  return (own + ALPHABETS[alphabet].repeat(length)).slice(0, length);
}

/** As many and as large tags as an activation keeps. */
export function largestTags(alphabet: Alphabet): Record<string, string> {
  const each = Math.floor(LIMITS.tagsLength / LIMITS.tags);
  const tags = Array.from({ length: LIMITS.tags }, (_, index) => `tag ${String(index).padStart(2, '0')}`);
  return Object.fromEntries(tags.map((key, index) => [key, textOf(alphabet, each - key.length, index)]));
}

/** The largest vehicle that is let in. */
export function largestInput(alphabet: Alphabet, vin: string, brand = 'bmw'): ActivationInput {
  return { ...APP, vin, brand, fleet: textOf(alphabet, LIMITS.name, 0), tags: largestTags(alphabet) };
}

/** So many webhooks, each with new and long words and the longest id. */
export function claims(alphabet: Alphabet, count: number): ClearanceClaim[] {
  return Array.from({ length: count }, (_, index) => ({
    status: 'pending',
    reason: textOf(alphabet, LIMITS.text, index),
    deliveryId: textOf(alphabet, LIMITS.id, index),
  }));
}

/** An acknowledgement with everything at its longest. */
export function longestAcknowledgement(alphabet: Alphabet, serial: number) {
  const [id, by] = [textOf(alphabet, LIMITS.id, serial), textOf(alphabet, LIMITS.name, serial)];
  return { id, by, until: `${serial + 1}d`, sentAt: new Date().toISOString() };
}
