import { CLEARANCE_STATUSES, type ClearanceStatus } from '../../src/domain/status';
import { closeAll, type Row, stage, vin } from './support';

/** Statuses that a provider says. */
const SAID = CLEARANCE_STATUSES.filter((status) => status !== 'absent' && status !== 'unknown');

const OPEN: readonly ClearanceStatus[] = ['pending', 'approved', 'revoking', 'canceling'];

/** A small generator with a seed (mulberry32), so that a failure can be repeated. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

afterEach(closeAll);

test(`after each of many sweeps everybody believes what the provider says, and only those were told who did not (SEED=${SEED})`, async () => {
  const random = randomOf(SEED);
  const pick = <T>(all: readonly T[]): T => all[random(all.length)] as T;
  const { answer, believers, sweep, sweeper } = await stage();
  const rows = new Map<string, Row[]>();
  /** The newest row that is open; where none is, the newest. Each row is newer than those before it. */
  const truth = (of: string): ClearanceStatus | 'absent' => {
    const statuses = (rows.get(of) ?? []).map(({ status }) => status as ClearanceStatus);
    return statuses.findLast((status) => OPEN.includes(status)) ?? statuses.at(-1) ?? 'absent';
  };
  let day = 1;
  for (let round = 0; round < 60; round++) {
    const changed = new Set<string>();
    for (let count = random(12); count > 0; count--) {
      const of = vin(random(40));
      day += 1;
      const status = pick(SAID);
      const time = new Date(Date.UTC(2025, 0, 1) + day * 60_000).toISOString();
      const next: Row = {
        vin: pick([of, of.toLowerCase()]),
        status,
        changelog: [{ timestamp: time, status }],
      };
      const known = rows.get(of) ?? [];
      if (random(6) === 0) rows.delete(of);
      else if (random(3) === 0) rows.set(of, [...known, next]);
      else rows.set(of, [...known.slice(0, -1), next]);
      changed.add(of);
    }
    for (let count = random(4); count > 0; count--) {
      const of = vin(random(40));
      if (random(2) === 0) believers.running.delete(of);
      // Who begins reads the provider first.
      else if (!believers.running.has(of)) believers.believe(of, truth(of));
    }
    const list = [...rows.values()].flat();
    // In any order: rows of different vehicles have nothing to do with each other.
    answer(list.sort(() => random(3) - 1));
    const before = new Map([...believers.running].map(([of, { status }]) => [of, status]));
    const full = random(8) === 0;
    const told = await sweep(full);
    for (const [of, { status }] of believers.running) {
      const over = ['absent', 'rejected', 'revoked', 'canceled', 'error'];
      // Without a record, and with one that is over behind a refusal, a belief that is over stays.
      const kept =
        (truth(of) === 'absent' && over.includes(status)) || (status === 'error' && over.includes(truth(of)));
      if (!kept) expect([round, of, status]).toEqual([round, of, truth(of)]);
    }
    for (const one of told) {
      const news = before.get(one.vin) !== one.status;
      const toConfirm =
        changed.has(one.vin) && ['approved', 'rejected', 'revoked', 'canceled', 'error'].includes(one.status);
      expect([round, one.vin, news || toConfirm]).toEqual([round, one.vin, true]);
    }
    expect(new Set(told.map((one) => one.vin)).size).toBe(told.length);
    expect(sweeper.last?.signals).toBe(told.length);
  }
});
