import { z } from 'zod';
import { DEFLEETING_OUTCOMES, DEFLEETING_STEPS, DEPARTURES } from '../../../workflows/contract/defleetings';
import { LIMITS } from '../../../workflows/lifecycle/limits';
import { ASK_OUTCOMES, MESSAGE_OUTCOMES } from '../../defleetings/defleetings';
import { isDay } from '../../domain/day';
import { WHO_LENGTH } from '../../domain/name';
import { SUMMARY_EXAMPLE } from './activation-schema';
import { fleetName, nameOf } from './names';
import { registry, textOrNull, time, timeOrNull } from './registry';
import { cursor, duration, flag, messageId, PAGE_LIMIT, vin } from './request-schemas';

/** What the API says and understands of vehicles that leave. */

const day = z
  .string()
  .max(20)
  .refine(isDay, 'is no day of this century: write for example 2026-12-01')
  .register(registry, {
    format: 'date',
    description: 'A day such as `2026-12-01`, in the zone of the workers',
  });
const deadline = duration;
const id = messageId.optional().register(registry, {
  description:
    'Sent again with the same id it is the same order. The header `Idempotency-Key` says the same.',
});

const REASON = 'Why the vehicle leaves';

/** How one vehicle leaves, or many. */
export const departure = {
  note: nameOf(LIMITS.name).optional().register(registry, { description: 'The same in your own words' }),
  eventDate: day.optional(),
  deadline: deadline.optional().register(registry, {
    description: 'How long after the end of that day all access must have ended, such as `48h`',
  }),
  by: nameOf(WHO_LENGTH)
    .optional()
    .register(registry, { description: 'The role of whoever asks, for the certificate' }),
  onBehalfOf: nameOf(LIMITS.name).optional().register(registry, { description: 'For whom it is asked' }),
};

export const DefleetingRequest = z
  .strictObject({
    vin,
    reason: z.enum(DEPARTURES).default('other').register(registry, { description: REASON }),
    ...departure,
    id,
  })
  .register(registry, {
    id: 'DefleetingRequest',
    example: {
      vin: 'WBA8E9G50GNT00001',
      reason: 'sold',
      eventDate: '2026-12-01',
      deadline: '48h',
      by: 'fleet manager',
    },
  });

export const MoveDefleetingRequest = z
  .strictObject({ eventDate: day.optional(), deadline: deadline.optional(), id })
  .refine(
    ({ eventDate, deadline: until }) => eventDate !== undefined || until !== undefined,
    'needs "eventDate" or "deadline"',
  )
  .register(registry, { id: 'MoveDefleetingRequest', example: { eventDate: '2026-12-31' } });

export const TakeBackRequest = z
  .strictObject({ id })
  .register(registry, { id: 'TakeBackRequest', example: {} });

export const DefleetingsQuery = z.strictObject({
  all: flag.optional().register(registry, { description: 'Also those that have left' }),
  overdue: flag.optional().register(registry, { description: 'Those whose deadline is over' }),
  fleet: fleetName.optional().register(registry, { description: 'Those of this fleet' }),
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT).default(50),
  cursor: cursor.optional().register(registry, {
    description: '`next` of the page before. It is only good with the same filters.',
  }),
});

const part = z.object({
  kind: z.enum(['data', 'parking']).default('data').register(registry, {
    description: 'The data at an application, or the parking of a plate, which then stands in `application`',
  }),
  provider: z.string(),
  application: z.string(),
  state: z.enum(['to-ask', 'leaving', 'gone']),
  status: textOrNull("The provider's word for the clearance"),
  reason: textOrNull('Why it is open still'),
  owner: textOrNull('Who has to act now'),
  action: textOrNull('What the owner has to do'),
  askedAt: timeOrNull('When it was asked to end the access'),
  readBackAt: timeOrNull('When we read at the provider that nothing is open; null: not yet'),
});

const listed = {
  vin: z.string(),
  id: z.string(),
  fleet: textOrNull('The fleet that the vehicle belonged to'),
  reason: z.enum(DEPARTURES),
  note: textOrNull('The reason in the words of whoever asked'),
  role: z.string().register(registry, { description: 'The role of whoever asked' }),
  onBehalfOf: textOrNull('For whom it was asked'),
  channel: z.string().register(registry, { description: 'By which door it came' }),
  askedAt: time,
  eventDate: z
    .string()
    .nullable()
    .register(registry, { format: 'date', description: 'The day of the event' }),
  zone: textOrNull('The zone that it is a day of'),
  beginsAt: timeOrNull('When it begins, or began; null until a worker has had it'),
  deadlineAt: timeOrNull('Until when all access must have ended'),
  overdue: z.boolean().register(registry, { description: 'Whether that is over, and something is open' }),
  step: z.enum(DEFLEETING_STEPS),
  outcome: z
    .enum(DEFLEETING_OUTCOMES)
    .nullable()
    .register(registry, { description: 'Null while it is under way' }),
  parts: z
    .array(part)
    .register(registry, { description: 'One for each application, and one for the parking of each plate' }),
  statementAt: timeOrNull('When it was signed that the deadline is over and something is open'),
  certificate: z.object({ number: z.number().int(), issuedAt: time }).nullable(),
};

const EXAMPLE = {
  vin: 'WBA8E9G50GNT00001',
  id: '0f9d5f0e-6a7c-4c5e-9b57-0b6f6f3f8a11',
  fleet: 'acme',
  reason: 'sold',
  note: null,
  role: 'fleet manager',
  onBehalfOf: null,
  channel: 'api',
  askedAt: '2026-12-01T09:00:00.000Z',
  eventDate: '2026-12-01',
  zone: 'Europe/Berlin',
  beginsAt: '2026-12-01T09:00:00.000Z',
  deadlineAt: '2026-12-03T23:00:00.000Z',
  overdue: false,
  step: 'watching',
  outcome: null,
  parts: [
    {
      kind: 'data',
      provider: SUMMARY_EXAMPLE.provider,
      application: SUMMARY_EXAMPLE.application,
      state: 'leaving',
      status: 'revoking',
      reason: null,
      owner: null,
      action: null,
      askedAt: '2026-12-01T09:00:00.000Z',
      readBackAt: null,
    },
  ],
  statementAt: null,
  certificate: null,
} as const;

export const DefleetingSummary = z.object(listed).register(registry, {
  id: 'DefleetingSummary',
  description: 'One vehicle that leaves, in short',
  example: EXAMPLE,
});

export const Defleeting = z
  .object({
    ...listed,
    complete: z
      .boolean()
      .register(registry, { description: 'False where no worker answered: then without history' }),
    history: z.array(z.object({ at: time, note: z.string() })),
  })
  .register(registry, { id: 'Defleeting', example: { ...EXAMPLE, complete: true, history: [] } });

export const DefleetingPage = z
  .object({
    defleetings: z.array(DefleetingSummary),
    next: textOrNull('The cursor of the next page, or null at the end. A page may be empty before the end.'),
  })
  .register(registry, { id: 'DefleetingPage', example: { defleetings: [], next: null } });

export const DefleetingAsked = z
  .object({
    outcome: z.enum(ASK_OUTCOMES).register(registry, {
      description:
        '`already-leaving`: it was asked for before. `left`: it has left before. Then nothing was changed',
    }),
    defleeting: DefleetingSummary,
  })
  .register(registry, { id: 'DefleetingAsked', example: { outcome: 'asked', defleeting: EXAMPLE } });

export const DefleetingMessageSent = z
  .object({
    vin: z.string(),
    id: z.string(),
    outcome: z.enum(MESSAGE_OUTCOMES).register(registry, {
      description: '`taken`: it is carried out. `queued`: it is kept, and nobody has taken it in yet',
    }),
    next: z.string().register(registry, { description: 'What happens now' }),
  })
  .register(registry, {
    id: 'DefleetingMessageSent',
    example: {
      vin: 'WBA8E9G50GNT00001',
      id: 'move-1',
      outcome: 'taken',
      next: 'It is for 2026-12-31 (UTC).',
    },
  });
