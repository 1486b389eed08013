import { z } from 'zod';
import { PARKING_MATTERS } from '../../../workflows/contract/parking';
import { LIMITS } from '../../../workflows/lifecycle/limits';
import { ADD_OUTCOMES, REMOVE_OUTCOMES } from '../../parkings/parkings';
import { externalIdName, fleetName, nameOf } from './names';
import { plate, plateParts } from './plates';
import { registry, textOrNull, time, timeOrNull } from './registry';
import { cursor, flag, messageId, PAGE_LIMIT, vin } from './request-schemas';

/** What the API says and understands of plates at the provider of parking. */

const type = z.enum(['PARKING', 'TOLL_ROAD']);
const moment = z.iso.datetime({ offset: true });
const span = {
  from: moment.optional().register(registry, {
    description: 'What ended from then on, at most 366 days before `to`; else 50 days before it',
  }),
  to: moment.optional().register(registry, {
    description: 'What ended until then; else now. Nothing is asked for that is more than a day ahead',
  }),
  type: type.optional(),
};

export const ParkingRequest = z
  .strictObject({
    ...plateParts,
    plate,
    vin: vin.optional(),
    fleet: fleetName.optional(),
    externalId: externalIdName.optional(),
    transfer: z.boolean().optional().register(registry, {
      description: 'The plate has changed hands: it leaves for the one, and begins again for this one',
    }),
  })
  .register(registry, {
    id: 'ParkingRequest',
    example: { plate: 'NO-AA12345', vin: 'WBA8E9G50GNT00001', fleet: 'acme' },
  });

export const ParkingsQuery = z.strictObject({
  all: flag.optional().register(registry, { description: 'Also those that have left' }),
  fleet: fleetName.optional().register(registry, { description: 'Those of this fleet' }),
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT).default(50),
  cursor: cursor.optional().register(registry, {
    description: '`next` of the page before. It is only good with the same filters.',
  }),
});

export const RemoveParkingRequest = z
  .strictObject({ reason: nameOf(LIMITS.name).optional().register(registry, { description: 'Why' }) })
  .register(registry, { id: 'RemoveParkingRequest', example: { reason: 'sold' } });

export const ServicesQuery = z.strictObject(span);

export const LockRequest = z
  .strictObject({
    ...span,
    dryRun: z.boolean().optional().register(registry, {
      description: 'Says what would be locked, as `services` does, and locks nothing',
    }),
  })
  .register(registry, { id: 'LockRequest', example: { from: '2026-11-20T08:00:00Z', type: 'PARKING' } });

export const DeclineRequest = z
  .strictObject({
    service: messageId.register(registry, { description: 'The id of an unpaid service that has ended' }),
  })
  .register(registry, {
    id: 'DeclineRequest',
    example: { service: '7cfb0be0-35eb-4afe-90cc-bb1c091a4231' },
  });

const stay = {
  id: z.string(),
  type: z
    .string()
    .register(registry, { description: '`PARKING`, `TOLL_ROAD`, or another word of the provider' }),
  operator: textOrNull('The operator'),
  place: textOrNull('Where'),
  startedAt: timeOrNull('When it began'),
  endedAt: timeOrNull('When it ended; null: it goes on, or nobody has said it'),
  cost: z
    .object({ gross: z.number().nullable(), currency: z.string() })
    .nullable()
    .register(registry, { description: 'Amounts of two currencies are never summed' }),
  invoicing: textOrNull("The provider's word for its invoice"),
};
const SERVICE_EXAMPLE = {
  id: '7cfb0be0-35eb-4afe-90cc-bb1c091a4231',
  type: 'PARKING',
  operator: 'operator-1',
  place: 'Quay 1, Level 2',
  startedAt: '2026-11-20T08:00:00.000Z',
  endedAt: '2026-11-20T09:30:00.000Z',
  cost: { gross: 25, currency: 'NOK' },
  invoicing: 'NOT_INVOICED',
} as const;
const Service = z.object(stay).register(registry, {
  id: 'ParkingService',
  description: 'A stay, or a passing of a toll station',
  example: SERVICE_EXAMPLE,
});
const credential = {
  application: z.string().register(registry, { description: 'The credential' }),
  words: textOrNull('What there is to say of it'),
};
const locked = z.object({
  ...credential,
  outcome: z.enum(['locked', 'no-level', 'failed']),
  locked: z.array(Service).register(registry, { description: 'What the provider lists as locked' }),
  unlocked: z.array(Service).register(registry, { description: 'Unpaid, and not listed as locked' }),
  leftOut: z
    .object({ locked: z.number(), unlocked: z.number() })
    .optional()
    .register(registry, { description: 'So many more, which are too many to be named; absent: all are' }),
});
const shown = z.object({
  ...credential,
  operator: textOrNull('Its operator, as you call it'),
  outcome: z.enum(['shown', 'no-level', 'failed']),
  services: z.array(Service),
});

const listed = {
  provider: z.string(),
  plate: z.string(),
  vin: textOrNull('The vehicle that has it'),
  fleet: textOrNull('Its fleet'),
  externalId: textOrNull("The caller's own reference"),
  step: z.enum(['adding', 'in-fleet', 'leaving', 'ended']),
  addedAt: timeOrNull('When the provider says that it was added'),
  waitingFor: textOrNull('What it waits for'),
  nextAt: timeOrNull('Until when'),
  trouble: textOrNull("What stands in the way, in the provider's words"),
  matters: z
    .array(
      z.object({
        matter: z.enum(PARKING_MATTERS),
        since: time,
        until: timeOrNull('Until when somebody can act, or has to hear of it'),
      }),
    )
    .optional()
    .register(registry, {
      description: 'What waits for a person, what matters most first; absent: nothing',
    }),
};
const EXAMPLE = {
  provider: 'autopay',
  plate: 'NO-AA12345',
  vin: 'WBA8E9G50GNT00001',
  fleet: 'acme',
  externalId: null,
  step: 'in-fleet',
  addedAt: '2026-11-20T08:00:00.000Z',
  waitingFor: null,
  nextAt: null,
  trouble: null,
} as const;

const ParkingSummary = z.object(listed).register(registry, {
  id: 'ParkingSummary',
  description: 'One plate, in short',
  example: EXAMPLE,
});

export const Parking = z
  .object({
    ...listed,
    complete: z
      .boolean()
      .register(registry, { description: 'False where no worker answered: then without stays and history' }),
    stays: z.array(
      z.object({
        ...stay,
        end: z.enum(['running', 'known', 'not-known']),
        isAlerted: z.boolean().register(registry, { description: 'Whether it is longer than the limit' }),
      }),
    ),
    totals: z.array(z.object({ currency: z.string(), gross: z.number(), count: z.number() })),
    locked: z.array(locked),
    history: z.array(z.object({ at: time, note: z.string() })),
  })
  .register(registry, {
    id: 'Parking',
    example: { ...EXAMPLE, complete: true, stays: [], totals: [], locked: [], history: [] },
  });

export const ParkingPage = z
  .object({
    parkings: z.array(ParkingSummary),
    next: textOrNull('The cursor of the next page, or null at the end. A page may be empty before the end.'),
  })
  .register(registry, { id: 'ParkingPage', example: { parkings: [], next: null } });

export const ParkingAdded = z
  .object({
    outcome: z.enum(ADD_OUTCOMES).register(registry, {
      description:
        '`already`: nothing was changed. `named`: it was there, and what was not known of its vehicle is known now. `again`: it is leaving, and begins again. `transferred`: it leaves for the one, and begins again for the other',
    }),
    parking: ParkingSummary,
  })
  .register(registry, { id: 'ParkingAdded', example: { outcome: 'added', parking: EXAMPLE } });

export const ParkingRemoved = z
  .object({
    outcome: z.enum(REMOVE_OUTCOMES).register(registry, {
      description: '`already-leaving`, `left`: nothing was changed',
    }),
    parking: ParkingSummary,
  })
  .register(registry, { id: 'ParkingRemoved', example: { outcome: 'leaving', parking: EXAMPLE } });

export const ParkingServices = z
  .object({ credentials: z.array(shown) })
  .register(registry, { id: 'ParkingServices', example: { credentials: [] } });

export const ParkingLocked = z
  .object({
    dryRun: z.boolean(),
    credentials: z.array(z.union([locked, shown])),
  })
  .register(registry, { id: 'ParkingLocked', example: { dryRun: false, credentials: [] } });

export const ParkingDeclined = z.object({ application: z.string(), service: Service }).register(registry, {
  id: 'ParkingDeclined',
  example: { application: 'default', service: SERVICE_EXAMPLE },
});
