import type { QueryDefinition, SignalDefinition } from '@temporalio/common';
import { type Application, applicationKey } from '../../src/domain/application';
import type { Audience } from '../../src/domain/audience';
import type { Notice } from './notice';
import type { OpenTroubles } from './trouble';

/** What those who hand notices over, deliver them and look after them agree on. Times are ISO 8601, UTC. */

/** The workflow type that delivers the notices for one audience of an application. */
export const NOTICES = 'notices';

/** One for each audience: the id is what makes all activations hand over to the same. */
export function noticesId(app: Application, audience: Audience): string {
  return `${NOTICES}:${applicationKey(app)}:${audience}`;
}

/** A notice, and the channels by which it is to be told. */
export interface HandedOver {
  readonly notice: Notice;
  readonly channels: readonly string[];
}

/** What became of a notice on a channel. */
export type Delivery =
  /** The receiver has it. `where`: for people, without secrets. `id`: by which the receiver can find it. */
  | { readonly outcome: 'delivered'; readonly where: string; readonly id: string }
  /** It was not sent, and sending it again cannot help. */
  | { readonly outcome: 'not-sent'; readonly why: string };

/** The same as it is written down: while it is under way, nothing is known. */
export interface DeliveryRecord {
  readonly channel: string;
  readonly outcome: 'under-way' | Delivery['outcome'];
  /** When it was delivered, or given up. */
  readonly at: string | null;
  readonly where: string | null;
  readonly id: string | null;
  readonly why: string | null;
}

/** What is remembered of a notice: texts are cut. */
export type NoticeRecord = Pick<
  Notice,
  'id' | 'kind' | 'vin' | 'plate' | 'fleet' | 'status' | 'reason' | 'level' | 'audience' | 'owner' | 'action'
> & {
  /** When the activation decided to tell it. */
  readonly decidedAt: string;
  readonly handedOverAt: string;
  /** One for each channel; none where the routes name no channel for it. */
  readonly deliveries: readonly DeliveryRecord[];
};

/** A notice that is not on all of its channels yet. */
export interface UnderWayNotice {
  readonly notice: Notice;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Those that are left. */
  readonly channels: readonly string[];
}

/** What a run hands on to a fresh one. */
export interface CarriedNotices {
  /** Oldest first. */
  readonly records: readonly NoticeRecord[];
  readonly underWay: readonly UnderWayNotice[];
  /** Trouble that is open; absent: none. */
  readonly troubles?: readonly OpenTroubles[];
}

export interface NoticesInput {
  /** Set by the workflow itself when it continues in a new run. */
  readonly carried?: CarriedNotices;
}

export const handOver = { type: 'signal', name: 'handOver' } as SignalDefinition<[HandedOver]>;
/** The notices that are remembered, newest first; of one vehicle, where its VIN or its plate is given. */
export const noticeLog = { type: 'query', name: 'noticeLog' } as QueryDefinition<
  NoticeRecord[],
  [string | undefined]
>;
