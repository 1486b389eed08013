import { NoticeError } from '../src/notify/notice-error';
import type { OpenChannels } from '../src/notify/open-channels';
import type { Notice } from '../workflows/contract/notice';
import type { Delivery } from '../workflows/contract/notices';
import { failureOf } from './failures';

/** The side effects of the workflow that delivers notices. */
export interface NoticeActivities {
  /** One attempt at a notice on one channel. Every attempt carries the notice's own id, so that a receiver can act once. */
  deliverNotice(what: { readonly channel: string; readonly notice: Notice }): Promise<Delivery>;
}

/** Hands over what parkings tell people: no receiver is waited for. */
export function createNotify(notifier: { send(notice: Notice): Promise<void> }) {
  return {
    notify: (notice: Notice): Promise<void> =>
      notifier.send(notice).catch((error: unknown) => {
        throw failureOf(error);
      }),
  };
}

/** So many waits are remembered. */
const MOST_WAITS = 10_000;

export function createNoticeActivities(
  channels: Pick<OpenChannels, 'deliver'>,
  now: () => number = Date.now,
): NoticeActivities {
  /**
   * Until when the receiver has asked to be left alone, by channel and notice. Temporal heeds it between two attempts; a
   * fresh run of the workflow does not know of it.
   */
  const waits = new Map<string, number>();

  async function deliver(channel: string, notice: Notice): Promise<Delivery> {
    const key = `${channel} ${notice.id}`;
    const left = (waits.get(key) ?? 0) - now();
    if (left > 0) throw new NoticeError('The receiver of notices has asked us to wait.', left);
    waits.delete(key);
    try {
      return await channels.deliver(channel, notice);
    } catch (error) {
      if (error instanceof NoticeError && error.retryAfter !== undefined) {
        const [oldest] = waits.keys();
        if (waits.size >= MOST_WAITS && oldest !== undefined) waits.delete(oldest);
        waits.set(key, now() + error.retryAfter);
      }
      throw error;
    }
  }

  return {
    deliverNotice: ({ channel, notice }) =>
      deliver(channel, notice).catch((error: unknown) => {
        throw failureOf(error);
      }),
  };
}
