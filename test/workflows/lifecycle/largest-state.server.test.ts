import { clearanceChanged } from '../../../workflows/contract/messages';
import { LIMITS } from '../../../workflows/lifecycle/limits';
import { sent } from '../../support/activations';
import { eventually } from '../../support/command-line';
import { allRuns, problemsOf } from '../../support/histories';
import { Stage } from '../../support/stage';
import { ownNamespace } from '../../sweep/namespace';
import { quietWorkers } from '../harness';
import { claims, largestInput, largestTags, longestAcknowledgement, textOf } from './largest';

const VIN = 'WBA8E9G50GNT00001';
/** Sent at a time. */
const AT_ONCE = 20;

/** With the limits of a server as it is delivered, but for the length at which a fresh run is suggested. */
describe('the largest state that an activation can have, on a real server', () => {
  let stage: Stage;

  beforeAll(async () => {
    quietWorkers();
    stage = await Stage.open({ temporal: await ownNamespace('largest') });
    await stage.worker(0);
  });
  afterAll(() => stage?.close());

  async function signalAll(name: string, requests: readonly object[]): Promise<void> {
    for (let from = 0; from < requests.length; from += AT_ONCE) {
      const some = requests.slice(from, from + AT_ONCE);
      await Promise.all(some.map((request) => stage.handle(VIN).signal(name, request)));
    }
  }

  const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

  it('goes through a fresh run, and its vehicle is defleeted', async () => {
    const { simulator, activations } = stage;
    simulator.script(VIN, [{ status: 'pending', after: 0 }]);
    await activations.start(largestInput('hanzi', VIN));
    await eventually(
      () => activations.row(VIN),
      ({ status }) => status === 'pending',
    );
    await signalAll(clearanceChanged.name, claims('hanzi', LIMITS.history));
    await signalAll(
      'acknowledge',
      numbers(LIMITS.messages).map((one) => longestAcknowledgement('hanzi', one)),
    );
    const amendments = numbers(3).map((one) => ({
      id: textOf('hanzi', LIMITS.id, 900 + one),
      tags: largestTags('emoji'),
    }));
    await signalAll('amend', amendments);
    await signalAll(clearanceChanged.name, claims('emoji', LIMITS.history));
    const { tags, history } = await eventually(
      () => activations.report(VIN),
      ({ complete, reason }) => complete && reason?.includes('🚗') === true,
    );
    expect(Object.keys(tags)).toHaveLength(LIMITS.tags);
    expect(JSON.stringify(history).length).toBeGreaterThan(LIMITS.historyLength / 2);

    simulator.setStatus(VIN, 'approved');
    const [by, reason] = [textOf('emoji', LIMITS.name, 1), textOf('hanzi', LIMITS.name, 2)];
    const { outcome } = await sent(activations, 'defleet', VIN, { by, reason });
    expect(outcome).toBe('taken');
    await eventually(
      async () => stage.statusAtProvider(VIN),
      (status) => status === 'revoking',
    );
    simulator.setStatus(VIN, 'revoked');
    await eventually(
      () => activations.row(VIN),
      ({ execution, status }) => execution === 'COMPLETED' && status === 'revoked',
    );
    // Lists of Temporal lag behind a little.
    const runs = await eventually(
      () => allRuns(stage.client),
      (found) => found.filter(({ workflowId }) => workflowId.endsWith(VIN)).length >= 2,
    );
    expect(await problemsOf(runs)).toEqual([]);
  });
});
