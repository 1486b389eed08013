import type { Notice } from '../../workflows/contract/notice';
import type { Delivery } from '../../workflows/contract/notices';
import type { Channel, ChannelDependencies, ChannelSettings, OpenChannel } from './channel';
import { factsOf } from './log';
import { NoticeError } from './notice-error';

/** The channels that are set up. */
export interface OpenChannels {
  readonly ids: readonly string[];
  /** Whether one of them reaches people who do not look by themselves. */
  readonly reachPeople: boolean;
  /**
   * One attempt at a notice on one channel, which the log hears of where it did not arrive.
   *
   * @throws NoticeError when it has to be delivered again.
   */
  deliver(id: string, notice: Notice): Promise<Delivery>;
  /** Frees sockets. */
  close(): Promise<void>;
}

/** Opens every channel that is set up. */
export function openChannels(
  channels: readonly Channel[],
  settings: ChannelSettings,
  dependencies: ChannelDependencies,
): OpenChannels {
  const { log } = dependencies;
  const open = new Map<string, OpenChannel>();
  for (const channel of channels) {
    const opened = channel.open(settings, dependencies);
    if (opened) open.set(channel.id, opened);
  }
  return {
    ids: [...open.keys()],
    reachPeople: channels.some(({ id, reachesPeople }) => reachesPeople && open.has(id)),
    async deliver(id, notice) {
      const tell = (problem: string, what: string): void =>
        log.error({ ...factsOf(notice), channel: id, problem }, what);
      try {
        const delivery = await channelOf(open, id).deliver(notice);
        if (delivery.outcome === 'not-sent') tell(delivery.why, 'notice not sent');
        return delivery;
      } catch (error) {
        tell((error as Error).message, 'notice not delivered yet');
        throw error;
      }
    },
    async close() {
      for (const channel of open.values()) await channel.close();
    },
  };
}

/** @throws NoticeError: another worker may have it, or this one soon. */
function channelOf(open: ReadonlyMap<string, OpenChannel>, id: string): OpenChannel {
  const channel = open.get(id);
  if (channel) return channel;
  throw new NoticeError(`The channel "${id}" is not set up at this worker.`, undefined);
}
