import { VinError } from '../../src/base/errors';
import { asText } from '../../src/cli/doctor';
import { exitOf, failed, good, looked, note, problem, unknown } from '../../src/doctor/finding';

const place = { check: 'token', of: null };

describe('what a doctor has found', () => {
  test('what a look throws is a problem, in its own words, with its remedy and its code', async () => {
    const error = new VinError('PROVIDER_CREDENTIALS', 'The secret is wrong.', 'Correct it.');
    expect(await looked('token', 'toy:default', () => Promise.reject(error))).toEqual({
      check: 'token',
      of: 'toy:default',
      state: 'problem',
      says: 'The secret is wrong.',
      fix: 'Correct it.',
      code: 'PROVIDER_CREDENTIALS',
    });
  });

  test.each([
    ['nothing wrong', [good('a', 'x'), note('b', 'x', 'y'), unknown('c', 'x', null)], 0],
    ['a problem without a code', [problem('a', 'x', 'y')], 1],
    ['credentials', [failed(place, new VinError('PROVIDER_CREDENTIALS', 'x', 'y'))], 4],
    ['Temporal away', [failed(place, new VinError('TEMPORAL_UNREACHABLE', 'x', 'y'))], 6],
    [
      'the first of several',
      [failed(place, new VinError('PROVIDER_TIMEOUT', 'x', 'y')), problem('a', 'x', 'y')],
      6,
    ],
  ])('the exit code is that of the first problem: %s', (_, findings, code) => {
    expect(exitOf(findings)).toBe(code);
  });

  test('each has a line, and a problem has what to do below it', () => {
    const findings = [
      good('temporal', 'A Temporal server answers at 127.0.0.1:7233.'),
      problem('token', 'The secret is wrong.', 'Correct it.', 'high-mobility:default'),
      note('api', 'The HTTP API is off.', null),
    ];
    expect(asText(findings)).toBe(`✓ temporal     A Temporal server answers at 127.0.0.1:7233.
✗ token        high-mobility:default: The secret is wrong.
               → Correct it.
· api          The HTTP API is off.

1 problem.`);
    expect(asText([findings[0] as never])).toMatch(/Nothing is wrong\.$/);
  });
});
