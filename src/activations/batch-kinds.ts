import { MESSAGES, type MessageKind } from '../../workflows/contract/messages';
import type { Activations, Sending } from './activations';
import type { MessageReply } from './sending';

/** How a message is sent to the vehicles of a batch. */
export interface BatchKind {
  /**
   * Vehicles a minute, where nothing else is configured. What makes no call at the provider needs no pace; the others leave
   * half of the usual budget, 60 calls a minute, to everybody else: a look travels with others, a DELETE is a call of its own.
   */
  readonly pace: number;
  /** Whether it is as good when there is no activation any more that could take it. */
  readonly isEndFine: boolean;
  send(activations: Activations, vin: string, request: object, how: Sending): Promise<MessageReply>;
}

const own: Readonly<Partial<Record<MessageKind, Partial<BatchKind>>>> = {
  acknowledge: { pace: Number.POSITIVE_INFINITY },
  defleet: { pace: 30, isEndFine: true },
};

/** Every message is a kind of batch. What one of them does otherwise than the others stands above. */
export const BATCH_KINDS = Object.fromEntries(
  MESSAGES.map((kind) => [
    kind,
    {
      pace: 600,
      isEndFine: false,
      send: (activations, vin, request, how) => activations.send(kind, vin, request, how),
      ...own[kind],
    } satisfies BatchKind,
  ]),
) as Readonly<Record<MessageKind, BatchKind>>;
