import type { State } from './lives';

/** The three editions of its documents, each with words of its own. */
export const EDITIONS = ['v1', 'platform', 'v2'] as const;
export type Edition = (typeof EDITIONS)[number];

/** "API v1 keeps the old words": it has none for what came later, and says the nearest here. */
const WORDS: Readonly<Record<Edition, Readonly<Record<State, string>>>> = {
  v1: {
    verification: 'Pending',
    enablement: 'Pending',
    incomplete: 'Pending',
    enabled: 'Consented',
    disabled: 'Revoked',
    error: 'Error',
  },
  platform: {
    verification: 'Pending',
    enablement: 'Pending',
    incomplete: 'Incomplete',
    enabled: 'Enabled',
    disabled: 'Disabled',
    error: 'Error',
  },
  v2: {
    verification: 'Pending Verification',
    enablement: 'Pending Enablement',
    incomplete: 'Incomplete',
    enabled: 'Enabled',
    disabled: 'Disabled',
    error: 'Error',
  },
};

/** @param isSmall in small letters, as the API reference shows them. */
export function wordFor(state: State, edition: Edition, isSmall: boolean): string {
  const word = WORDS[edition][state];
  return isSmall ? word.toLowerCase() : word;
}
