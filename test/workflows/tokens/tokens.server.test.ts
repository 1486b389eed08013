import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { failureOf } from '../../../activities/failures';
import { VinError } from '../../../src/base/errors';
import {
  TOKENS,
  TOKENS_MEMO,
  type TokensListed,
  tokensId,
  tokenWanted,
} from '../../../workflows/contract/tokens';
import { BUNDLE } from '../../support/bundle';
import { eventually } from '../../support/command-line';
import { timeSkippingEnvironment } from '../../support/temporal';
import { quietWorkers } from '../harness';

const APP = { provider: 'autopay', application: 'default' };
const DAY = 86_400_000;

describe('the token of a credential', () => {
  let env: TestWorkflowEnvironment;
  let minted: number;
  let isFailing: boolean;

  beforeAll(async () => {
    quietWorkers();
    env = await timeSkippingEnvironment();
  });
  afterAll(() => env?.teardown());

  const want = (not: string | null) =>
    env.client.workflow.signalWithStart(TOKENS, {
      workflowId: tokensId(APP),
      taskQueue: 'tokens',
      args: [{ app: APP }],
      signal: tokenWanted,
      signalArgs: [{ not }],
    });
  const listed = async () => {
    const { memo } = await env.client.workflow.getHandle(tokensId(APP)).describe();
    return (memo?.[TOKENS_MEMO] as TokensListed | undefined) ?? { token: null, trouble: null, nextAt: null };
  };
  async function mintToken() {
    minted += 1;
    if (isFailing) throw failureOf(new VinError('PROVIDER_UNAVAILABLE', 'answered 503', 'Wait.'));
    return { id: `token-${minted}`, sealed: 'sealed', until: (await env.currentTimeMs()) + DAY };
  }

  it('is made once for a hundred who want it, again for those to whom it was refused, and after a pause where it fails', async () => {
    minted = 0;
    isFailing = false;
    const worker = await Worker.create({
      connection: env.nativeConnection,
      taskQueue: 'tokens',
      workflowBundle: BUNDLE,
      activities: { mintToken },
      maxCachedWorkflows: 0,
    });
    await worker.runUntil(async () => {
      // The server of the tests starts it twice where two begin at once.
      await want(null);
      await Promise.all(Array.from({ length: 100 }, () => want(null)));
      const first = await eventually(listed, ({ token }) => token !== null);
      expect([minted, first.token?.id]).toEqual([1, 'token-1']);

      isFailing = true;
      await Promise.all(Array.from({ length: 100 }, () => want('token-1')));
      const waiting = await eventually(listed, ({ nextAt }) => nextAt !== null);
      expect([minted, waiting.token?.id]).toEqual([1, 'token-1']);
      await env.sleep('1 minute');
      const { trouble } = await eventually(listed, (one) => one.trouble !== null);
      expect(trouble).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', words: 'answered 503', next: 'Wait.' });
      expect(minted).toBe(2);

      // Nobody wants one: none is asked for.
      await env.sleep('2 hours');
      expect(minted).toBe(2);
      isFailing = false;
      await want('token-1');
      const mended = await eventually(listed, ({ token }) => token?.id === 'token-3');
      expect(mended).toMatchObject({ trouble: null, nextAt: null });
      // Who knows the former one wants none.
      await want('token-1');
      await env.sleep('1 hour');
      expect(minted).toBe(3);
    });
  });
});
