import { MESSAGES, type MessageKind } from '../../workflows/contract/messages';
import type { Endpoint } from '../domain/endpoint';

/** What holds of a message that is sent to many vehicles. */
export interface BatchKind {
  /**
   * Vehicles a minute, where nothing else is configured. What makes no call at the provider needs no pace; a look travels with
   * others. What costs each vehicle a call of its own names its endpoint: as many as the application's budget has calls there, so
   * that the budget is used, and what is asked for meanwhile waits minutes, not hours.
   */
  readonly pace: number | Endpoint;
  /** Whether it is as good when there is no activation any more that could take it. */
  readonly isEndFine: boolean;
}

const OWN: Readonly<Partial<Record<MessageKind, Partial<BatchKind>>>> = {
  acknowledge: { pace: Number.POSITIVE_INFINITY },
  'data-seen': { pace: Number.POSITIVE_INFINITY },
  defleet: { pace: 'withdraw', isEndFine: true },
};

/** Every message is a kind of batch. What holds of one and not of the others stands above. */
export const BATCH_KINDS = Object.fromEntries(
  MESSAGES.map((kind) => [kind, { pace: 600, isEndFine: false, ...OWN[kind] } satisfies BatchKind]),
) as Readonly<Record<MessageKind, BatchKind>>;
