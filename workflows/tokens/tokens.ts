import {
  ApplicationFailure,
  CancellationScope,
  condition,
  proxyActivities,
  setHandler,
  sleep,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { TokenActivities } from '../../activities/tokens';
import { applicationKey } from '../../src/domain/application';
import { summaryOf } from '../../src/domain/markdown';
import { goOnAfresh } from '../activation/fresh-run';
import { translated } from '../activation/under-way';
import { CallFailed } from '../contract/call-failed';
import {
  TOKENS_MEMO,
  type TokensInput,
  type TokensListed,
  type TokenTrouble,
  tokenWanted,
} from '../contract/tokens';
import { nextAsking, recent } from './pace';

/** One attempt: each may make a token, so that it is this workflow that counts them. */
const { mintToken } = proxyActivities<TokenActivities>({
  startToCloseTimeout: '1 minute',
  retry: { maximumAttempts: 1 },
});

/**
 * Keeps the access token of one credential, for all workers and beyond their restarts, and has a new one made when somebody needs it:
 * one at a time, at a pace. It never ends by itself. The token is sealed with the credential's secret wherever it is written down.
 */
export async function tokens({ app, speed = 1, carried }: TokensInput): Promise<void> {
  if (!app?.provider || !app.application)
    throw ApplicationFailure.nonRetryable('A token belongs to a credential.', 'INPUT_INVALID');
  let token = carried?.token ?? null;
  let asked = carried?.asked ?? [];
  let isWanted = false;
  let trouble: TokenTrouble | null = null;
  /** Until when its provider has asked us to wait. */
  let heldUntil = 0;
  setHandler(
    tokenWanted,
    (wanted) => {
      isWanted ||= token === null || token.until <= Date.now() || token.id === wanted?.not;
    },
    { description: 'Somebody needs another token than {"not": "its id"}.' },
  );
  const show = (nextAt: number | null): void =>
    upsertMemo({ [TOKENS_MEMO]: { token, trouble, nextAt } satisfies TokensListed });

  // Somebody's cancellation must not take the token from all workers.
  await CancellationScope.nonCancellable(async () => {
    for (;;) {
      await condition(() => isWanted || workflowInfo().continueAsNewSuggested);
      if (!isWanted) return;
      const at = Math.max(nextAsking(asked, Date.now(), speed), heldUntil);
      if (at > Date.now()) {
        show(at);
        await sleep(Math.max(1, at - Date.now()));
      }
      asked = [...recent(asked, Date.now(), speed), Date.now()];
      try {
        const summary = summaryOf(`Ask for a token of ${applicationKey(app)}`);
        token = await translated(mintToken.executeWithOptions({ summary }, [app]));
        trouble = null;
      } catch (error) {
        if (!(error instanceof CallFailed)) throw error;
        const { code = 'PROVIDER_UNAVAILABLE', next, wait } = error.details;
        heldUntil = Date.now() + (wait ?? 0) / speed;
        const since: number = trouble?.since ?? Date.now();
        trouble = { code, words: error.message, next: next ?? '', at: Date.now(), since };
      }
      // Who still needs one says so again.
      isWanted = false;
      show(null);
    }
  });
  return goOnAfresh<typeof tokens>({ app, speed, carried: { token, asked } });
}
