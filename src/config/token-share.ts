import { z } from 'zod';

/** What one token of the HTTP API may have of everything that all tokens share. */
const SHARES = ['waits', 'batches', 'starts', 'checks', 'calls'] as const;
export type TokenShare = Readonly<Record<(typeof SHARES)[number], number>>;

/**
 * Waits and batches at the same time; vehicles started, eligibility checks and calls a minute. A check is a call of the
 * provider's own, of a budget that all have together: 60 a minute.
 */
export const USUAL_SHARE: TokenShare = { waits: 50, batches: 2, starts: 1_200, checks: 20, calls: 1_200 };

const PART = /^([a-z]+) *= *([1-9]\d{0,6})$/;

/** `waits=50,calls=600`; those that are not named keep their default. */
export const tokenShareText = z.string().transform((text, context): TokenShare => {
  const named = new Map<string, number>();
  for (const part of text.split(',').map((piece) => piece.trim())) {
    if (part === '') continue;
    const [, name = '', most] = PART.exec(part) ?? [];
    const isKnown = (SHARES as readonly string[]).includes(name);
    if (!isKnown || named.has(name)) {
      const what = isKnown ? 'a second one' : 'none';
      context.addIssue({
        code: 'custom',
        message: `${JSON.stringify(part.slice(0, 60))} is ${what} of ${SHARES.join(', ')} with a whole number from 1 on, such as calls=600`,
      });
      return z.NEVER;
    }
    named.set(name, Number(most));
  }
  return { ...USUAL_SHARE, ...Object.fromEntries(named) };
});
