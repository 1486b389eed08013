import { z } from 'zod';
import { BATCH_OUTCOMES } from '../../../workflows/contract/batch';
import { MESSAGES } from '../../../workflows/contract/messages';
import { BATCH_STATUSES } from '../../activations/batches';
import { registry, statusWord, textOrNull, time, timeOrNull } from './registry';
import { cursor } from './request-schemas';

/** Rows on one page. */
const ROWS_LIMIT = 1_000;

const COUNTS = Object.fromEntries(
  ['vehicles', 'todo', ...BATCH_OUTCOMES, 'problems'].map((name) => [name, z.number()]),
);
const countsExample = { vehicles: 40, todo: 12, taken: 27, queued: 0, ended: 0, refused: 1, problems: 1 };

const facts = {
  id: z.string(),
  message: z.enum(MESSAGES),
  status: z.enum(BATCH_STATUSES).register(registry, {
    description: '`running`, also while it waits for its pace; `stopped` by somebody before its end',
  }),
  by: z.string(),
  startedAt: time,
  endedAt: timeOrNull('When it ended; null while it runs'),
  stoppedBy: textOrNull('Who has stopped it'),
  counts: z.object(COUNTS as Record<string, z.ZodNumber>).register(registry, {
    description: `So many vehicles of each outcome; \`problems\` are those for which what was wanted does not come about, whatever their outcome`,
    example: { ...countsExample, 'not-found': 0, 'not-known': 0, failed: 0 },
  }),
};

const EXAMPLE = {
  id: 'returns-2026-12',
  message: 'acknowledge',
  status: 'running',
  by: 'jane (onboarding)',
  startedAt: '2026-03-02T09:00:00.000Z',
  endedAt: null,
  stoppedBy: null,
  counts: { ...countsExample, 'not-found': 0, 'not-known': 0, failed: 0 },
};

export const Batch = z.object(facts).register(registry, { id: 'Batch', example: EXAMPLE });

const row = z.object({
  index: z.number().register(registry, { description: 'Its place in the batch, from 0' }),
  vin: z.string(),
  outcome: z.enum([...BATCH_OUTCOMES, 'todo']).register(registry, {
    description:
      '`taken`: it is carried out. `queued`: it is kept, nobody has taken it in yet, and it is asked again. `ended`: there was no activation left. `not-found`: there is no such activation. `not-known`: it may be carried out or not. `todo`: nothing was sent yet',
  }),
  status: statusWord.nullable(),
  next: textOrNull('What happens next, where nothing is wrong'),
  code: textOrNull('The code of what is wrong'),
  problem: textOrNull('What is wrong; null where what was wanted comes about'),
  remedy: textOrNull('What to do'),
});

export const BatchPage = z
  .object({
    ...facts,
    complete: z.boolean().register(registry, {
      description: 'False when no worker has answered: then the counts are known, and no rows',
    }),
    rows: z.array(row).register(registry, { description: 'One for each vehicle, each once' }),
    next: textOrNull('The cursor of the next page, or null at the end'),
  })
  .register(registry, {
    id: 'BatchPage',
    example: {
      ...EXAMPLE,
      complete: true,
      rows: [
        {
          index: 0,
          vin: 'WBA8E9G50GNT00001',
          outcome: 'taken',
          status: 'pending',
          next: 'The reminders stop.',
          code: null,
          problem: null,
          remedy: null,
        },
      ],
      next: '1',
    },
  });

export const BatchQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(ROWS_LIMIT).default(100),
  cursor: cursor.optional().register(registry, { description: '`next` of the page before' }),
});
