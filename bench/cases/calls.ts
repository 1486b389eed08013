import type { Case, Figure, Line, Run } from '../figure';
import { fleetOf } from '../fleet';
import { rounded } from '../pairs';
import { isOfVehicles, type Played, playHighMobility, playOtonomo } from '../played';
import { liveTenDays, type TenDays } from '../ten-days';

const FLEET = 10_000;
const DAYS = 10;
/** One read of each vehicle an hour: what a fleet does that polls. */
const HOURLY = DAYS * 24;

/** At whom the ten days are lived. */
interface Lived {
  readonly play: () => Promise<Played>;
  /** The name of the case, and how the ids of its figures begin. */
  readonly name: string;
  readonly title: string;
  /** What is not as everywhere. */
  readonly differs: string;
  /** The most calls for each VIN, with webhooks (null: it sends none) and without. */
  readonly lines: { readonly webhooks: number | null; readonly none: number };
  /** Whether it is asked for data, and tells when something changed. */
  readonly tells: boolean;
}

export const calls = callsOf({
  play: playHighMobility,
  name: 'calls',
  title: 'Provider calls of ten days',
  differs: '',
  lines: { webhooks: 0.15, none: 0.25 },
  tells: true,
});

export const otonomoCalls = callsOf({
  play: playOtonomo,
  name: 'otonomo-calls',
  title: 'Calls of ten days at Otonomo',
  differs:
    'The same vehicles at Otonomo, which sends no webhooks, tells no times and is not asked for data: Pending Verification, Incomplete and Pending Enablement take the place of the reasons. ',
  lines: { webhooks: null, none: 0.12 },
  tells: false,
});

function callsOf({ play, name, title, differs, lines, tells }: Lived): Case {
  return {
    name,
    title,
    how:
      differs +
      `${FLEET.toLocaleString('en-US')} vehicles of five carmakers, started 100 a second, swept every 15 minutes, on a virtual clock: of a hundred, 60 are approved within ` +
      'three days, 25 are held up by two reasons and then approved, 10 wait all the time, 5 are rejected; and one leaves ' +
      'after a week, as in a fleet that is renewed every three years. ' +
      " Real, over HTTP: the simulator, whose ledger counts, the provider's client, the gateway, the sweeper, what gathers calls, and the lifecycle. " +
      'Played: Temporal, as in test/simulation. Each run ends with a check that every activation knows what the provider ' +
      'says. The quick run has 1,000 vehicles with webhooks, and counts the sweeps as a tenth: a sweep is one call however many vehicles there are; ' +
      'it has no line, because fewer vehicles share fewer calls. ' +
      'Asking for first data is a call for each vehicle at another endpoint, and told beside it.',
    async measure({ quick, say }: Run) {
      const count = quick ? FLEET / 10 : FLEET;
      const figures: Figure[] = [];
      const manners = lines.webhooks === null ? [false] : quick ? [true] : [true, false];
      for (const webhooks of manners) {
        const days = await liveTenDays(play, fleetOf('A', count), webhooks);
        const words = webhooks ? 'with webhooks' : 'without webhooks';
        say(
          `${words}: ${Object.entries(tally(days.calls))
            .map(([call, made]) => `${made} ${call}`)
            .join(', ')}`,
        );
        const atMost = (webhooks ? lines.webhooks : null) ?? lines.none;
        figures.push(...figuresOf({ name, tells }, days, count, words, quick ? null : { atMost }));
      }
      return figures;
    },
  };
}

function figuresOf(
  { name, tells }: Pick<Lived, 'name' | 'tells'>,
  { calls: made, sweeps, slowest }: TenDays,
  count: number,
  words: string,
  line: Line | null,
): Figure[] {
  const id = words.replaceAll(' ', '-');
  const shared = sweeps / FLEET;
  const perVin = (wanted: readonly string[]): number => wanted.length / count;
  const ofClearances = made.filter(isOfVehicles);
  const value = perVin(ofClearances) - sweeps / count + shared;
  const told = { baseline: '-', line: null, better: 'less' as const };
  const toldOfTimes: Figure[] = [
    {
      ...told,
      id: `${name}-delay-${id}`,
      what: `longest time from a change until its activation knew, ${words}, minutes`,
      ours: `${rounded(slowest / 60_000)} min`,
      value: slowest / 60_000,
    },
    {
      ...told,
      id: `${name}-data-${id}`,
      what: `calls for first data for each VIN, ${words}`,
      ours: String(made.filter((call) => call.includes('vehicle-data')).length),
      value: perVin(made.filter((call) => call.includes('vehicle-data'))),
    },
  ];
  return [
    {
      id: `${name}-${id}`,
      what: `calls for each VIN in ten days, ${words}, to hourly reads`,
      ours: `${rounded(shared)} for sweeps, ${rounded(value - shared)} for the rest`,
      baseline: String(HOURLY),
      value,
      line,
      better: 'less',
    },
    ...(tells ? toldOfTimes : []),
    {
      ...told,
      id: `${name}-token-${id}`,
      what: `calls for an access token, ${words}, one worker`,
      ours: String(made.filter((call) => call.includes('token')).length),
      value: made.filter((call) => call.includes('token')).length,
    },
  ];
}

function tally(made: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const call of made) counts[call] = (counts[call] ?? 0) + 1;
  return counts;
}
