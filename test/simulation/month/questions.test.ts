import { changesFor } from '../../../src/cli/changes';
import { reportFor } from '../../../src/cli/report';
import { todoFor } from '../../../src/cli/todo';
import { timesOf } from '../../../src/snapshot/report';
import { sinceOf, topicOf } from '../../../src/snapshot/topics';
import { DAY, HOUR } from '../clock';
import { liveMonth, START } from './month';
import { EDGE, fateOf, KNOWN, type Moment, momentOf, rowsAt, snapshotAt, type Truth } from './questions';

/** More by command: npm run month -- --vehicles 1000 --seeds 3 */
const VEHICLES = Number(process.env['MONTH_VEHICLES'] ?? 80);
const SEEDS = Number(process.env['MONTH_SEEDS'] ?? 1);
const FROM = Number(process.env['MONTH_FROM'] ?? 1);

/** Days on which people ask, in the evening: the second and the fourth are days of trouble. */
const ASKED = { early: 3, away: 5, quiet: 10, refused: 12, late: 20, last: 29 } as const;

const counted = (keys: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
};
const isKnown = ({ turn }: Truth): boolean => turn !== undefined;

describe.each(Array.from({ length: SEEDS }, (_, index) => FROM + index))('the month of seed %d', (seed) => {
  const moments = new Map<number, Moment>();
  const on = (day: keyof typeof ASKED): Moment => {
    const moment = moments.get(ASKED[day]);
    if (!moment) throw new Error(`nothing is known of day ${ASKED[day]}`);
    return moment;
  };

  beforeAll(async () => {
    await liveMonth({
      seed,
      vehicles: VEHICLES,
      fate: fateOf(seed),
      onDay: (day, at, vehicles, provider) => {
        if (Object.values<number>(ASKED).includes(day)) moments.set(day, momentOf(vehicles, provider, at));
      },
    });
  }, 600_000);

  const DAYS = Object.keys(ASKED) as (keyof typeof ASKED)[];

  test.each(DAYS)('vin todo says what is stuck and whose turn it is (%s)', async (day) => {
    const { truths } = on(day);
    const { groups, owners } = todoFor(await snapshotAt(on(day)));
    const turns = truths.flatMap(({ turn }) => turn ?? []);
    const said = groups.flatMap(({ topic, owner, count }) =>
      Array.from({ length: count }, () => `${topic}: ${owner}`),
    );
    expect(counted(said)).toEqual(counted(turns.map(({ topic, owner }) => `${topic}: ${owner}`)));
    const own = turns.filter(({ topic }) => topic !== 'provider-away' && topic !== 'application-refused');
    expect(Object.fromEntries(owners.map(({ owner, count }) => [owner, count]))).toEqual(
      counted(own.map(({ owner }) => owner)),
    );
  });

  test('vin list says since when it is so, and what is to be done', async () => {
    const { truths } = on('late');
    const { activations } = await snapshotAt(on('late'));
    const rows = new Map(activations.map((row) => [row.vin, row]));
    const waiting = truths.filter(
      ({ turn }) => turn?.topic === 'privacy-mode' || turn?.topic === 'consent-missing',
    );
    expect(waiting.length).toBeGreaterThan(3);
    for (const { fate, turn } of waiting) {
      const row = rows.get(fate.vin);
      if (!row || !turn) throw new Error(`${fate.vin} is not listed`);
      expect(topicOf(row)).toBe(turn.topic);
      expect(Math.abs(Date.parse(sinceOf(row)) - turn.since)).toBeLessThan(KNOWN);
      expect(row.action).toMatch(turn.topic === 'privacy-mode' ? /privacy mode off/ : /consent/i);
    }
  });

  test.each(['late', 'last'] as const)(
    'vin todo says who runs out within 48 hours, and for whom it is too late (%s)',
    async (day) => {
      const moment = on(day);
      const { soon, overdue } = todoFor(await snapshotAt(moment));
      const deadlines = moment.truths.filter(isKnown).flatMap(({ deadline }) => deadline ?? []);
      // None is at the very edge.
      const left = deadlines.map((deadline) => deadline - moment.at);
      const truth = {
        soon: left.filter((rest) => rest >= 0 && rest < 48 * HOUR).length,
        overdue: left.filter((rest) => rest < 0).length,
      };
      expect({ soon, overdue }).toEqual(truth);
      expect(truth.soon + truth.overdue).toBeGreaterThan(0);
    },
  );

  test('vin report says how long it took by brand', async () => {
    const moment = on('last');
    const { brands } = reportFor(await snapshotAt(moment));
    const alive = moment.truths.filter((truth) => isKnown(truth) && truth.isAlive);
    for (const { brand, times } of brands) {
      const took = alive
        .filter(({ fate }) => fate.brand === brand)
        .flatMap(({ fate, changes }) => {
          const at = changes.find(({ status }) => status === 'approved')?.at;
          return at === undefined ? [] : [at - fate.joinsAt];
        });
      const truth = timesOf(took);
      expect([brand, times?.count]).toEqual([brand, truth?.count]);
      for (const share of ['p50', 'p85', 'p90'] as const)
        expect(Math.abs((times?.[share] ?? 0) - (truth?.[share] ?? 0))).toBeLessThan(KNOWN);
    }
    expect(brands.map(({ times }) => times?.count ?? 0).reduce((sum, count) => sum + count)).toBeGreaterThan(
      VEHICLES / 4,
    );
  });

  test('vin changes says what has changed since a day', async () => {
    const moment = on('late');
    const since = START + 15 * DAY;
    const { changes } = changesFor(await rowsAt(moment), since);
    const happened = (truth: Truth): string[] => {
      const { fate, changes: all } = truth;
      const isSince = (at: number | undefined): boolean => at !== undefined && at >= since && at <= moment.at;
      const approvedAt = all.find(({ status }) => status === 'approved')?.at;
      const last = all.at(-1);
      const isLeft = fate.leavesAt !== null && last?.status === 'revoked';
      return [
        ...(isSince(fate.joinsAt) ? ['begun'] : []),
        ...(isSince(approvedAt) ? ['approved'] : []),
        ...(last?.status === 'rejected' && isSince(last.at) ? ['rejected'] : []),
        ...(!isLeft && last && isLostIn(last) && isSince(last.at) ? ['lost'] : []),
        ...(isLeft && isSince(last.at) ? ['left'] : []),
      ];
    };
    const isAtEdge = ({ changes: all, fate }: Truth): boolean =>
      [fate.joinsAt, ...all.map(({ at }) => at)].some((at) => Math.abs(at - since) < EDGE);
    const sure = moment.truths.filter((truth) => isKnown(truth) && !isAtEdge(truth));
    const said = new Map(changes.map(({ vin, what }) => [vin, what.filter((one) => one !== 'stuck')]));
    expect(sure.map(({ fate }) => [fate.vin, fate.kind, said.get(fate.vin) ?? []])).toEqual(
      sure.map((truth) => [truth.fate.vin, truth.fate.kind, happened(truth)]),
    );
    expect(sure.flatMap(happened).length).toBeGreaterThan(5);
  });

  test.each([
    ['away', 'provider-away', /^.*High Mobility is down since .*, \d+ waits?/],
    ['refused', 'application-refused', /^.*High Mobility refuses the application since /],
  ] as const)(
    'vin todo says that the provider is in trouble, since when and how many wait (%s)',
    async (day, kind, words) => {
      const moment = on(day);
      const { troubles, sentence } = todoFor(await snapshotAt(moment));
      const waiting = moment.truths.filter(({ turn }) => turn?.topic === kind).length;
      // Nobody has to wait at every seed.
      if (waiting === 0) return expect(troubles).toEqual([]);
      expect(troubles).toMatchObject([{ kind, waiting }]);
      const since = Date.parse(troubles[0]?.since ?? '');
      expect(since).toBeGreaterThanOrEqual(moment.spell?.from ?? 0);
      expect(since).toBeLessThanOrEqual(moment.at);
      expect(sentence).toMatch(words);
    },
  );

  test('vin todo names no trouble on a day without one', async () => {
    expect(on('quiet').spell).toBeUndefined();
    expect(todoFor(await snapshotAt(on('quiet'))).troubles).toEqual([]);
  });
});

function isLostIn({ status, data }: Truth['changes'][number]): boolean {
  return status === 'revoked' || (status === 'approved' && data === 'lost');
}
