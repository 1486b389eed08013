import { readConfig } from '../../../src/config/config';
import { USUAL_SHARE } from '../../../src/config/token-share';
import { Shares } from '../../../src/gateway/api/shares';
import { makeToken } from '../../../src/gateway/api/tokens';

const AMPLE = { waits: 10, batches: 10, starts: 1_000, checks: 1_000, calls: 60_000 };

test('a token counts as there for others while it has a turn and a moment longer, not when its calls are refused', async () => {
  let now = 0;
  const shares = new Shares(AMPLE, () => now);
  const useOf = (name: string) =>
    shares.of(makeToken({ name, role: 'read', fleets: '*', expiresAt: null }, 0).token);
  const other = useOf('other');
  /** How many of a new token go on at the same time. */
  const atOnce = async (name: string): Promise<number> => {
    const mine = useOf(name);
    let begun = 0;
    let finish = (): void => undefined;
    const end = new Promise<void>((resolve) => (finish = resolve));
    const all = Array.from({ length: 6 }, () =>
      mine.lookInTurn(() => {
        begun += 1;
        return end;
      }),
    );
    await new Promise(setImmediate);
    const count = begun;
    finish();
    await Promise.all(all);
    return count;
  };
  other.takeCall()();
  expect(await atOnce('first')).toBe(4);
  now += 5_000;
  await other.lookInTurn(async () => undefined);
  expect(await atOnce('second')).toBe(2);
  now += 5_000;
  expect(await atOnce('third')).toBe(4);
});

test('calls and starts of a token come back with the time, and never more than there were', () => {
  let now = 0;
  const token = makeToken({ name: 'x', role: 'read', fleets: '*', expiresAt: null }, 0).token;
  const use = new Shares({ waits: 1, batches: 1, starts: 60, checks: 1_000, calls: 600 }, () => now).of(
    token,
  );
  const taken = (take: () => unknown): number => {
    for (let count = 0; ; count += 1) {
      try {
        take();
      } catch {
        return count;
      }
    }
  };
  const call = () => use.takeCall()();
  expect([taken(call), taken(() => use.takeStart())]).toEqual([30, 60]);
  now += 1_000;
  expect([taken(call), taken(() => use.takeStart())]).toEqual([10, 1]);
  now += 3_600_000;
  expect([taken(call), taken(() => use.takeStart())]).toEqual([30, 60]);
});

describe('VIN_TOKEN_SHARE', () => {
  const read = (VIN_TOKEN_SHARE?: string) =>
    readConfig({ VIN_TOKEN_SHARE }, ['VIN_TOKEN_SHARE']).VIN_TOKEN_SHARE;

  test('keeps the usual share where nothing is said', () => {
    expect(read()).toEqual(USUAL_SHARE);
    expect(read(' waits = 5, calls=600 ')).toEqual({ ...USUAL_SHARE, waits: 5, calls: 600 });
  });

  test.each([
    'waits',
    'waits=0',
    'waits=-1',
    'waits=1.5',
    'wait=1',
    'waits=1,waits=2',
    'calls=12345678',
    '=1',
  ])('refuses %s', (text) => {
    expect(() => read(text)).toThrow('VIN_TOKEN_SHARE is not usable');
  });
});
