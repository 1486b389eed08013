import { loadCatalogue } from '../../src/catalogue/catalogue';
import { rulesFor } from '../../src/domain/rules';
import { APP } from '../../test/support/application';
import { begin } from '../../workflows/lifecycle/begin';
import type { LifecycleEvent } from '../../workflows/lifecycle/events';
import { decide } from '../../workflows/lifecycle/lifecycle';
import type { ActivationState, Observation } from '../../workflows/lifecycle/state';
import type { Case, Run } from '../figure';
import { median, rounded } from '../pairs';

const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** With and without a cancel of their own, and with reasons of their own. */
const BRANDS = {
  bmw: ['VIN is assigned to a different OEM fleet', 'invalid client configuration'],
  'mercedes-benz': ['VIN activation timeout', 'something new'],
  volkswagen: ['privacy mode is enabled', 'no data received'],
  ford: ['consent assignment missing', 'not added to ford portal'],
} as const;

export const decisions: Case = {
  name: 'decisions',
  title: 'Decisions of the pure lifecycle on one core',
  how:
    'Ten-day lives of four brands (a submission, 40 looks, two reasons with their escalations, an approval, first data, ' +
    'leaving, the end) are decided event by event by `decide`, and nothing else, in one thread. Median of the rounds.',
  async measure({ quick, pairs, say }: Run) {
    const lives = Object.entries(BRANDS).map(([brand, reasons]) => lifeOf(brand, reasons));
    const rates: number[] = [];
    live(lives, 500);
    for (let round = 0; round < pairs + 2; round++) {
      rates.push(live(lives, quick ? 500 : 2_000));
      say(`${rounded(rates.at(-1) as number)} decisions a second`);
    }
    return [
      {
        id: 'decisions',
        what: 'decisions a second, one core',
        ours: rounded(median(rates)),
        baseline: '-',
        value: median(rates),
        line: { atLeast: 200_000 },
        better: 'more' as const,
        spread: [Math.min(...rates), Math.max(...rates)] as const,
      },
    ];
  },
};

interface Life {
  readonly begun: ActivationState;
  readonly events: readonly LifecycleEvent[];
}

/** Decides each life this many times. @returns decisions a second. */
function live(lives: readonly Life[], times: number): number {
  let count = 0;
  const begun = performance.now();
  for (let time = 0; time < times; time++) {
    for (const life of lives) {
      let state = life.begun;
      for (const event of life.events) state = decide(state, event).state;
      count += life.events.length;
      if (!state.ended || state.clearance.status !== 'revoked')
        throw new Error(
          `a life of ${life.begun.vehicle.brand} did not end as told: ${state.clearance.status}`,
        );
    }
  }
  return (count * 1_000) / (performance.now() - begun);
}

function lifeOf(brand: string, [first, second]: readonly [string, string]): Life {
  const rules = rulesFor(loadCatalogue(), brand, { speed: 1 });
  const own = { ...APP, vin: 'WBA8E9G50GNT00001', brand, tags: { 'vw-group-customer-name': 'Fleet Ltd' } };
  const events: LifecycleEvent[] = [
    { type: 'started', at: START, rules },
    { type: 'submitted', at: START, result: { outcome: 'accepted', status: 'pending', earlierChange: null } },
  ];
  for (let look = 1; look <= 40; look++) {
    const at = START + look * 6 * HOUR;
    const reason = look < 10 ? null : look < 25 ? first : second;
    events.push({ type: 'deadline-reached', at }, reading(at + 1, 'pending', reason));
  }
  const approved = START + 10 * DAY + HOUR;
  events.push(
    claim(approved, 'approved'),
    { type: 'data-checked', at: approved + 1, answer: 'flowing' },
    { type: 'defleet-asked', at: approved + HOUR, via: 'defleet', by: 'ops', reason: 'sold' },
    { type: 'withdrawn', at: approved + HOUR + 1, answer: { outcome: 'accepted', status: 'revoking' } },
    claim(approved + 2 * HOUR, 'revoked'),
    reading(approved + 3 * HOUR, 'revoked', null),
  );
  return { begun: begin(own, START), events };
}

function reading(at: number, status: Observation['status'], reason: string | null): LifecycleEvent {
  return {
    type: 'observed',
    source: 'poll',
    at,
    clearance: { status, reason, changedAt: at, createdAt: START },
  };
}

function claim(at: number, status: Observation['status']): LifecycleEvent {
  return { type: 'claimed', at, status, reason: null, deliveryId: `delivery-${at}`, providerTime: null };
}
