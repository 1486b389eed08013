import { Ledger } from '../../../workflows/batch/ledger';
import { BATCH_BOUNDS, type Verdict } from '../../../workflows/contract/batch';

const taken: Verdict = {
  outcome: 'taken',
  status: 'pending',
  next: 'The clearance is looked at now.',
  code: null,
  problem: null,
  remedy: null,
};
const refused = (problem: string): Verdict => ({
  ...taken,
  outcome: 'refused',
  next: null,
  code: 'MESSAGE_REFUSED',
  problem,
  remedy: 'Correct it.',
});
const vinsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `WBA8E9G50GN${String(at).padStart(6, '0')}`);

/** What a fresh run begins with: it has travelled as JSON. */
const fresh = (ledger: Ledger): Ledger =>
  new Ledger(ledger.vins, JSON.parse(JSON.stringify(ledger.carried())));

describe('what a batch knows of its vehicles', () => {
  test('is what is still to do, and the verdicts that have come', () => {
    const ledger = new Ledger(vinsOf(3));
    expect(ledger.due(2)).toEqual([0, 1]);
    ledger.settle(0, taken);
    ledger.settle(2, refused('It is leaving.'));
    expect(ledger.due(9)).toEqual([1]);
    expect(ledger.counts()).toMatchObject({ vehicles: 3, todo: 1, taken: 1, refused: 1, problems: 1 });
    expect(ledger.rows(1, 9)).toMatchObject([
      { vin: vinsOf(3)[1], outcome: 'todo', problem: null },
      { vin: vinsOf(3)[2], outcome: 'refused', problem: 'It is leaving.' },
    ]);
  });

  test('goes on in a fresh run as it was', () => {
    const ledger = new Ledger(vinsOf(100));
    for (const at of [0, 1, 2, 50]) ledger.settle(at, at === 1 ? refused('No.') : taken);
    const next = fresh(ledger);
    expect(next.rows(0, 100)).toEqual(ledger.rows(0, 100));
    expect(next.counts()).toEqual(ledger.counts());
    expect(next.due(3)).toEqual([3, 4, 5]);
    next.settle(3, taken);
    expect(next.carried().verdicts).toHaveLength(2);
  });

  test('says who may be asked again: those whose message is kept, or of which nobody knows', () => {
    const ledger = new Ledger(vinsOf(4));
    const outcomes = ['queued', 'taken', 'not-known', 'refused'] as const;
    for (const [at, outcome] of outcomes.entries()) ledger.settle(at, { ...taken, outcome });
    expect(ledger.due(9)).toEqual([]);
    expect([ledger.askAgain(), ledger.rounds, ledger.due(9)]).toEqual([true, 1, [0, 2]]);
    ledger.settle(0, taken);
    expect(ledger.counts()).toMatchObject({ taken: 2, queued: 0, 'not-known': 1, todo: 0 });
    ledger.settle(2, taken);
    expect([ledger.askAgain(), ledger.rounds]).toEqual([false, 1]);
    expect(fresh(ledger).rounds).toBe(1);
  });

  test('of a round that a fresh run cuts off is asked in the next one', () => {
    const ledger = new Ledger(vinsOf(2));
    for (const at of [0, 1]) ledger.settle(at, { ...taken, outcome: 'queued' });
    ledger.askAgain();
    const next = fresh(ledger);
    expect([next.due(9), next.askAgain(), next.due(9)]).toEqual([[], true, [0, 1]]);
  });

  test('fits a fresh run also of the largest batch, where each verdict is another one', () => {
    const ledger = new Ledger(vinsOf(BATCH_BOUNDS.vehicles));
    const long = 'ä'.repeat(1_000);
    for (let at = 0; at < BATCH_BOUNDS.vehicles; at += 1) ledger.settle(at, refused(`${at} ${long}`));
    const { verdicts } = ledger.carried();
    expect(verdicts.length).toBeLessThan(BATCH_BOUNDS.verdicts + 100);
    const bytes = Buffer.byteLength(JSON.stringify({ vins: ledger.vins, carried: ledger.carried() }));
    expect(bytes).toBeLessThan(2_000_000);
    expect(ledger.rows(0, 1)[0]?.problem).toMatch(/^0 ä+…$/);
    expect(ledger.rows(BATCH_BOUNDS.vehicles - 1, 1)[0]).toMatchObject({
      outcome: 'refused',
      problem: 'Look with vin status why.',
    });
    expect(ledger.counts()).toMatchObject({
      refused: BATCH_BOUNDS.vehicles,
      problems: BATCH_BOUNDS.vehicles,
    });
  });

  test('is answered in parts', () => {
    const ledger = new Ledger(vinsOf(2_500));
    expect(ledger.rows(0, 9_999)).toHaveLength(BATCH_BOUNDS.rows);
    expect(ledger.rows(2_400, 200)).toHaveLength(100);
    expect([ledger.rows(2_500, 10), ledger.rows(0, -1)]).toEqual([[], []]);
  });
});
