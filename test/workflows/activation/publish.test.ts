import { TypedSearchAttributes } from '@temporalio/common';
import * as workflow from '@temporalio/workflow';
import { publish } from '../../../workflows/activation/publish';
import { columnsOf } from '../../../workflows/contract/columns';
import { MEMO, memoOf } from '../../../workflows/contract/memo';
import { updatesOf } from '../../../workflows/contract/search-attributes';
import type { ActivationState } from '../../../workflows/lifecycle/state';
import { shownOf } from '../../../workflows/lifecycle/view';
import { Story } from '../lifecycle/story';

jest.mock('@temporalio/workflow', () => ({
  ...jest.requireActual('@temporalio/workflow'),
  setCurrentDetails: jest.fn(),
  upsertMemo: jest.fn(),
  upsertSearchAttributes: jest.fn(),
  workflowInfo: jest.fn(),
}));
const { upsertMemo, upsertSearchAttributes, workflowInfo } = jest.mocked(workflow);

/** Names of the columns that were told, and whether the memo was, at a server that knows this. */
function told(state: ActivationState, known: ActivationState | null, always = false): [string[], boolean] {
  jest.clearAllMocks();
  const pairs = known ? updatesOf(columnsOf(shownOf(known))).filter(({ value }) => value !== null) : [];
  workflowInfo.mockReturnValue({
    typedSearchAttributes: new TypedSearchAttributes(pairs as never),
    memo: known ? { [MEMO]: memoOf(shownOf(known)) } : undefined,
  } as never);
  publish(state, always);
  expect(upsertSearchAttributes.mock.calls.length).toBeLessThanOrEqual(1);
  expect(upsertMemo.mock.calls.length).toBeLessThanOrEqual(1);
  const [pairsTold = []] = upsertSearchAttributes.mock.calls[0] ?? [];
  return [
    (pairsTold as { key: { name: string } }[]).map(({ key }) => key.name),
    upsertMemo.mock.calls.length > 0,
  ];
}

const pending = Story.pending().state;
const waiting = (() => {
  const story = Story.pending();
  story.now += 1_000;
  return story.reads('pending', { reason: 'no data received' }).state;
})();

test('nothing is told where nothing has changed, and the memo alone where a command is needed', () => {
  expect(told(pending, pending)).toEqual([[], false]);
  expect(told(pending, pending, true)).toEqual([[], true]);
});

test('a look that says the same costs no event', () => {
  const story = Story.pending();
  story.now += 60_000;
  expect(told(story.reads('pending').state, pending)).toEqual([[], false]);
});

test('the time of a change alone is not told: a list has nothing new', () => {
  const started = Story.begun().state;
  expect(told({ ...started, listedAt: started.listedAt + 7 }, started)).toEqual([[], false]);
});

test('a new reason is told with its words, the columns that have changed and no others', () => {
  const [columns, memo] = told(waiting, pending);
  expect(columns.sort()).toEqual([
    'ActionOwner',
    'ChangedAt',
    'ClearanceReason',
    'NeedsAttention',
    'ReasonSince',
  ]);
  expect(memo).toBe(true);
});

test('one command is enough where columns have changed and a command is needed', () => {
  expect(told(Story.pending().state, Story.begun().state, true)).toEqual([['ClearanceStatus'], false]);
});

test('what was started by hand is told whole', () => {
  const [columns] = told(pending, null);
  expect(columns).toEqual(
    expect.arrayContaining(['VIN', 'Provider', 'Application', 'ClearanceStatus', 'ChangedAt']),
  );
});
