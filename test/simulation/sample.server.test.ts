import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { status } from '../../workflows/contract/messages';
import { timeSkippingEnvironment } from '../support/temporal';
import { Harness, isPending, quietWorkers, soon } from '../workflows/harness';
import { Random } from './random';

const BRANDS = ['bmw', 'mercedes-benz', 'audi', 'ford', 'peugeot', 'kia'];
const ENDINGS = [
  ['approved', null],
  ['rejected', 'ineligible VIN'],
  ['rejected', 'nobody has seen this'],
  ['revoked', null],
] as const;
/** One whose pending clearance is cancelled, one whose approved one is revoked, and one that stays. */
const SEEDS = [5, 7, 10];

/** The lives are lived by the pure lifecycle; these few go through the real workflow, on a server that skips time. */
describe('a sample of lives, through the real workflow', () => {
  let env: TestWorkflowEnvironment;

  beforeAll(() => quietWorkers());
  // A server for each: it skips no time while a task waits, and what a life leaves behind has no worker any more.
  beforeEach(async () => {
    env = await timeSkippingEnvironment();
  });
  afterEach(() => env?.teardown());

  it.each(SEEDS)('seed %d ends where the provider says, and leaves nothing behind', async (seed) => {
    const random = new Random(seed);
    const brand = random.pick(BRANDS);
    const [ending, reason] = random.pick(ENDINGS);
    const decidedOn = random.between(1, 4);
    const leavesOn = random.chance(0.6) ? random.between(1, 6) : null;
    const harness = new Harness(env, undefined, 0);
    const { provider } = harness;
    const handle = await harness.start(brand);
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      // Out of step with the looks: this server loses a workflow task that cancels a timer which fires meanwhile, and
      // then stands still.
      await env.sleep('7m');
      for (let day = 1; day <= 9; day++) {
        if (day === decidedOn && provider.record?.status === 'pending') {
          if (ending === 'revoked') provider.set('approved');
          provider.set(ending, reason);
        }
        if (day === leavesOn) {
          await handle.cancel();
          await soon(handle, ({ defleet, step }) => defleet !== null || step === 'ended');
        }
        await env.sleep('12h');
        // The provider finishes what it was asked to end.
        if (provider.record?.status === 'revoking') provider.set('revoked');
        if (provider.record?.status === 'canceling') provider.set('canceled');
        await env.sleep('12h');
      }
      const view = await handle.query(status);
      expect(view.status).toBe(provider.record?.status);
      expect(provider.count('submit')).toBe(1);
      expect(provider.count('withdraw')).toBeLessThanOrEqual(leavesOn === null ? 0 : 1);
      if (leavesOn === null) expect(view.settled).toBe(true);
      else expect(['pending', 'approved']).not.toContain(provider.record?.status);
    });
  });
});
