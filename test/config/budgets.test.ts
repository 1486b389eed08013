import type { VinError } from '../../src/base/errors';
import { allowed, budgetsFor } from '../../src/config/budgets';
import { readConfig } from '../../src/config/config';
import type { Budgets } from '../../src/domain/endpoint';
import { highMobility } from '../../src/providers/high-mobility/profile';
import { APP } from '../support/application';

const DEFAULTS = highMobility.budgets;

const read = (VIN_BUDGETS?: string) => readConfig({ VIN_BUDGETS }, ['VIN_BUDGETS']).VIN_BUDGETS;

test.each([
  [undefined, {}],
  ['', {}],
  ['submit=30', { submit: 30 }],
  ['submit=30,list=20', { submit: 30, list: 20 }],
  [' list = 0.5 , withdraw=120, ', { list: 0.5, withdraw: 120 }],
])('VIN_BUDGETS %j names calls a minute; what it does not name keeps its default', (text, named) => {
  expect(budgetsFor(read(text), APP, DEFAULTS)).toEqual({ ...DEFAULTS, ...named });
});

describe('VIN_BUDGETS for several applications', () => {
  const SLOW: Budgets = { withdraw: 10, submit: 10, list: 2, enable: 10 };
  const of = (text: string, key: string, usual: Budgets = DEFAULTS) => {
    const [provider = '', application = ''] = key.split(':');
    return budgetsFor(read(text), { provider, application }, usual);
  };

  test('is for each of them by itself, and what is said of the nearest counts', () => {
    const text = 'list=30, high-mobility/list=20, high-mobility:acme/list=10';
    expect(of(text, 'other:default', SLOW).list).toBe(30);
    expect(of(text, 'high-mobility:default').list).toBe(20);
    expect(of(text, 'high-mobility:acme').list).toBe(10);
    expect(of(text, 'high-mobility:acme').submit).toBe(60);
  });

  test('leaves alone an endpoint that a provider does not have', () => {
    expect(of('data=5', 'other:default', SLOW)).toEqual(SLOW);
  });

  test('is refused where it names such an endpoint of just that provider', () => {
    expect(() => of('other/data=5', 'other:default', SLOW)).toThrow(/names data of other:default/);
  });

  test.each(['Other/list=1', 'a:b:c/list=1', '/list=1', 'a/list=1,a/list=2'])('"%s" is refused', (text) => {
    expect(() => read(text)).toThrow(/with calls a minute/);
  });
});

test.each([
  'submit',
  'submit=',
  'submit=0',
  'submit=-1',
  'submit=many',
  'submit=Infinity',
  'submit=1e9',
  'submit=30=20',
  'submit=30;list=20',
  'read=60',
  'Submit=30',
  'toString=1',
  'submit=30,submit=20',
])('VIN_BUDGETS "%s" is refused, with the part that is wrong and an example', (text) => {
  const problem = (): string => {
    try {
      read(`list=10,${text}`);
    } catch (error) {
      expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
      return (error as VinError).message;
    }
    return '';
  };
  expect(problem()).toContain(`"${text.split(',').at(-1)}"`);
  expect(problem()).toContain(
    'withdraw, submit, enable, list, data, eligibility with calls a minute, such as submit=30',
  );
});

/**
 * What a server lets through in so many seconds after an idle time: its rate, and for each partition a
 * second's worth of its share at once, at least one (Temporal's source: service/matching, rate limit manager).
 */
function most(perMinute: number, seconds: number, partitions: number): number {
  const share = perMinute / 60 / partitions;
  return (perMinute / 60) * seconds + partitions * Math.max(1, Math.ceil(share));
}

test.each([8, 10, 30, 60, 120, 600, 6_000])(
  'a budget of %s a minute holds in every minute, on a server with one partition and with four',
  (budget) => {
    const { list } = allowed({ ...DEFAULTS, list: budget }, 1);
    // Two seconds of delay on the way to the provider press what was let through in 62 into 60.
    for (const partitions of [1, 4]) expect(most(list, 62, partitions)).toBeLessThanOrEqual(budget);
    expect(list).toBeGreaterThanOrEqual(budget * 0.45);
  },
);

test.each([4, 5, 6, 7])('a smaller one, of %s, holds on a server with one partition', (budget) => {
  expect(most(allowed({ ...DEFAULTS, list: budget }, 1).list, 62, 1)).toBeLessThanOrEqual(budget);
});

test('the minutes of a trial pass faster', () => {
  const { submit } = allowed(DEFAULTS, 1);
  expect(allowed(DEFAULTS, 100).submit).toBeCloseTo(100 * submit);
});
