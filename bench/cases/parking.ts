import { createAutopay } from '../../src/providers/autopay/client';
import { createParkingSweeper } from '../../src/sweep/parking-sweeper';
import { type AutopaySimulator, startAutopaySimulator } from '../../src/trial/simulator/autopay/simulator';
import { Random } from '../../test/simulation/random';
import { MemoryParkings } from '../../test/sweep/memory-parkings';
import type { Case, Figure, Run } from '../figure';
import { rounded } from '../pairs';

const PLATES = 10_000;
const DAYS = 10;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const EVERY = 30 * MINUTE;
/** Stays of a vehicle within the ten days; each is listed when it begins and when it ends. */
const STAYS = 4;
const SEED = 18;

export const parking: Case = {
  name: 'parking',
  title: '10,000 parkings over ten days',
  how:
    'Real: the sweeper, the client of Autopay with its token, its simulator over HTTP with 200 rows a page, and the rules of the parkings. ' +
    'Played: time, which jumps, and Temporal: parkings are in memory. Each vehicle parks four times in the ten days, by day; each stay changes ' +
    'twice. Every 30 minutes it is read what has changed, and once a day the list of vehicles. Tokens are counted; adding and leaving are not. ' +
    'One credential: each further one costs the same again, without the list of vehicles.',
  async measure({ quick, say }: Run): Promise<Figure[]> {
    const days = quick ? 1 : DAYS;
    const life = await live(days, say);
    const lived = `${life.calls.toLocaleString('en-US')} calls in ${days} days: ${life.kinds}`;
    return [
      {
        id: 'parking-calls',
        what: 'calls for each vehicle in ten days',
        ours: lived,
        baseline: '-',
        value: (life.calls / PLATES / days) * DAYS,
        line: { atMost: 0.1 },
        better: 'less',
      },
      {
        id: 'parking-lost',
        what: 'stays that are not as the provider has them',
        ours: `${life.wrong} of ${life.stays.toLocaleString('en-US')}`,
        baseline: '-',
        value: life.wrong,
        line: { atMost: 0 },
        better: 'less',
      },
      {
        id: 'parking-sweep-time',
        what: 'a sweep, milliseconds on average',
        ours: `${rounded(life.milliseconds)} ms, ${life.signals.toLocaleString('en-US')} signals in all`,
        baseline: '-',
        value: life.milliseconds,
        line: null,
        better: 'less',
      },
    ];
  },
};

interface Life {
  readonly calls: number;
  readonly kinds: string;
  readonly stays: number;
  readonly wrong: number;
  readonly signals: number;
  readonly milliseconds: number;
}

async function live(days: number, say: Run['say']): Promise<Life> {
  const credential = {
    clientId: 'one',
    clientSecret: 'a-secret',
    operator: 'operator-1',
    level: 'medium',
  } as const;
  const simulator = await startAutopaySimulator({ credentials: [credential], seed: SEED, speed: 1e-6 });
  const client = createAutopay({
    baseUrl: simulator.url,
    authUrl: simulator.url,
    ...credential,
    now: () => simulator.clock.now(),
  });
  try {
    const plates = Array.from({ length: PLATES }, (_, index) => `NO-AA${10_000 + index}`);
    for (const plate of plates) simulator.fleet().add(registration(plate));
    const parkings = new MemoryParkings(plates, () => simulator.clock.now());
    const before = parkings.signals;
    const app = { provider: 'autopay', application: 'default' };
    const sweeper = createParkingSweeper({
      provider: 'autopay',
      lines: [{ app, level: 'medium', client }],
      parkings,
    });
    const events = eventsOf(simulator, plates, days);
    const begun = simulator.clock.now();
    let read: Readonly<Record<string, number>> = {};
    let [next, spent, sweeps] = [0, 0, 0];
    for (let at = EVERY; at <= days * DAY + EVERY; at += EVERY) {
      for (let event = events[next]; event && event.at <= at; event = events[++next]) {
        simulator.clock.advance(Math.max(0, begun + event.at - simulator.clock.now()));
        event.happen();
      }
      simulator.clock.advance(Math.max(0, begun + at - simulator.clock.now()));
      const started = performance.now();
      ({ read } = await sweeper.changes({ begun: simulator.clock.now(), read }));
      spent += performance.now() - started;
      sweeps += 1;
      if (at % DAY !== 0) continue;
      await sweeper.members({ begun: simulator.clock.now() });
      say(`day ${at / DAY}: ${simulator.calls.length} calls`);
    }
    const kinds = new Map<string, number>();
    for (const { call } of simulator.calls) kinds.set(call, (kinds.get(call) ?? 0) + 1);
    return {
      calls: simulator.calls.length,
      kinds: [...kinds].map(([call, count]) => `${call} ${count}`).join(', '),
      stays: simulator.fleet().uses.length,
      wrong: wrongOf(simulator, parkings),
      signals: parkings.signals - before,
      milliseconds: spent / sweeps,
    };
  } finally {
    await client.close();
    await simulator.close();
  }
}

interface Happening {
  /** Milliseconds since the beginning. */
  readonly at: number;
  readonly happen: () => void;
}

/** Stays by day: from 6 to 22 o'clock, of half an hour to ten hours. */
function eventsOf(simulator: AutopaySimulator, plates: readonly string[], days: number): Happening[] {
  const random = new Random(SEED);
  const ids = new Map<number, string>();
  const events: Happening[] = [];
  for (let stay = 0; stay < (plates.length * STAYS * days) / DAYS; stay += 1) {
    const begin = random.between(0, days - 1) * DAY + random.between(6 * 60, 22 * 60) * MINUTE;
    const end = begin + random.between(30, 600) * MINUTE;
    const plate = registration(random.pick(plates));
    events.push({ at: begin, happen: () => ids.set(stay, simulator.use({ plate }).id) });
    events.push({ at: end, happen: () => simulator.end(ids.get(stay) ?? '') });
  }
  return events.sort((one, other) => one.at - other.at);
}

/** Stays that a parking does not have once, with the end that the provider has; and those that it has and should not. */
function wrongOf(simulator: AutopaySimulator, parkings: MemoryParkings): number {
  const known = new Map(
    [...parkings.states].flatMap(([plate, { stays }]) =>
      stays.map((stay) => [`${plate} ${stay.id}`, stay] as const),
    ),
  );
  const all = [...parkings.states.values()].reduce((count, { stays }) => count + stays.length, 0);
  let wrong = all - simulator.fleet().uses.length;
  wrong = Math.abs(wrong);
  const settled = simulator.clock.now() - 2 * MINUTE;
  for (const { id, plate, endedAt, updatedAt } of simulator.fleet().uses) {
    const stay = known.get(`NO-${plate.license_plate_number} ${id}`);
    const end = endedAt === null ? null : Math.floor(endedAt / 1_000) * 1_000;
    if (updatedAt < settled && stay?.endedAt !== end) wrong += 1;
  }
  return wrong;
}

function registration(plate: string) {
  const [country_code = '', license_plate_number = ''] = plate.split('-');
  return { country_code, license_plate_number };
}
