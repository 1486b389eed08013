import { z } from 'zod';
import { MESSAGES, type MessageKind } from '../../workflows/contract/messages';

/** How many vehicles of a batch are sent a message in a minute, by its kind. What is not named keeps its usual pace. */
export type Paces = Readonly<Partial<Record<MessageKind, number>>>;

const PART = /^([a-z-]+) *= *([1-9]\d{0,6})$/;

/** `retry=600,defleet=30`. */
export const paceText = z
  .string()
  .default('')
  .transform((text, context): Paces => {
    const named: Partial<Record<MessageKind, number>> = {};
    for (const part of text.split(',').map((piece) => piece.trim())) {
      if (part === '') continue;
      const [, name = '', pace] = PART.exec(part) ?? [];
      const kind = MESSAGES.find((one) => one === name);
      if (kind === undefined || named[kind] !== undefined) {
        context.addIssue({
          code: 'custom',
          message: `${JSON.stringify(part.slice(0, 60))} is ${kind ? 'a second one' : 'none'} of ${MESSAGES.join(', ')} with vehicles a minute, such as retry=600`,
        });
        return z.NEVER;
      }
      named[kind] = Number(pace);
    }
    return named;
  });
