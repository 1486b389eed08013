import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TypedSearchAttributes } from '@temporalio/common';
import { rowOf } from '../../../src/activations/reports';
import { queryOf } from '../../../src/activations/search';
import { LISTED, listedOf } from '../../../src/gateway/api/listed-fields';
import { COLUMN_LIST, columnsOf, MEMO_LIST, MOST_COLUMNS } from '../../../workflows/contract/columns';
import { isTold, MEMO, memoOf, readMemo } from '../../../workflows/contract/memo';
import {
  changedIn,
  columnsIn,
  SEARCH_ATTRIBUTES,
  updatesOf,
} from '../../../workflows/contract/search-attributes';
import { shownOf } from '../../../workflows/lifecycle/view';
import { Story } from '../lifecycle/story';

const GIVE_UP = { policy: { giveUp: { after: '30d', by: 'park' } } } as const;

/** One in which every column and every field of the memo has a value but the plate, which nothing gives yet. */
function telling(): Story {
  const vehicle = {
    brand: 'audi',
    fleet: 'acme',
    externalId: 'A-1',
    tags: { 'vw-group-customer-name': 'A' },
  };
  const story = Story.pending(vehicle, GIVE_UP).reads('pending', { reason: 'privacy mode is enabled' });
  return story;
}

const stored = (story: Story) =>
  new TypedSearchAttributes(
    updatesOf(columnsOf(shownOf(story.state))).filter(({ value }) => value !== null) as never,
  );

function listed(story: Story, more: { memo?: Record<string, unknown>; status?: string } = {}) {
  return rowOf({
    workflowId: 'activation:high-mobility:default:WBA8E9G50GNT00001',
    typedSearchAttributes: stored(story),
    status: { name: more.status ?? 'RUNNING' } as never,
    startTime: new Date(0),
    ...(more.memo && { memo: more.memo }),
  });
}

describe('the columns', () => {
  test('are these, of these types', () => {
    expect(SEARCH_ATTRIBUTES).toEqual({
      VIN: 'Keyword',
      Plate: 'Keyword',
      Brand: 'Keyword',
      Fleet: 'Keyword',
      Provider: 'Keyword',
      Application: 'Keyword',
      ClearanceStatus: 'Keyword',
      ClearanceReason: 'Keyword',
      ActionOwner: 'Keyword',
      ExternalId: 'Keyword',
      ChangedAt: 'Datetime',
      ReasonSince: 'Datetime',
      DeadlineAt: 'Datetime',
      NeedsAttention: 'Bool',
      Trouble: 'Bool',
    });
  });

  test('and the memo are told of in docs/columns.md', () => {
    const text = readFileSync(join(__dirname, '../../../docs/columns.md'), 'utf8');
    const rows = [...text.matchAll(/^\| `(\w+)` \| (\w+) \| `(\w+)` \|/gm)].map(([, ...row]) => row);
    expect(rows).toEqual(COLUMN_LIST.map(({ name, type, key }) => [name, type, key]));
    const memo = [...text.matchAll(/^\| `(\w+)` \| [^|]+ \|$/gm)].map(([, key]) => key);
    expect(memo).toEqual(MEMO_LIST.map(({ key }) => key));
  });

  test('are no more than a server on SQL has', () => {
    for (const [type, most] of Object.entries(MOST_COLUMNS))
      expect(COLUMN_LIST.filter((column) => column.type === type).length).toBeLessThanOrEqual(most);
    expect(MOST_COLUMNS).toEqual({ Keyword: 10, Datetime: 3, Bool: 3 });
  });

  test('have names of their own in rows, also beside the memo', () => {
    const keys = [...COLUMN_LIST, ...MEMO_LIST].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('are read back as they were written', () => {
    const columns = columnsOf(shownOf(telling().state));
    expect(Object.entries(columns).filter(([, value]) => value === null)).toEqual([['plate', null]]);
    expect(columnsIn(stored(telling()))).toEqual(columns);
    expect(changedIn(stored(telling()), updatesOf(columns))).toEqual([]);
    expect(changedIn(new TypedSearchAttributes(), updatesOf(columns))).toHaveLength(COLUMN_LIST.length - 1);
  });

  test('have a key for a reason, and never the words of the provider', () => {
    const { reasonKey } = columnsOf(shownOf(telling().state));
    expect(reasonKey).toBe('privacy-mode');
    const words = Story.pending().reads('pending', { reason: 'brand new words' });
    expect(columnsOf(shownOf(words.state)).reasonKey).toBe('unknown');
    expect(columnsOf(shownOf(words.reads('approved', { reason: 'more of them' }).state)).reasonKey).toBe(
      'unknown',
    );
    expect(columnsOf(shownOf(Story.pending().state)).reasonKey).toBeNull();
  });

  test('are each a filter of lists, where the table says so', () => {
    for (const { name, key, type, filter } of COLUMN_LIST) {
      const wanted = type === 'Bool' ? true : "O'Neil";
      const condition = type === 'Bool' ? `${name} = true` : `${name} = 'O\\'Neil'`;
      const query = queryOf({ [key]: wanted });
      expect([key, query.includes(condition)]).toEqual([key, filter]);
    }
  });
});

describe('the memo', () => {
  test('says what columns do not say: then alone it is written', () => {
    const pending = shownOf(Story.pending().state);
    expect(isTold(pending, undefined)).toBe(true);
    const waiting = shownOf(telling().state);
    expect(isTold(waiting, undefined)).toBe(false);
    expect(isTold(waiting, memoOf(waiting))).toBe(true);
    expect(isTold(shownOf(telling().hears('approved').state), undefined)).toBe(true);
  });

  test('that was written for other columns is not believed', () => {
    const before = memoOf(shownOf(telling().state));
    const after = telling().tell({ type: 'observed', source: 'sweep', clearance: null, begun: 0 });
    const moved = telling();
    moved.now += 1_000;
    moved.reads('pending', { reason: 'no data received' });
    for (const story of [after, moved]) {
      const read = readMemo(columnsOf(shownOf(story.state)), before);
      expect(read).toMatchObject({ reason: null, action: null });
    }
  });

  test.each([[null], ['text'], [{}], [{ about: 7, reason: 'of somebody else' }], [{ catalogueVersion: 7 }]])(
    'of somebody else (%j) is the same as none',
    (memo) => {
      const columns = columnsOf(shownOf(telling().state));
      expect(readMemo(columns, memo)).toEqual(readMemo(columns, undefined));
    },
  );

  test('says which catalogue governs it whatever the columns are, and is written for another one', () => {
    const before = shownOf(telling().state);
    const memo = memoOf(before);
    const approved = shownOf(telling().hears('approved').state);
    expect(readMemo(columnsOf(approved), memo).catalogueVersion).toBe(before.catalogueVersion);
    expect(isTold(approved, memo)).toBe(true);
    expect(isTold({ ...approved, catalogueVersion: 'acme-2' }, memo)).toBe(false);
    // Before its rules are read nothing is known, and that it is known now costs no event.
    expect(isTold(before, { ...memo, catalogueVersion: null })).toBe(true);
  });

  test('says when it began whatever the columns are, at no event of its own', () => {
    const { begunAt, ...rest } = memoOf(shownOf(telling().state));
    const approved = shownOf(telling().hears('approved').state);
    expect(readMemo(columnsOf(approved), { ...rest, begunAt }).begunAt).toBe(telling().view.begunAt);
    expect(isTold(shownOf(telling().state), { ...rest })).toBe(true);
  });

  test('says what is in the way of all vehicles, and nothing of what only this one meets', () => {
    const trouble = { kind: 'away', words: '', next: '', since: 0, until: 0, failed: 'read' } as const;
    const kindOf = (ownSince: number | null): string | null =>
      memoOf(shownOf({ ...telling().state, trouble: { ...trouble, ownSince } })).troubleKind;
    expect([kindOf(null), kindOf(0)]).toEqual(['away', null]);
  });

  test('makes a row with the columns, as the view is', () => {
    const { view, state } = telling();
    const row = listed(telling(), { memo: { [MEMO]: memoOf(shownOf(state)) } });
    const { reason, since, approvedAt, step, owner, action, changedAt, reasonSince, deadlineAt } = view;
    expect(row).toMatchObject({
      reason,
      since,
      approvedAt,
      step,
      owner,
      action,
      changedAt,
      reasonSince,
      deadlineAt,
    });
    expect(row).toMatchObject({ owner: 'driver', reason: 'privacy mode is enabled', inTrouble: false });
  });
});

describe('a row', () => {
  test('of what has ended gives nobody an order, however it did', () => {
    const memo = { [MEMO]: memoOf(shownOf(telling().state)) };
    for (const status of ['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED'])
      expect(listed(telling(), { memo, status })).toMatchObject({
        step: 'ended',
        owner: null,
        action: null,
        needsAttention: false,
        deadlineAt: null,
        reason: 'privacy mode is enabled',
      });
  });

  test('of what was started by hand has what its id says', () => {
    const row = rowOf({
      workflowId: 'activation:high-mobility:default:WBA8E9G50GNT00001',
      typedSearchAttributes: new TypedSearchAttributes(),
      status: { name: 'RUNNING' } as never,
      startTime: new Date(0),
    });
    expect(row).toMatchObject({
      vin: 'WBA8E9G50GNT00001',
      provider: 'high-mobility',
      application: 'default',
      status: 'absent',
      step: 'submitting',
      needsAttention: false,
    });
  });

  test('shows callers of the API what they may see, and nothing else', () => {
    const seen = [...COLUMN_LIST, ...MEMO_LIST].filter(({ seenBy }) => seenBy === 'callers');
    expect(Object.keys(LISTED).sort()).toEqual(seen.map(({ key }) => key).sort());
    const row = { ...listed(telling()), note: 'for operators' };
    expect(Object.keys(listedOf(row)).sort()).toEqual(Object.keys(LISTED).sort());
  });
});
