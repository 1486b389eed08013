import { setTimeout as wait } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { parkingQueue, TASK_QUEUE } from '../../workflows/contract/task-queues';
import {
  type SealedToken,
  TOKENS,
  TOKENS_MEMO,
  type TokensInput,
  type TokensListed,
  type TokenWanted,
  tokensId,
  tokenWanted,
} from '../../workflows/contract/tokens';
import { unseal } from '../base/seal';
import { type Application, applicationKey } from '../domain/application';
import { ProviderError, type ProviderErrorCode } from '../providers/provider-error';
import type { TokenSource } from '../providers/shared/token';

export interface SharedTokenOptions {
  /** What tokens are sealed with. */
  readonly secret: string;
  /** Of a trial, whose time passes faster. @default 1 */
  readonly speed?: number;
  /** In front of the names of task queues. */
  readonly taskQueue?: string;
  /** How long a new token may take, in milliseconds. */
  readonly patience?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** A token is not used in its last milliseconds; one of a short life in no more than its second half. */
const MARGIN = 120_000;
const PATIENCE = 20_000;
/** Between two looks for a new token: the first, and the longest. */
const FIRST_LOOK = 50;
const LONGEST_LOOK = 1_000;

/**
 * The access token of a credential that all workers share, and that outlives them: the workflow `tokens` keeps it. It is read where
 * the server stores it, whether another worker runs or not; a new one is asked for by a signal.
 */
export function createSharedToken(
  client: Client,
  app: Application,
  options: SharedTokenOptions,
): TokenSource {
  const { secret, speed = 1, taskQueue = TASK_QUEUE, patience = PATIENCE, now = Date.now } = options;
  const workflowId = tokensId(app);
  let current: (Pick<SealedToken, 'id' | 'until' | 'from'> & { readonly value: string }) | undefined;
  let pending: Promise<string> | undefined;

  const margin = MARGIN / speed;
  const isFresh = ({ until, from = 0 }: Pick<SealedToken, 'until' | 'from'>): boolean =>
    now() < until - Math.min(margin, (until - from) / 2);

  async function read(): Promise<TokensListed | null> {
    try {
      const { memo } = await client.workflow.getHandle(workflowId).describe();
      return (memo?.[TOKENS_MEMO] as TokensListed | undefined) ?? null;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  }

  /** @returns null where it cannot be used. */
  function opened(token: SealedToken | null | undefined, not: string | null): string | null {
    if (!token || token.id === not || !isFresh(token)) return null;
    const value = unseal(token.sealed, secret, applicationKey(app));
    if (value !== null) current = { id: token.id, value, until: token.until, from: token.from ?? 0 };
    return value;
  }

  async function want(not: string | null): Promise<void> {
    const input: TokensInput = { app, speed };
    const queue = parkingQueue(app.provider, taskQueue);
    await client.workflow.signalWithStart<(input: TokensInput) => Promise<void>, [TokenWanted]>(TOKENS, {
      workflowId,
      taskQueue: queue,
      args: [input],
      signal: tokenWanted,
      signalArgs: [{ not }],
      staticSummary: `The access token of ${applicationKey(app)}`,
    });
  }

  async function fetch(not: string | null): Promise<string> {
    const before = await read();
    const known = opened(before?.token, not);
    if (known !== null) return known;
    const asked = now();
    // What cannot be read, or ends, is not wanted either.
    await want(before?.token?.id ?? not);
    const end = performance.now() + patience;
    for (let pause = FIRST_LOOK; performance.now() < end; pause = Math.min(2 * pause, LONGEST_LOOK)) {
      await wait(pause);
      const after = await read();
      const value = opened(after?.token, before?.token?.id ?? not);
      if (value !== null) return value;
      if (after) throwTrouble(after, asked);
    }
    throw new ProviderError(
      'PROVIDER_BUSY',
      `No access token of ${applicationKey(app)} has come in time`,
      'It is tried again by itself. If it stays so, see that workers run with VIN_PARKING.',
    );
  }

  /** @throws ProviderError where no token comes for now. */
  function throwTrouble({ trouble, nextAt }: TokensListed, asked: number): void {
    const left = nextAt === null ? null : nextAt - now();
    if (left !== null && left > patience) {
      throw new ProviderError(
        'PROVIDER_RATE_LIMITED',
        `No further access token of ${applicationKey(app)} is asked for now: too many in a day may end the access${trouble ? `. The last time: ${trouble.words}` : ''}`,
        'It is tried again by itself after a while.',
        { retryAfter: left, isUnsent: true },
      );
    }
    // The clocks of worker and server differ by less than this.
    if (nextAt === null && trouble && trouble.at > asked - 30_000) {
      throw new ProviderError(trouble.code as ProviderErrorCode, trouble.words, trouble.next);
    }
  }

  const fetchOnce = (not: string | null): Promise<string> => {
    pending ??= fetch(not).finally(() => {
      pending = undefined;
    });
    return pending;
  };

  return {
    get: async () => (current && isFresh(current) ? current.value : fetchOnce(current?.id ?? null)),
    replace: async (refused) =>
      current?.value === refused || !current ? fetchOnce(current?.id ?? null) : current.value,
    granted: () => ({ scopes: null }),
  };
}
