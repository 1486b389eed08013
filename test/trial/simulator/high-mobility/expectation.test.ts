import { VinError } from '../../../../src/base/errors';
import { lifeFor } from '../../../../src/trial/simulator/high-mobility/expectation';
import { parseExpectation } from '../../../../src/trial/simulator/shared/expectation';

const DAY = 86_400_000;

describe('an expectation', () => {
  test.each([
    ['approved', { end: 'approved', after: null, reason: null }],
    [' Approved ', { end: 'approved', after: null, reason: null }],
    ['approved after 90s', { end: 'approved', after: 90_000, reason: null }],
    [
      'approved after 6d: consent assignment missing',
      { end: 'approved', after: 6 * DAY, reason: 'consent assignment missing' },
    ],
    [
      'rejected  after  15d :  privacy mode is enabled',
      { end: 'rejected', after: 15 * DAY, reason: 'privacy mode is enabled' },
    ],
    [
      'rejected: invalid OEM state: VIN revoke in progress',
      { end: 'rejected', after: null, reason: 'invalid OEM state: VIN revoke in progress' },
    ],
    ['pending: no data received', { end: 'pending', after: null, reason: 'no data received' }],
    ['revoked after 1d', { end: 'revoked', after: DAY, reason: null }],
    ['canceled', { end: 'canceled', after: null, reason: null }],
    ['invalid', { end: 'invalid', after: null, reason: null }],
    ['duplicate', { end: 'duplicate', after: null, reason: null }],
  ])('%j is read', (text, expectation) => {
    expect(parseExpectation(text)).toEqual(expectation);
  });

  test.each([
    ['', 'must begin with one of approved, rejected'],
    ['aproved', 'must begin with one of'],
    ['approved in 6d', 'must begin with one of'],
    ['approved after', 'must begin with one of'],
    ['approved after 6', '"6" is not a duration'],
    ['approved after 6 days', 'must begin with one of'],
    ['approved:', 'must begin with one of'],
    ['pending after 2d', '"pending" takes no duration'],
    ['canceled after 2d', '"canceled" takes no duration'],
    ['invalid: VIN', '"invalid" takes no reason'],
  ])('%j is refused, and the error says why and how to write it', (text, problem) => {
    const read = () => parseExpectation(text);
    expect(read).toThrow(problem);
    expect(read).toThrow(VinError);
    expect(read).toThrow(
      expect.objectContaining({
        code: 'EXPECTATION_INVALID',
        next: expect.stringContaining('approved after 6d'),
      }),
    );
  });
});

describe('the life that fulfils it', () => {
  test.each([
    ['approved after 6d: consent assignment missing', ['pending 0 consent assignment missing', 'approved 6']],
    ['approved', ['pending 0', 'approved 2']],
    ['revoked after 1d', ['pending 0', 'approved 1']],
    [
      'rejected after 15d: privacy mode is enabled',
      ['pending 0 privacy mode is enabled', 'rejected 15 privacy mode is enabled'],
    ],
    ['rejected after 1d: ineligible VIN', ['pending 0', 'rejected 1 ineligible VIN']],
    ['rejected after 1d', ['pending 0', 'rejected 1 unspecified']],
    ['pending: no data received', ['pending 0 no data received']],
    ['canceled', ['pending 0']],
  ])('%s', (text, steps) => {
    const life = lifeFor(parseExpectation(text));
    expect(
      life?.map(({ status, after, reason }) =>
        [status, after / DAY, reason].filter((x) => x != null).join(' '),
      ),
    ).toEqual(steps);
  });

  test.each(['invalid', 'duplicate'])('%s has none, because the row never reaches the provider', (text) => {
    expect(lifeFor(parseExpectation(text))).toBeNull();
  });
});
