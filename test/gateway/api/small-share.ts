import type { USUAL_SHARE } from '../../../src/config/token-share';
import { Shares } from '../../../src/gateway/api/shares';
import { ActivationsDouble, VIN } from './activations-double';
import { type Answer, type RunningApi, startApi } from './support';

export const READ = `/v1/activations/${VIN}`;
export const BATCH = '/v1/activations/batch';
const share = (some: Partial<typeof USUAL_SHARE>) => ({
  waits: 10,
  batches: 10,
  starts: 1_000,
  checks: 1_000,
  calls: 60_000,
  ...some,
});
const vinOf = (index: number) => `WBA8E9G50GN${String(index).padStart(6, '0')}`;
export const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ vin: vinOf(index), brand: 'bmw' }));

/** What tests of the share of a token have in common: an API whose tokens have a small one. */
export class SmallShare {
  activations = new ActivationsDouble();
  api!: RunningApi;
  /** Milliseconds. It stands: nothing comes back because the machine is busy. */
  now = 0;

  async open(some: Partial<typeof USUAL_SHARE>, holdFor = 0): Promise<void> {
    this.activations = new ActivationsDouble();
    this.now = 0;
    const shares = new Shares(share(some), () => this.now);
    this.api = await startApi(this.activations.asActivations, { share: share(some), shares, holdFor });
  }

  /** Has every wait or message of the double wait until `finish`. */
  kept(): { readonly begun: (count: number) => Promise<void>; finish(): void } {
    let count = 0;
    let wanted: { count: number; reached: () => void } = { count: 0, reached: () => undefined };
    const waiting: (() => void)[] = [];
    const enter = () =>
      new Promise<void>((resolve) => {
        waiting.push(resolve);
        count += 1;
        if (count === wanted.count) wanted.reached();
      });
    this.activations.waiting = enter;
    this.activations.working = enter;
    return {
      begun: (many) =>
        new Promise((reached) => {
          wanted = { count: many, reached };
          if (count >= many) reached();
        }),
      finish: () => {
        for (const resolve of waiting.splice(0)) resolve();
      },
    };
  }
}

export function expectRefused({ status, body, headers }: Answer, words: string): void {
  expect([status, body.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
  expect(body.detail).toContain(words);
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
}
