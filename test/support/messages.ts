import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/common';
import { type Envelope, type MessageOutcome, messageOutcome } from '../../workflows/contract/messages';
import { eventually } from './command-line';

/** Sends a message to an activation and waits until it has been taken in: what became of it. */
export async function ask<Request extends Envelope | undefined>(
  handle: WorkflowHandle,
  message: SignalDefinition<[Request]>,
  request: Request,
): Promise<Omit<MessageOutcome, 'kind' | 'words'>> {
  const id = request?.id ?? randomUUID();
  await handle.signal(message, { ...request, id } as Request);
  const found = await eventually(
    () => handle.query(messageOutcome, id),
    (outcome) => outcome !== null,
  );
  const { kind: _kind, words: _words, ...outcome } = found as MessageOutcome;
  return outcome;
}
