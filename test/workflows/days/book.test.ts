import type { CallCounts } from '../../../src/domain/call-counts';
import type { DayCounted } from '../../../workflows/contract/days';
import { DayBook, MOST, MOST_TOLD } from '../../../workflows/days/book';

const APP = 'high-mobility:default';
const FLOW = { approved: 0, rejected: 0, ended: 0, took: null };

const count = (day: string, hour: number, pending: number, approved = 0): DayCounted => ({
  day,
  at: `${day}T${String(hour).padStart(2, '0')}:00:00.000Z`,
  applications: {
    [APP]: { stand: { open: { pending }, waiting: {}, old: 0 }, flow: { ...FLOW, approved } },
  },
});
/** What happened on a day, as it is settled after its end. */
const settled = (day: string, approved: number): DayCounted => ({
  day,
  at: '2026-11-28T00:05:00.000Z',
  applications: { [APP]: { flow: { ...FLOW, approved } } },
});
const called = (day: string, process: string, submit: number, brand = 'ford') => ({
  day,
  process,
  calls: { [APP]: { [brand]: { submit } } },
});
const callsOn = (book: DayBook, day: string): CallCounts | undefined =>
  book.days()[day]?.applications[APP]?.calls;

describe('a day', () => {
  test('that is counted twice is one, and what was counted last counts, whatever comes first', () => {
    const book = new DayBook('2026-11');
    book.counted(count('2026-11-27', 9, 12));
    book.counted(count('2026-11-27', 11, 10, 3));
    book.counted(count('2026-11-27', 10, 11));
    expect(book.days()).toEqual({
      '2026-11-27': {
        countedAt: '2026-11-27T11:00:00.000Z',
        applications: {
          [APP]: { stand: { open: { pending: 10 }, waiting: {}, old: 0 }, flow: { ...FLOW, approved: 3 } },
        },
      },
    });
  });

  test('has parkings and defleetings beside it, which its settling keeps, and none where nobody counted them', () => {
    const book = new DayBook('2026-11');
    const beside = {
      parkings: { open: 3, begun: 2, ended: 1 },
      defleetings: { open: 1, begun: 0, ended: 0 },
    };
    book.counted(count('2026-11-26', 23, 10));
    book.counted({ ...count('2026-11-27', 23, 10), beside });
    book.counted(settled('2026-11-27', 5));
    book.called(called('2026-11-27', 'a', 1));
    expect(book.days()['2026-11-27']).toMatchObject({ beside });
    expect(book.days()['2026-11-26']).not.toHaveProperty('beside');
    expect(new DayBook('2026-11', book.carried()).days()).toEqual(book.days());
  });

  test('that 0.2.0 has counted stays as it is where the same count is told again with more', () => {
    const book = new DayBook('2026-11');
    const nothing = { open: 0, begun: 0, ended: 0 };
    book.counted(count('2026-11-27', 23, 10));
    const before = book.days();
    book.counted({ ...count('2026-11-27', 23, 10), beside: { parkings: nothing, defleetings: nothing } });
    expect(book.days()).toEqual(before);
  });

  test.each([{}, { parkings: 1, defleetings: 1 }, null])('is no count with %j beside it', (beside) => {
    const book = new DayBook('2026-11');
    book.counted({ ...count('2026-11-27', 23, 10), beside });
    expect(book.days()).toEqual({});
  });

  test('is settled after its end: how it stood then stays', () => {
    const book = new DayBook('2026-11');
    book.counted(count('2026-11-27', 23, 10, 3));
    book.counted(settled('2026-11-27', 5));
    expect(book.days()['2026-11-27']).toMatchObject({
      countedAt: '2026-11-27T23:00:00.000Z',
      applications: { [APP]: { stand: { open: { pending: 10 } }, flow: { approved: 5 } } },
    });
  });

  test('on which nothing was open is counted, and is no gap', () => {
    const book = new DayBook('2026-11');
    book.counted({ day: '2026-11-27', at: '2026-11-27T09:00:00.000Z', applications: {} });
    expect(book.days()['2026-11-27']).toEqual({ countedAt: '2026-11-27T09:00:00.000Z', applications: {} });
  });

  test('forgets how an application stood that is named no more: it was renamed, or its last vehicle has gone', () => {
    const book = new DayBook('2026-11');
    book.counted(count('2026-11-27', 9, 12, 3));
    book.counted({ day: '2026-11-27', at: '2026-11-27T10:00:00.000Z', applications: {} });
    expect(book.days()['2026-11-27']?.applications[APP]).toEqual({
      stand: { open: {}, waiting: {}, old: 0 },
      flow: { ...FLOW, approved: 3 },
    });
  });

  test('cannot be held up by a time that somebody types', () => {
    const book = new DayBook('2026-11');
    for (const at of ['soon', '2026-11-27', '9999-12-31T00:00:00.000Z'])
      book.counted({ ...count('2026-11-27', 9, 1), at });
    book.counted(count('2026-11-27', 9, 12));
    expect(book.days()['2026-11-27']?.countedAt).toBe('2026-11-27T09:00:00.000Z');
  });

  test('on which nobody counted stays a gap, though calls of it are known', () => {
    const book = new DayBook('2026-11');
    book.counted(settled('2026-11-27', 5));
    expect(book.days()).toEqual({});
    book.called(called('2026-11-27', 'one', 3));
    book.counted(settled('2026-11-27', 5));
    expect(book.days()['2026-11-27']).toEqual({
      countedAt: null,
      applications: { [APP]: { calls: { ford: { submit: 3 } } } },
    });
  });

  test('of another month, and what is no count, changes nothing', () => {
    const book = new DayBook('2026-11');
    book.counted(count('2026-12-01', 9, 12));
    for (const odd of [
      null,
      'x',
      {},
      { ...count('2026-11-27', 9, 1), day: '2026-11-31' },
      { ...count('2026-11-27', 9, 1), applications: { [APP]: { flow: { approved: -1 } } } },
      JSON.parse(`{"day":"2026-11-27","process":"p","calls":{"${APP}":{"__proto__":{"submit":1}}}}`),
    ]) {
      book.counted(odd);
      book.called(odd);
    }
    expect(book.days()).toEqual({});
  });
});

describe('calls of a day', () => {
  test('of a worker whose clock is days ahead do not keep out those of the others', () => {
    const book = new DayBook('2026-11');
    const now = Date.parse('2026-11-27T12:00:00.000Z');
    for (const day of ['2026-11-29', '2026-11-30']) book.called(called(day, 'ahead', 1), now);
    book.called(called('2026-11-26', 'one', 3), now);
    book.called(called('2026-11-27', 'one', 5), now);
    expect(Object.keys(book.days())).toEqual(['2026-11-26', '2026-11-27']);
  });

  test('are the sum of what each worker has told last, told again or not', () => {
    const book = new DayBook('2026-11');
    book.called(called('2026-11-27', 'one', 3));
    book.called(called('2026-11-27', 'two', 10));
    book.called(called('2026-11-27', 'one', 5));
    book.called(called('2026-11-27', 'one', 5));
    book.called(called('2026-11-27', 'one', 4));
    expect(callsOn(book, '2026-11-27')).toEqual({ ford: { submit: 15 } });
  });

  test('are the same in a fresh run, and of more lives of workers than are remembered', () => {
    let book = new DayBook('2026-11');
    for (let life = 0; life < MOST_TOLD + 20; life += 1) book.called(called('2026-11-27', `life-${life}`, 2));
    book = new DayBook('2026-11', JSON.parse(JSON.stringify(book.carried())));
    expect(callsOn(book, '2026-11-27')).toEqual({ ford: { submit: 2 * (MOST_TOLD + 20) } });
    book.called(called('2026-11-27', `life-${MOST_TOLD + 19}`, 3));
    expect(callsOn(book, '2026-11-27')).toEqual({ ford: { submit: 2 * (MOST_TOLD + 20) + 1 } });
    expect(book.carried().told['2026-11-27']).toHaveLength(MOST_TOLD);
  });

  test('stay when the day is over, and nobody tells of it any more', () => {
    const book = new DayBook('2026-11');
    for (const day of ['25', '26', '27', '28']) book.called(called(`2026-11-${day}`, 'one', 2));
    book.called(called('2026-11-25', 'one', 9));
    expect(callsOn(book, '2026-11-25')).toEqual({ ford: { submit: 2 } });
    expect(Object.keys(book.carried().told)).toEqual(['2026-11-27', '2026-11-28']);
  });
});

test('a month of many applications and brands stays small: its oldest days lose what they know of calls, and nothing else', () => {
  const book = new DayBook('2026-11');
  const calls = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [
      `brand-${index}`,
      { submit: 1_000, list: 20_000, withdraw: 10, data: 3_000, eligibility: 50 },
    ]),
  );
  for (let day = 1; day <= 30; day += 1) {
    const name = `2026-11-${String(day).padStart(2, '0')}`;
    const keys = ['high-mobility:a', 'high-mobility:b', 'otonomo:a'];
    const { applications } = count(name, 9, 12);
    book.counted({
      day: name,
      at: `${name}T09:00:00.000Z`,
      applications: Object.fromEntries(keys.map((key) => [key, applications[APP]])),
    });
    book.called({ day: name, process: 'one', calls: Object.fromEntries(keys.map((key) => [key, calls])) });
  }
  const days = book.days();
  expect(JSON.stringify(days).length).toBeLessThanOrEqual(MOST);
  expect(Object.keys(days)).toHaveLength(30);
  for (const { applications } of Object.values(days))
    expect(Object.values(applications).every(({ stand, flow }) => stand && flow)).toBe(true);
  expect(days['2026-11-01']?.applications['otonomo:a']?.calls).not.toEqual(calls);
  expect(days['2026-11-30']?.applications['otonomo:a']?.calls).toEqual(calls);
});
