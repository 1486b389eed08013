import type { Snapshot } from '../../src/snapshot/snapshot';
import { Snapshots } from '../../src/snapshot/snapshots';

const MINUTE = 60_000;

/** Snapshots that are read when the test says so. */
class Desk {
  now = Date.parse('2026-03-10T12:00:00.000Z');
  reads = 0;
  private answer: { give: (snapshot: Snapshot) => void; fail: (error: Error) => void } | null = null;
  readonly snapshots = new Snapshots(
    () => {
      this.reads += 1;
      return new Promise((give, fail) => (this.answer = { give, fail }));
    },
    () => this.now,
  );

  gives(duration = 100): Snapshot {
    const snapshot: Snapshot = {
      activations: [],
      defleetings: [],
      parkings: [],
      credentials: [],
      at: this.now,
      duration,
      calls: 1,
    };
    this.answer?.give(snapshot);
    return snapshot;
  }

  fails(): void {
    this.answer?.fail(new Error('the server is away'));
  }
}

describe('the newest snapshot', () => {
  test('is read once for all who ask at the same time', async () => {
    const desk = new Desk();
    const looks = [desk.snapshots.look(), desk.snapshots.look(), desk.snapshots.look()];
    const snapshot = desk.gives();
    expect(await Promise.all(looks)).toEqual(looks.map(() => ({ snapshot, age: 0, problem: null })));
    expect(desk.reads).toBe(1);
  });

  test('is shown again while it is fresh, is shown while the next is read, and is waited for when it is old', async () => {
    const desk = new Desk();
    const first = desk.snapshots.look();
    const snapshot = desk.gives();
    await first;
    desk.now += 10_000;
    expect(await desk.snapshots.look()).toEqual({ snapshot, age: 10_000, problem: null });
    expect(desk.reads).toBe(1);
    desk.now += 20_000;
    expect((await desk.snapshots.look()).age).toBe(30_000);
    expect(desk.reads).toBe(2);
    const newer = desk.gives();
    desk.now += 5 * MINUTE;
    await new Promise(setImmediate);
    const waits = desk.snapshots.look();
    const newest = desk.gives();
    expect((await waits).snapshot).toBe(newest);
    expect(newest).not.toBe(newer);
  });

  test('stays when the server is away, and says why there is no newer one and how old it is', async () => {
    const desk = new Desk();
    const first = desk.snapshots.look();
    const snapshot = desk.gives();
    await first;
    desk.now += 10 * MINUTE;
    const waits = desk.snapshots.look();
    desk.fails();
    expect(await waits).toEqual({ snapshot, age: 10 * MINUTE, problem: 'the server is away' });
    const again = desk.snapshots.look();
    desk.gives();
    expect((await again).problem).toBeNull();
  });

  test('that there never was is the failure itself', async () => {
    const desk = new Desk();
    const first = desk.snapshots.look();
    desk.fails();
    await expect(first).rejects.toThrow('the server is away');
    expect(desk.snapshots.newest).toBeNull();
  });

  test('is kept new, also after one that failed, until it is stopped; one that takes long is read less often', async () => {
    const desk = new Desk();
    const told: unknown[] = [];
    const waits: number[] = [];
    let goOn: () => void = () => undefined;
    const stop = desk.snapshots.keep({
      read: (snapshot) => told.push(snapshot),
      failed: (error) => told.push((error as Error).message),
      wait: (milliseconds, signal) => {
        waits.push(milliseconds);
        return new Promise<void>((resolve) => {
          goOn = resolve;
          signal.addEventListener('abort', () => resolve());
        });
      },
    });
    desk.fails();
    await new Promise(setImmediate);
    goOn();
    await new Promise(setImmediate);
    const slow = desk.gives(50_000);
    await new Promise(setImmediate);
    expect(told).toEqual(['the server is away', slow]);
    expect(waits).toEqual([20_000, 200_000]);
    await stop();
    expect(desk.reads).toBe(2);
  });
});
