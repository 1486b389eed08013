import type { UnderWay } from '../../../../workflows/activation/engine';
import { createRun } from '../../../../workflows/activation/shell';
import { CallFailed } from '../../../../workflows/contract/call-failed';
import { begin } from '../../../../workflows/lifecycle/begin';
import { APP } from '../../../support/application';
import { BareEngine } from '../../activation/bare-engine';
import { START } from '../story';

const VIN = 'WBA8E9G50GNT00001';

/** The second worker: the first was killed after its POST, and this one has an older catalogue (or none of its settings). */
class SecondWorker extends BareEngine {
  override wasBegunBefore = (): boolean => true;

  protected override called(): UnderWay<unknown> {
    const details = { stopped: false, mayPass: false, next: null, wait: null, told: null, endedAt: START };
    const unknown = new CallFailed('The brand "smart" is not in the catalogue', details);
    return { result: Promise.reject(unknown), stop: () => undefined };
  }
}

it('an activation whose lost worker may have submitted never fails where the next one has no rules for its brand', async () => {
  const run = createRun(new SecondWorker(), begin({ ...APP, vin: VIN, brand: 'smart' }, START));
  const error = await run.live().catch((failed: unknown) => failed);
  // Not of the kind that ends a workflow: its task fails, until there is a worker that knows the brand.
  expect(error).not.toBeInstanceOf(CallFailed);
  expect(String(error)).toContain(`${VIN} may have been submitted, and has no rules`);
});
