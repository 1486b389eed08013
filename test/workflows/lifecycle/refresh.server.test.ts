import { Worker } from '@temporalio/worker';
import { sendingForEachTest } from '../../activations/sending';
import { sent } from '../../support/activations';
import { BUNDLE } from '../../support/bundle';
import { QUICKEST, soon } from '../harness';

const WORDS = 'the tank cap is open';
const REASON = {
  id: 'tank-cap',
  on: ['rejected' as const],
  texts: [WORDS],
  brands: ['*'],
  class: 'hardware' as const,
  owner: 'driver' as const,
  action: 'Close the tank cap, then confirm.',
  retry: { kind: 'owner' as const },
  ladder: 'privacy',
};

describe('a life that runs on a real server', () => {
  const here = sendingForEachTest();

  it('takes over what somebody has learned of its reason, by the rules of its fleet, and its history replays', async () => {
    const { harness, activations, vin } = here;
    const handle = await harness.start('bmw', { fleet: 'acme' });
    await harness.withWorker(async () => {
      await soon(handle, ({ status }) => status === 'pending');
      await sent(activations, 'amend', vin, { by: 'ops', policy: { drift: 'resubmit' } });
      harness.provider.set('rejected', WORDS);
      await sent(activations, 'retry', vin, { by: 'ops' });
      const before = await soon(handle, ({ step }) => step === 'parked');
      expect(before).toMatchObject({ owner: 'fleet-manager', reasonKey: 'unknown' });
    });
    const fleets = { acme: { reasons: [{ id: 'tank-cap', owner: 'workshop' as const }] } };
    const overrides = { ...QUICKEST.overrides, version: 'acme-2', reasons: [REASON], fleets };
    await harness.withWorker(
      async () => {
        const reply = await sent(activations, 'refresh', vin, { by: 'ops' });
        expect(reply).toMatchObject({ outcome: 'taken', status: 'rejected' });
        const after = await soon(handle, ({ reasonKey }) => reasonKey === 'tank-cap');
        expect(after).toMatchObject({ step: 'parked', owner: 'workshop', escalationLevel: 1 });
        expect(after.catalogueVersion).toMatch(/\+acme-2$/);
        expect(Date.parse(String(after.rulesSince))).toBeGreaterThan(Date.parse(String(after.since)));
      },
      { overrides, maxCachedWorkflows: 0 },
    );
    const history = await handle.fetchHistory();
    await Worker.runReplayHistory({ workflowBundle: BUNDLE }, history, handle.workflowId);
    await handle.terminate('the test is over');
  });
});
