import type { Channel } from './channel';
import { logChannel } from './log';
import { webhookChannel } from './webhook';

/** Every channel. The only file outside of a channel's own that names one. */
export const CHANNELS: readonly Channel[] = [logChannel, webhookChannel];
