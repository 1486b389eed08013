import { inspect } from 'node:util';
import type { NativeConnection } from '@temporalio/worker';
import { ProviderError } from '../../../src/providers/provider-error';
import type { ConnectedClient } from '../../../src/temporal/connection';
import {
  acknowledge,
  amend,
  clearanceChanged,
  defleet,
  resume,
  retry,
  status,
} from '../../../workflows/contract/messages';
import { eventually } from '../../support/command-line';
import { ask } from '../../support/messages';
import { unreachable } from '../../support/provider-double';
import { devServer, patientClient, patientConnection } from '../../support/temporal';
import { expectCancelled, Harness, isPending, QUICK, quietWorkers, soon } from '../harness';

/** On a busy machine the task in which a submission is held is not taken for lost: it would be begun again. */
const PATIENT = { workflowTaskTimeout: '2 minutes' } as const;

describe('messages and cancellation, on a real server', () => {
  let connected: ConnectedClient;
  let nativeConnection: NativeConnection;
  let harness: Harness;

  beforeAll(async () => {
    quietWorkers();
    connected = await patientClient(devServer());
    nativeConnection = await patientConnection(devServer());
  });
  afterAll(async () => {
    await nativeConnection?.close();
    await connected?.close();
  });
  beforeEach(() => {
    harness = new Harness({ client: connected.client, nativeConnection }, QUICK);
  });

  /** Lets the submission hang until the test says how it ends. */
  function holdSubmission(): { posted: Promise<void>; answer: () => void; fail: (error: Error) => void } {
    let arrived: () => void = () => undefined;
    let answer: () => void = () => undefined;
    let fail: (error: Error) => void = () => undefined;
    const posted = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const held = new Promise<void>((resolve, reject) => {
      answer = resolve;
      fail = reject;
    });
    harness.provider.beforeSubmitAnswer = () => {
      arrived();
      return held;
    };
    return { posted, answer, fail };
  }

  /** At a speed at which a quarter of an hour is a second: so long a vehicle waits in trouble before it tries again. */
  function inTrial(policy: { patience?: string }): Harness {
    const quarter = { pollInterval: '15m', withdrawPollInterval: '15m', transitionRetry: '15m' };
    const overrides = { policy: { ...quarter, ...policy } };
    return new Harness({ client: connected.client, nativeConnection }, overrides, undefined, 900);
  }

  it('tells in its call stack where it waits, a line for each promise', async () => {
    const handle = await harness.start('bmw');
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      const stacks = (await handle.query<string>('__stack_trace')).split('\n\n');
      expect(stacks.at(-1)).toMatch(/^ {4}at (?:nextTurn|Object\.live) \(.*shell\.ts:\d+:\d+\)$/);
      expect(stacks.map((stack) => stack.split('\n').length)).toEqual(stacks.map(() => 1));
    });
  });

  it('revokes on defleet, waits for the provider to confirm, and completes', async () => {
    const { provider } = harness;
    const handle = await harness.start('bmw');
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      provider.set('approved');
      await soon(handle, ({ status }) => status === 'approved');
      const reply = await ask(handle, defleet, { by: 'ops', reason: 'sold' });
      expect(reply).toMatchObject({ outcome: 'taken', status: 'approved' });
      await soon(handle, ({ status }) => status === 'revoking');
      provider.set('revoked');
      const result = await handle.result();
      expect(result).toMatchObject({
        status: 'revoked',
        step: 'ended',
        defleet: { by: 'ops', reason: 'sold' },
      });
    });
    expect(provider.count('withdraw')).toBe(1);
  });

  it('asked to defleet by message and by cancellation at once, sends one DELETE', async () => {
    const { provider } = harness;
    const handle = await harness.start('audi');
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      await Promise.all([ask(handle, defleet, {}), ask(handle, defleet, undefined), handle.cancel()]);
      await soon(handle, ({ status }) => status === 'canceling');
      provider.set('canceled');
      await handle.result().catch(() => undefined);
    });
    expect(provider.count('withdraw')).toBe(1);
  });

  it('cancelled before a worker has seen it, only looks, and sends nothing', async () => {
    const handle = await harness.start('bmw');
    await handle.cancel();
    await harness.withWorker(() => expectCancelled(handle));
    expect(harness.provider.calls.map(({ method }) => method)).not.toContain('submit');
    expect(harness.provider.calls.map(({ method }) => method)).not.toContain('withdraw');
  });

  it('cancelled while the POST is under way, waits for its answer and withdraws what it made', async () => {
    const { provider } = harness;
    const { posted, answer } = holdSubmission();
    const handle = await harness.start('mercedes-benz', PATIENT);
    await harness.withWorker(async () => {
      await posted;
      await handle.cancel();
      expect((await handle.describe()).status.name).toBe('RUNNING');
      answer();
      await soon(handle, ({ status }) => status === 'canceling');
      provider.set('canceled');
      await expectCancelled(handle);
    });
    expect(provider.count('submit')).toBe(1);
    expect(provider.count('withdraw')).toBe(1);
  });

  it('cancelled while the POST is under way and then fails, withdraws what it may have made', async () => {
    const { provider } = harness;
    const { posted, fail } = holdSubmission();
    const handle = await harness.start('audi', PATIENT);
    await harness.withWorker(async () => {
      await posted;
      await handle.cancel();
      provider.set('pending'); // the request had arrived all the same
      fail(new ProviderError('PROVIDER_TIMEOUT', 'no answer in time', 'It is tried again.'));
      await soon(handle, ({ status }) => status === 'canceling');
      provider.set('canceled');
      await expectCancelled(handle);
    });
    expect(provider.count('submit')).toBe(1);
    expect(provider.count('withdraw')).toBe(1);
  });

  it('cancelled while the provider is away, looks once it is back, and ends when nothing can arrive any more', async () => {
    const forgetful = { policy: { ...QUICK.policy, lostAfter: '1m' } };
    const harness = new Harness({ client: connected.client, nativeConnection }, forgetful);
    const { provider } = harness;
    const handle = await harness.start('bmw');
    provider.failure = unreachable();
    const look = async (): Promise<void> => {
      await soon(handle, ({ attempts }) => attempts.submit >= 1);
      await handle.cancel();
      await soon(handle, ({ attempts }) => attempts.read >= 1);
      expect((await handle.describe()).status.name).toBe('RUNNING');
      provider.failure = null;
      await expectCancelled(handle);
    };
    // What changed nothing is asked again after a minute.
    await harness.withWorker(look, { speed: 20 });
    expect(provider.count('submit')).toBe(0);
  });

  it('parks when the provider refuses the request, and goes on when told', async () => {
    const { provider } = harness;
    const handle = await harness.start('bmw');
    provider.failure = new ProviderError('PROVIDER_REFUSED', '422: not configured', 'Ask support.');
    await harness.withWorker(async () => {
      const parked = await soon(handle, ({ step }) => step === 'parked');
      expect(parked).toMatchObject({ settled: true, action: 'Ask support.' });
      provider.failure = null;
      await ask(handle, retry, { by: 'ops' });
      await soon(handle, isPending);
    });
  });

  it('refuses a message that makes no sense with a sentence, and goes on', async () => {
    const handle = await harness.start('bmw');
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      const nonsense = await ask(handle, defleet, { by: 7 } as never);
      expect(nonsense).toMatchObject({ outcome: 'refused', next: 'Send "by" as a text.' });
      expect((await handle.query(status)).defleet).toBeNull();
    });
  });

  it('takes an amendment, an acknowledgement and a resumption, each with its sentence', async () => {
    const { provider } = harness;
    const handle = await harness.start('audi');
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      provider.set('rejected', 'customer name tag missing');
      await soon(handle, ({ step }) => step === 'parked');
      const until = await ask(handle, acknowledge, { until: '3d', by: 'ops' });
      expect(until).toMatchObject({
        outcome: 'taken',
        status: 'rejected',
        next: 'Nobody is reminded of this before that time. News is told all the same.',
      });
      await ask(handle, amend, { tags: { 'vw-group-customer-name': 'ACME' } });
      const again = await soon(handle, isPending);
      expect(again.attempts.submit).toBe(2);
      expect(await ask(handle, resume, {})).toMatchObject({
        outcome: 'refused',
        next: 'The activation is not parked: there is nothing to resume.',
      });
    });
  });

  it("waits in trouble while the provider is away, is nobody's to decide, and goes on by itself", async () => {
    const harness = inTrial({});
    harness.provider.failure = new ProviderError(
      'PROVIDER_AWAY',
      'no answer for long',
      'Watch the provider.',
    );
    const handle = await harness.start('bmw');
    await harness.withWorker(async () => {
      const waits = await soon(handle, ({ inTrouble }) => inTrouble);
      expect(waits).toMatchObject({ step: 'submitting', settled: false, owner: 'operations' });
      expect(waits.action).toMatch(
        /^Waits: the provider gives no answer .*no answer for long Watch the provider\.$/,
      );
      // The call that the server repeats for as long as it takes.
      const later = await soon(handle, () => harness.provider.calls.length >= 3);
      expect(later).toMatchObject({ step: 'submitting', inTrouble: true });
      harness.provider.failure = null;
      expect(await soon(handle, isPending)).toMatchObject({ inTrouble: false, owner: null });
    });
    // Operations are told once for all vehicles, and not by them.
    expect(harness.notices).toEqual([]);
  });

  it('parks when it alone had no answer for longer than the policy has patience, and tells people', async () => {
    const harness = inTrial({ patience: '30m' });
    harness.provider.failure = unreachable();
    const handle = await harness.start('bmw');
    await harness.withWorker(async () => {
      const parked = await soon(handle, ({ step }) => step === 'parked');
      // It goes on by itself after some hours.
      expect(parked).toMatchObject({ settled: false, action: 'It is tried again.' });
      expect(parked.history.at(-1)?.note).toContain('decided to tell the fleet-manager');
      harness.provider.failure = null;
      await ask(handle, resume, { by: 'ops' });
      await soon(handle, isPending);
    });
    // It is tried again by itself after some hours, which are seconds here: a slow test sees it parked again.
    expect(harness.notices.length).toBeGreaterThan(0);
    for (const notice of harness.notices) expect(notice).toMatchObject({ kind: 'parked', vin: harness.vin });
  });

  it('hands a notice over again, the same, where that has failed', async () => {
    harness.provider.failure = new ProviderError('PROVIDER_REFUSED', '422: not configured', 'Ask support.');
    harness.noticeFailures.push(new Error('14 UNAVAILABLE: no connection'));
    const handle = await harness.start('bmw');
    await harness.withWorker(() => soon(handle, () => harness.tellings.length >= 2));
    const [first, second] = harness.tellings;
    expect(second?.notice).toEqual(first?.notice);
  });

  it('goes on in a fresh run with all that it knows when its history gets long', async () => {
    const handle = await harness.start('mercedes-benz');
    const cached = { maxCachedWorkflows: 10 };
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      const first = (await handle.describe()).runId;
      const claim = { status: 'pending', deliveryId: 'the same' };
      for (let round = 0; round < 5; round++) {
        await Promise.all(Array.from({ length: 100 }, () => handle.signal(clearanceChanged, claim)));
      }
      await eventually(
        () => handle.describe(),
        ({ runId }) => runId !== first,
      );
      const view = await handle.query(status);
      expect(view.history[0]).toMatchObject({ source: 'submit', status: 'pending' });
      expect(view.attempts.submit).toBe(1);
      // A cancellation still means the same.
      await handle.cancel();
      await soon(handle, ({ status }) => status === 'canceling');
      harness.provider.set('canceled');
      await expectCancelled(handle);
    }, cached);
    expect(harness.provider.count('submit')).toBe(1);
  });

  it('fails with a clear sentence when it was started for a brand that nobody knows', async () => {
    const handle = await harness.start('trabant');
    await harness.withWorker(async () => {
      const error = (await handle.result().catch((error: unknown) => error)) as Error & { cause?: Error };
      expect(inspect(error)).toContain('"trabant" is not a brand that the catalogue knows');
    });
    expect(harness.provider.calls).toEqual([]);
  });
});
