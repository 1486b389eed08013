import fc from 'fast-check';
import { MAX_RETRY_AFTER, readRetryAfter } from '../../../src/http/retry-after';
import { readErrorReply } from '../../../src/providers/high-mobility/errors';
import { readTimestamp } from '../../../src/providers/shared/timestamp';
import { spent } from '../../support/spent';

const NOW = Date.UTC(2025, 0, 22, 10, 0, 0);
const at = (milliseconds: number) => new Date(milliseconds).toUTCString();

describe('the wait that a provider asks for', () => {
  test.each<[string, Record<string, string | string[]>, string[], number | undefined]>([
    ['seconds', { 'retry-after': '1' }, [], 1_000],
    ['more seconds', { 'retry-after': '120' }, [], 120_000],
    ['a date', { 'retry-after': at(NOW + 90_000) }, [], 90_000],
    ['a date, by the clock of the server', { 'retry-after': at(NOW), date: at(NOW - 30_000) }, [], 30_000],
    ['a date, with an unreadable clock', { 'retry-after': at(NOW + 90_000), date: 'noon' }, [], 90_000],
    ['a past date', { 'retry-after': at(NOW - 1_000) }, [], undefined],
    ['nothing', {}, [], undefined],
    ['zero', { 'retry-after': '0' }, [], undefined],
    ['a negative number', { 'retry-after': '-5' }, [], undefined],
    ['a huge number', { 'retry-after': '1000000000' }, [], MAX_RETRY_AFTER],
    ['a number of 400 digits', { 'retry-after': '9'.repeat(400) }, [], MAX_RETRY_AFTER],
    ['garbage', { 'retry-after': 'soon 5' }, [], undefined],
    ['a number with a unit', { 'retry-after': '1e9' }, [], undefined],
    ['an impossible date', { 'retry-after': 'Wed, 99 Foo 2025 10:00:00 GMT' }, [], undefined],
    ['two headers', { 'retry-after': ['5', '60'] }, [], 60_000],
    ['two values in one header', { 'retry-after': '60, 5' }, [], 60_000],
    ['a number and a date in one header', { 'retry-after': `60, ${at(NOW + 90_000)}` }, [], 90_000],
    ['garbage and a number', { 'retry-after': 'x, 7' }, [], 7_000],
    ['the words of the API', {}, ['retry after 10s'], 10_000],
    ['the words in another form', {}, ['Please Retry After 2 minutes.'], 120_000],
    ['milliseconds in words', {}, ['retry after 1500ms'], 1_500],
    ['words without a unit', {}, ['retry after 10'], 10_000],
    ['words that are longer than the header', { 'retry-after': '5' }, ['retry after 10s'], 10_000],
    ['a header that is longer than the words', { 'retry-after': '50' }, ['retry after 10s'], 50_000],
    ['other words', {}, ['try later'], undefined],
  ])('%s', (_, headers, texts, wait) => {
    expect(readRetryAfter(headers, texts, NOW)).toBe(wait);
  });

  test('is never shorter than what was said, below the cap, however it is said', () => {
    const seconds = fc.integer({ min: 1, max: MAX_RETRY_AFTER / 1_000 });
    const said = fc.oneof(
      seconds.map((value) => ({ value, header: [String(value)], text: [] as string[] })),
      seconds.map((value) => ({ value, header: [at(NOW + value * 1_000)], text: [] })),
      seconds.map((value) => ({ value, header: [], text: [`retry after ${value}s`] })),
    );
    fc.assert(
      fc.property(fc.array(said, { minLength: 1, maxLength: 5 }), (all) => {
        const headers = { 'retry-after': all.flatMap((one) => one.header) };
        const wait = readRetryAfter(
          headers,
          all.flatMap((one) => one.text),
          NOW,
        );
        expect(wait).toBe(Math.max(...all.map((one) => one.value)) * 1_000);
      }),
    );
  });

  test('is nothing or between 1 ms and the cap for any text at all', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (headers, texts) => {
        const wait = readRetryAfter({ 'retry-after': headers }, texts, NOW);
        if (wait !== undefined) expect(wait >= 1 && wait <= MAX_RETRY_AFTER).toBe(true);
      }),
    );
  });

  test.each(['9', ' ', ',', '1,', 'retry after ', 'Mon, '])('is read fast from 100 kB of "%s"', (piece) => {
    const long = piece.repeat(100_000 / piece.length);
    // Each piece read again from every place would be five billion steps.
    expect(spent(() => readRetryAfter({ 'retry-after': long }, [long], NOW))).toBeLessThan(2);
  });
});

describe('a time', () => {
  const expected = Date.UTC(2025, 0, 22, 10, 42, 14);
  test.each([
    ['2025-01-22T10:42:14', expected],
    ['2025-01-22T10:42:14Z', expected],
    ['2025-01-22T10:42:14z', expected],
    ['2025-01-22 10:42:14', expected],
    [' 2025-01-22T10:42:14Z ', expected],
    ['2025-01-22T10:42:14.094533Z', expected + 94],
    ['2025-01-22T10:42:14.0', expected],
    ['2025-01-22T12:42:14+02:00', expected],
    ['2025-01-22T12:42:14.999999+0200', expected + 999],
    ['2025-01-22T05:12:14-05:30', expected],
  ])('%s is read as UTC', (text, milliseconds) => {
    expect(readTimestamp(text)).toBe(milliseconds);
  });

  test.each([
    '',
    'yesterday',
    '2025',
    '2025-01-22',
    '1737542534',
    '2025-13-01T00:00:00',
    '2025-01-22T25:00:00Z',
  ])('"%s" is none', (text) => {
    expect(readTimestamp(text)).toBeNull();
  });

  test('is the same with and without Z', () => {
    const date = fc.date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(date, (value) => {
        expect(readTimestamp(value.toISOString())).toBe(value.getTime());
        expect(readTimestamp(value.toISOString().slice(0, -1))).toBe(value.getTime());
      }),
    );
  });
});

describe('an error reply', () => {
  const one = { title: 'Conflict', detail: 'Clearance is already removed', source: 'vin' };
  test.each([
    ['a list of errors', { errors: [one] }],
    ['a list in the list', { errors: [[one]] }],
    ['a bare list', [one]],
    ['one error alone', one],
    ['one error where a list should be', { errors: one }],
  ])('is read from %s', (_, body) => {
    expect(readErrorReply(JSON.stringify(body))?.problems).toEqual([one]);
  });

  test('is read from the form of OAuth', () => {
    const body = { error: 'invalid_request', error_description: 'client_secret is invalid' };
    expect(readErrorReply(JSON.stringify(body))?.problems).toEqual([
      { title: 'invalid_request', detail: 'client_secret is invalid', source: '' },
    ]);
  });

  test('keeps what is usable of a mixed list', () => {
    const body = { errors: [null, 7, 'plain words', {}, { detail: 'no title' }, { title: 5, detail: [] }] };
    expect(readErrorReply(JSON.stringify(body))?.problems).toEqual([
      { title: 'plain words', detail: '', source: '' },
      { title: '', detail: 'no title', source: '' },
    ]);
  });

  test.each(['', '  ', '{}', '[]', '{"errors":[]}'])('without words has no problems: "%s"', (body) => {
    expect(readErrorReply(body)).toEqual({ problems: [], requestId: undefined });
  });

  test.each(['<html>', '{"message":"no route"}', '"text"', '7', 'null', '{', null])('%s is none', (body) => {
    expect(readErrorReply(body)).toBeNull();
  });

  test('of any depth or length is read within limits', () => {
    const deep = `{"errors":${'['.repeat(500_000)}${']'.repeat(500_000)}}`;
    expect(readErrorReply(deep)?.problems).toEqual([]);
    const long = JSON.stringify({ errors: Array.from({ length: 10_000 }, () => one) });
    expect(readErrorReply(long)?.problems.length).toBeLessThanOrEqual(20);
  });
});
