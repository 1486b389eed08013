import type { Random } from '../../simulation/random';

/** Notifications as a provider of parking sends them over some days: in any order, doubled, broken, and some that are forged. */

export interface Sent {
  /** Whether it goes to the address of periodical notifications. */
  readonly isPeriodic: boolean;
  readonly token: string;
  readonly body: string;
  /** What the door has to answer in the end. */
  readonly answer: 200 | 400 | 401;
}

/** What is true of a stay at the end. */
export interface TrueStay {
  readonly id: string;
  readonly plate: string;
  /** The longest period that was told, in seconds. */
  readonly period: number;
}

export interface Story {
  /** Each is sent one after the other; several at the same time. */
  readonly stays: readonly (readonly Sent[])[];
  readonly truth: readonly TrueStay[];
}

export const TOKENS = {
  entry: 'the-token-of-entries',
  before: 'the-token-before-it',
  periodic: 'of-periods',
};
const FORGED = ['', 'of-nobody', TOKENS.entry.slice(1), `${TOKENS.periodic}.`, `${TOKENS.entry}x`];
const BROKEN = [
  '',
  '{',
  'null',
  '[]',
  '{"id":"x"}',
  '{"id":"","vehicle":{"license_plate_number":"AA1","country_code":"NO"}}',
];
const QUARTER = 900;

/** @param most notifications, about: the last stay is told to its end. */
export function storyOf(random: Random, plates: readonly string[], most: number): Story {
  const stays: Sent[][] = [];
  const truth: TrueStay[] = [];
  let count = 0;
  while (count < most) {
    const { sent, is } = stayOf(random, plates, stays.length);
    stays.push(sent);
    truth.push(is);
    count += sent.length;
  }
  return { stays, truth };
}

function stayOf(random: Random, plates: readonly string[], index: number): { sent: Sent[]; is: TrueStay } {
  const id = `stay-${index}`;
  const first = random.pick(plates);
  const isCorrected = random.chance(0.2);
  const last = isCorrected ? random.pick(plates) : first;
  const told = random.between(0, 8);
  const corrected = isCorrected ? random.between(0, told) : told;
  const of = (plate: string, period: number | null): Sent => ({
    isPeriodic: period !== null,
    token: period !== null ? TOKENS.periodic : random.pick([TOKENS.entry, TOKENS.before]),
    body: bodyOf(random, id, plate, period),
    answer: 200,
  });
  const periods = (plate: string, from: number, to: number): Sent[] =>
    Array.from({ length: to - from }, (_, step) => of(plate, (from + step + 1) * QUARTER));
  // Entries keep their order: one of before a correction that comes after it cannot be told from a second correction.
  const sent = [of(first, null), ...doubled(random, shuffled(random, periods(first, 0, corrected)))];
  // After a correction the stay goes on under the right plate.
  const end = isCorrected ? told + 1 : told;
  if (isCorrected) {
    const late = sent.filter(({ isPeriodic }) => isPeriodic && random.chance(0.3));
    const rest = [...doubled(random, periods(last, corrected, end)), ...late];
    sent.push(of(last, null), ...shuffled(random, rest), of(last, end * QUARTER));
  } else if (random.chance(0.3)) sent.push(of(first, null));
  for (let noise = random.between(0, 2); noise > 0; noise -= 1) {
    sent.splice(random.between(0, sent.length), 0, noiseOf(random, id, last));
  }
  return { sent, is: { id, plate: last, period: end * QUARTER } };
}

function noiseOf(random: Random, id: string, plate: string): Sent {
  const isPeriodic = random.chance(0.5);
  const token = isPeriodic ? TOKENS.periodic : TOKENS.entry;
  const body = bodyOf(random, `forged-${id}`, plate, null);
  const kind = random.between(0, 3);
  if (kind === 0) return { isPeriodic, token: random.pick(FORGED), body, answer: 401 };
  // Each address has a token of its own.
  if (kind === 1) return { isPeriodic: !isPeriodic, token, body, answer: 401 };
  if (kind === 2) return { isPeriodic, token, body: random.pick(BROKEN), answer: 400 };
  return { isPeriodic, token, body: bodyOf(random, `nowhere-${id}`, 'XX-?!', null), answer: 200 };
}

function bodyOf(random: Random, id: string, plate: string, period: number | null): string {
  const [country_code, number = ''] = plate.split('-');
  return JSON.stringify({
    id,
    vehicle: {
      license_plate_number: random.pick([
        number,
        number.toLowerCase(),
        ` ${number.slice(0, 2)} ${number.slice(2)}`,
      ]),
      country_code,
      created_at: '2022-12-12T12:12:12+0000',
    },
    ...(random.chance(0.8) && {
      facility: { code: '1', name: 'Quay' },
      zone: { code: '7', name: 'Level 2' },
    }),
    start_time: '2026-01-01T00:00:00+0100',
    operator_id: random.chance(0.9) ? 'operator-1' : null,
    type: 'PARKING',
    ...(period !== null && { notification_period: random.chance(0.9) ? String(period) : period }),
    [random.pick(['service_data', 'serviceData'])]: { key: 'value' },
    ...(random.chance(0.1) && { beta: [{}] }),
  });
}

function shuffled<T>(random: Random, all: readonly T[]): T[] {
  const left = [...all];
  return all.map(() => left.splice(random.between(0, left.length - 1), 1)[0] as T);
}

function doubled(random: Random, all: readonly Sent[]): Sent[] {
  return all.flatMap((one) => (random.chance(0.3) ? [one, one] : [one]));
}
