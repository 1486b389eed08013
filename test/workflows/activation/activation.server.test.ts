import type { WorkflowFailedError } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { viewOfRefusal } from '../../../src/activations/reports';
import { ProviderError } from '../../../src/providers/provider-error';
import {
  type ActivationView,
  clearanceChanged,
  REFUSED_FOR_GOOD,
  status,
} from '../../../workflows/contract/messages';
import { unreachable } from '../../support/provider-double';
import { timeSkippingEnvironment } from '../../support/temporal';
import { type Activation, expectCancelled, Harness, isPending, quietWorkers, soon } from '../harness';

// No updates in this file: the server that skips time sometimes never answers one. They are tested on a real server.
describe('an activation over days, on a server that skips time', () => {
  let env: TestWorkflowEnvironment;
  let harness: Harness;

  beforeAll(() => quietWorkers());
  // A server for each: it skips no time while a task waits, and what a test leaves behind has no worker any more.
  beforeEach(async () => {
    env = await timeSkippingEnvironment();
    harness = new Harness(env, undefined, 0);
  });
  afterEach(() => env?.teardown());

  /** Lets time go by, six hours at a time, until the view is as wanted. */
  async function until(
    handle: Activation,
    wanted: (view: ActivationView) => boolean,
    days = 10,
  ): Promise<ActivationView> {
    for (let quarter = 0; quarter < days * 4; quarter++) {
      const view = await handle.query(status);
      if (wanted(view)) return view;
      await env.sleep('6h');
    }
    throw new Error(`Not reached: ${JSON.stringify(await handle.query(status), null, 2)}`);
  }

  it('finds the approval by itself when no webhook comes, and then has no timer open', async () => {
    const { provider } = harness;
    const handle = await harness.start('bmw');
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      await env.sleep('3d');
      provider.set('approved');
      const view = await until(handle, ({ step }) => step === 'quiet');
      expect(view).toMatchObject({ settled: true, nextAt: null });
      expect(view.history.map(({ source, status, note }) => [source, status, note])).toEqual([
        ['submit', 'pending', null],
        ['poll', 'approved', null],
        ['poll', 'approved', 'the provider cannot be asked for data'],
      ]);
      const looks = provider.count('list');
      await env.sleep('20d');
      expect(provider.count('list')).toBe(looks);
      expect(provider.count('submit')).toBe(1);
    });
  });

  it('takes the approval from a webhook, once, and looks once whether it is so', async () => {
    const { provider } = harness;
    const handle = await harness.start('bmw');
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      const looks = provider.count('list');
      provider.set('approved');
      const claim = { status: 'approved', deliveryId: 'd-1', providerTime: new Date().toISOString() };
      await handle.signal(clearanceChanged, claim);
      await handle.signal(clearanceChanged, claim);
      const view = await soon(handle, ({ settled }) => settled);
      expect(view.history.filter(({ source }) => source === 'webhook')).toHaveLength(1);
      expect(provider.count('list')).toBe(looks + 1);
    });
  });

  it('believes no webhook from before the submission, and looks instead', async () => {
    const handle = await harness.start('bmw');
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      const claim = { status: 'approved', deliveryId: 'd-2', providerTime: '2026-01-02T03:04:05.123456Z' };
      await handle.signal(clearanceChanged, claim);
      const view = await soon(handle, ({ attempts }) => attempts.read === 1);
      expect(view).toMatchObject({ status: 'pending', settled: false });
    });
  });

  it('says on its timer whom it waits for, also when only that changes', async () => {
    const handle = await harness.start('volkswagen');
    const summaries = async (): Promise<string[]> => {
      const { events } = await handle.fetchHistory();
      return (events ?? []).flatMap(({ timerStartedEventAttributes: timer, userMetadata }) =>
        timer ? [defaultPayloadConverter.fromPayload<string>(userMetadata?.summary as Payload)] : [],
      );
    };
    await harness.withWorker(async () => {
      const before = await soon(handle, isPending);
      await handle.signal(clearanceChanged, { status: 'pending', reason: 'privacy mode is enabled' });
      const after = await soon(handle, ({ reason }) => reason !== null);
      expect(after.nextAt).toBe(before.nextAt);
      expect(after.waitingFor).toMatch(/^the driver: /);
      expect(await summaries()).toEqual([before, after].map(({ waitingFor }) => `Waiting for ${waitingFor}`));
    });
  });

  it('closes as failed, with its whole view, when it was rejected for good', async () => {
    const handle = await harness.start('bmw');
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      harness.provider.set('rejected', 'ineligible VIN');
      await handle.signal(clearanceChanged, { status: 'rejected', reason: 'ineligible VIN' });
      const error = (await handle.result().catch((error: unknown) => error)) as WorkflowFailedError;
      expect(error.cause).toMatchObject({
        type: REFUSED_FOR_GOOD,
        message: `Refused for good: the clearance of ${harness.vin} is rejected (ineligible VIN)`,
      });
      expect(viewOfRefusal(error)).toMatchObject({
        status: 'rejected',
        reason: 'ineligible VIN',
        reasonKey: 'ineligible',
        settled: true,
        owner: null,
      });
      expect((await handle.describe()).status.name).toBe('FAILED');
    });
  });

  it("on Temporal's cancellation waits until the clearance is old enough, cancels it, and ends Cancelled", async () => {
    const { provider } = harness;
    const handle = await harness.start('mercedes-benz');
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      await handle.cancel();
      await soon(handle, ({ defleet }) => defleet !== null);
      await env.sleep('23h');
      expect(provider.count('withdraw')).toBe(0);
      await until(handle, ({ status }) => status === 'canceling', 2);
      provider.set('canceled');
      await expectCancelled(handle);
      expect(provider.count('withdraw')).toBe(1);
      expect(await handle.query(status)).toMatchObject({ status: 'canceled', settled: true });
    });
  });

  it('on cancellation of a brand that cannot cancel revokes the moment it is approved', async () => {
    const { provider } = harness;
    const handle = await harness.start('bmw');
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      await handle.cancel();
      await soon(handle, ({ defleet }) => defleet !== null);
      await env.sleep('2d');
      expect(provider.count('withdraw')).toBe(0);
      provider.set('approved');
      await until(handle, ({ status }) => status === 'revoking');
      provider.set('revoked');
      await expectCancelled(handle);
    });
  });

  it('asks again when the provider says that it is too early, and when it is in transition', async () => {
    const { provider } = harness;
    const handle = await harness.start('volkswagen');
    provider.withdrawals.push(
      { outcome: 'too-early', detail: 'the pending status could only be canceled after 1 day' },
      { outcome: 'in-transition', detail: 'Clearance is in transition mode' },
    );
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      await handle.cancel();
      await until(handle, ({ status }) => status === 'canceling', 3);
      provider.set('canceled');
      await expectCancelled(handle);
    });
    expect(provider.count('withdraw')).toBe(3);
  });

  it('loses nothing while the provider is away for hours', async () => {
    const { provider } = harness;
    const handle = await harness.start('bmw');
    provider.failure = unreachable();
    await harness.withWorker(async () => {
      await env.sleep('6h');
      const { raw } = await handle.describe();
      expect(raw.pendingActivities?.[0]?.lastFailure?.message).toBe('High Mobility cannot be reached');
      provider.failure = null;
      await until(handle, isPending, 1);
    });
    expect(provider.count('submit')).toBe(1);
  });

  it('waits for an application that is refused for days at no further cost, parked by nobody, and goes on by itself', async () => {
    const { provider } = harness;
    const handle = await harness.start('bmw');
    const words = '422: application is not configured';
    provider.failure = new ProviderError('PROVIDER_APPLICATION_REFUSED', words, 'Look at the application.', {
      retryAfter: 15 * 60_000,
    });
    await harness.withWorker(async () => {
      const waiting = await until(handle, ({ inTrouble }) => inTrouble, 1);
      expect(waiting).toMatchObject({ owner: 'operations', step: 'submitting' });
      expect(waiting.action).toContain(words);
      await env.sleep('1d');
      const { historyLength } = await handle.describe();
      await env.sleep('1d');
      expect((await handle.describe()).historyLength).toBe(historyLength);
      provider.failure = null;
      await until(handle, isPending, 1);
    });
    expect(provider.count('submit')).toBe(1);
    expect(harness.tellings).toEqual([]);
  });
});
