import { TAGS_MEMO } from '../../workflows/contract/memo';
import type { ActivationInput } from '../../workflows/contract/messages';
import type { ActivationRow } from './reports';

/** The memo with the tags that a vehicle was started with, or amended to. */
export const TAGS = TAGS_MEMO;

/** What an activation that is there has otherwise than it was asked for. */
export interface Difference {
  readonly what: 'fleet' | 'brand' | 'tag';
  /** The key of a tag; else null. */
  readonly key: string | null;
  readonly is: string | null;
  readonly asked: string;
}

/** What was not asked for is no difference. */
export function differencesFrom(
  { fleet, brand, tags = {} }: Pick<ActivationInput, 'fleet' | 'brand' | 'tags'>,
  row: Pick<ActivationRow, 'fleet' | 'brand'>,
  memo: Readonly<Record<string, unknown>> | undefined,
): readonly Difference[] {
  const differs: Difference[] = [];
  if (fleet !== undefined && fleet !== row.fleet) {
    differs.push({ what: 'fleet', key: null, is: row.fleet, asked: fleet });
  }
  if (brand !== row.brand && row.brand !== '') {
    differs.push({ what: 'brand', key: null, is: row.brand, asked: brand });
  }
  const known = memo?.[TAGS];
  // Of what was started otherwise nothing is known.
  if (typeof known !== 'object' || known === null) return differs;
  for (const [key, asked] of Object.entries(tags)) {
    const is = (known as Readonly<Record<string, string>>)[key] ?? null;
    if (is !== asked) differs.push({ what: 'tag', key, is, asked });
  }
  return differs;
}

/** What is otherwise, as a sentence; the empty text where nothing is. */
export function inWords(differs: readonly Difference[]): string {
  const parts = differs.map(({ what, key, is, asked }) => {
    const name = key === null ? `its ${what}` : `its tag ${key}`;
    return `${name} is ${is === null ? 'none' : JSON.stringify(is)}, not ${JSON.stringify(asked)}`;
  });
  return parts.join('; ');
}

/** The options of `vin amend` that would change it. */
export function amendOptions(differs: readonly Difference[]): string {
  const quoted = (text: string): string => (/^[\w.:-]+$/.test(text) ? text : JSON.stringify(text));
  return differs
    .map(({ what, key, asked }) =>
      key === null ? `--${what} ${quoted(asked)}` : `--tag ${quoted(`${key}=${asked}`)}`,
    )
    .join(' ');
}
