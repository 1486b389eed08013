import { MESSAGES, type MessageKind } from '../../workflows/contract/messages';

/** What holds of a message that is sent to many vehicles. */
export interface BatchKind {
  /**
   * Vehicles a minute, where nothing else is configured. What makes no call at the provider needs no pace; the others leave
   * half of the usual budget, 60 calls a minute, to everybody else: a look travels with others, a DELETE is a call of its own.
   */
  readonly pace: number;
  /** Whether it is as good when there is no activation any more that could take it. */
  readonly isEndFine: boolean;
}

const OWN: Readonly<Partial<Record<MessageKind, Partial<BatchKind>>>> = {
  acknowledge: { pace: Number.POSITIVE_INFINITY },
  'data-seen': { pace: Number.POSITIVE_INFINITY },
  defleet: { pace: 30, isEndFine: true },
};

/** Every message is a kind of batch. What holds of one and not of the others stands above. */
export const BATCH_KINDS = Object.fromEntries(
  MESSAGES.map((kind) => [kind, { pace: 600, isEndFine: false, ...OWN[kind] } satisfies BatchKind]),
) as Readonly<Record<MessageKind, BatchKind>>;
