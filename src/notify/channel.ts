import type { z } from 'zod';
import type { Notice } from '../../workflows/contract/notice';
import type { Delivery } from '../../workflows/contract/notices';
import type { Environment } from '../config/config';
import type { Logger } from '../config/log';

/** A variable of a channel's settings. */
export interface ChannelVariable {
  /** What it is, in a sentence, as the README says it. */
  readonly about: string;
  /** What it is where it is not set. */
  readonly fallback?: string;
  /** The variable that has to be set with this one. */
  readonly needs?: string;
  /** Checks it and makes of it what is used. Of one that may be missing: an optional schema. */
  readonly schema: z.ZodType;
}

/** What the variables of channels say, by their names. */
export type ChannelSettings = Readonly<Record<string, unknown>>;

/** What a channel may need of the worker. */
export interface ChannelDependencies {
  readonly log: Logger;
  /** May name a proxy. Default: the environment of the process. */
  readonly environment?: Environment;
}

/** A channel that is set up. */
export interface OpenChannel {
  /**
   * One attempt. Whoever delivers a notice again after an error delivers the same id again.
   *
   * @throws NoticeError when it has to be delivered again.
   */
  deliver(notice: Notice): Promise<Delivery>;
  /**
   * Whether its receiver can be reached. Sends no notice. Without it nobody can tell.
   *
   * @returns where that is. @throws NoticeError when it cannot.
   */
  reach?(): Promise<string>;
  /** Frees sockets. */
  close(): Promise<void>;
}

/** A way by which notices leave the building. Its file has all of it, and `registry.ts` has its name in one line. */
export interface Channel {
  /** In routes and in the record of what became of a notice: `webhook`. */
  readonly id: string;
  /** Whether it reaches people who do not look by themselves. */
  readonly reachesPeople: boolean;
  /** By their whole names. */
  readonly variables: Readonly<Record<string, ChannelVariable>>;
  /** @returns null where it is not set up. */
  open(settings: ChannelSettings, dependencies: ChannelDependencies): OpenChannel | null;
}
