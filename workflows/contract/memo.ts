import { type ColumnValues, columnsOf, MEMO_LIST, type MemoValues, type Shown } from './columns';

/** The memo of `columns.ts` as it is written and read. */

/** The name of the one memo. */
export const MEMO = 'listed';

/** The name of the memo with the tags of the vehicle: given at the start, at no event, and told anew where they are amended. */
export const TAGS_MEMO = 'tags';

/** The memo as it is stored. */
export type Memo = MemoValues & {
  /** Of which columns it is: what was written for others says nothing any more. */
  readonly about: string;
};

/** What the memo of an activation says. */
export function memoOf(shown: Shown): Memo {
  const fields = Object.fromEntries(MEMO_LIST.map(({ key, of }) => [key, of(shown)]));
  return { ...(fields as unknown as MemoValues), about: aboutOf(columnsOf(shown)) };
}

/** What columns and a memo say together. The memo may be missing, of another time, or of somebody else. */
export function readMemo(columns: ColumnValues, stored: unknown): MemoValues {
  const memo = (typeof stored === 'object' && stored !== null ? stored : {}) as Partial<Memo>;
  const isOfThese = memo.about === aboutOf(columns);
  const read = MEMO_LIST.map(({ key, unless, isLasting }) => {
    const isBelieved = isOfThese || (isLasting && typeof memo[key] === 'string');
    return [key, isBelieved ? (memo[key] ?? null) : unless(columns)];
  });
  return Object.fromEntries(read) as unknown as MemoValues;
}

/** Whether columns and a memo say together what the activation is. */
export function isTold(shown: Shown, stored: unknown): boolean {
  const read = readMemo(columnsOf(shown), stored);
  return MEMO_LIST.every(({ key, of, isLasting }) => {
    const said = read[key];
    return said === of(shown) || (isLasting === true && said === null);
  });
}

function aboutOf({ status, reasonKey, owner, reasonSince }: ColumnValues): string {
  return [status, reasonKey, owner, reasonSince].join(' ');
}
