import { DAY, MINUTE } from '../clock';
import { realSeconds } from '../virtual-time';
import { liveMonth, type Month, START, spellsOf } from './month';
import { toldOfSpell } from './truth';
import type { Fate } from './vehicles';

/** More by command: npm run month -- --vehicles 1000 --seeds 3 */
const VEHICLES = Number(process.env['MONTH_VEHICLES'] ?? 40);
const SEEDS = Number(process.env['MONTH_SEEDS'] ?? 3);
const FROM = Number(process.env['MONTH_FROM'] ?? 1);

/** Looks of a spell: one every 15 minutes at each of five endpoints, each a call or two, and what came before it was known. */
const mostCalls = ({ from, to }: { from: number; to: number }): number =>
  ((to - from) / (15 * MINUTE)) * 8 + 150;

const callsIn = ({ provider }: Month, { from, to }: { from: number; to: number }): number =>
  provider.calls.filter(({ at }) => at >= from && at < to).length;

describe.each(Array.from({ length: SEEDS }, (_, index) => FROM + index))('the month of seed %d', (seed) => {
  let month: Month;
  beforeAll(async () => {
    const begun = realSeconds();
    month = await liveMonth({ seed, vehicles: VEHICLES });
    const seconds = Math.round(realSeconds() - begun);
    if (VEHICLES > 100)
      process.stderr.write(`${VEHICLES} vehicles, ${month.provider.calls.length} calls, ${seconds} s\n`);
  }, 600_000);

  it('parks no vehicle for a call, tells everybody who has to act, and lists day by day whose turn it is', () => {
    expect(month.complaints).toEqual([]);
  });

  it('tells operations of the outage and of the refusal once, and that each is over once', () => {
    expect(spellsOf(seed).map((spell) => toldOfSpell(month.notices, spell))).toEqual([
      ['trouble', 'trouble-over'],
      ['trouble', 'trouble-over'],
    ]);
  });

  it('makes few calls while the provider is in trouble, whatever the number of vehicles', () => {
    for (const spell of month.spells) expect(callsIn(month, spell)).toBeLessThan(mostCalls(spell));
  });

  it('brings every vehicle where it belongs', () => {
    const isYoung = ({ changes, leavesAt }: Fate): boolean =>
      Math.max(leavesAt ?? 0, ...changes.map(({ at }) => at)) > START + 24 * DAY;
    const where = month.vehicles
      .filter(({ fate }) => !isYoung(fate))
      .map(({ fate: { vin, kind }, workflow }) => {
        const end = workflow?.closed ? ', ended' : '';
        return `${kind}: ${month.provider.statusOf(vin)}${end}`;
      });
    expect(where.length).toBeGreaterThan(VEHICLES / 2);
    expect([...new Set(where)].filter((one) => !ENDS.includes(one))).toEqual([]);
  });
});

const ENDS = [
  'smooth: approved',
  'asked before: approved',
  'privacy: approved',
  'consent: approved',
  'refused: rejected, ended',
  'drift: revoked',
  'data lost: approved',
  'leaves: revoked, ended',
];
