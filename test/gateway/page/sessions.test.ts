import { Sessions, sessionIdIn } from '../../../src/gateway/page/sessions';

const HOUR = 3_600_000;

describe('sessions', () => {
  let now = 0;
  const begin = () => new Sessions(() => now);
  beforeEach(() => {
    now = 0;
  });

  test('end after twelve hours', () => {
    const sessions = begin();
    const id = sessions.begin('token', 'Jane');
    now = 12 * HOUR - 1;
    expect(sessions.find(id)?.who).toBe('Jane');
    now = 12 * HOUR;
    expect(sessions.find(id)).toBeNull();
  });

  test('of one token are at most twenty: the oldest ends, and none of another token', () => {
    const sessions = begin();
    const other = sessions.begin('another', 'Eve');
    const ids = Array.from({ length: 21 }, () => sessions.begin('token', 'Jane'));
    expect(ids.map((id) => sessions.find(id) !== null)).toEqual([false, ...Array(20).fill(true)]);
    expect(sessions.find(other)).not.toBeNull();
  });

  test('of all tokens are at most two thousand', () => {
    const sessions = begin();
    const ids = Array.from({ length: 2_001 }, (_, at) => sessions.begin(`token ${at}`, 'Jane'));
    expect(ids.filter((id) => sessions.find(id) === null)).toEqual([ids[0]]);
  });

  test('of a one-time link can begin once, and within an hour', () => {
    const sessions = begin();
    const code = sessions.linkFor('token');
    expect([sessions.useLink(code), sessions.useLink(code)]).toEqual(['token', null]);
    const late = sessions.linkFor('token');
    now = HOUR;
    expect(sessions.useLink(late)).toBeNull();
  });

  test('are known by one cookie: two of the name are none', () => {
    expect(sessionIdIn('a=b; vin-session=x')).toBe('x');
    expect(sessionIdIn('vin-session=x; vin-session=y')).toBe('');
    expect(sessionIdIn(undefined)).toBe('');
  });
});
