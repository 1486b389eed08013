import { z } from 'zod';
import { departure } from './defleeting-schemas';
import { registry } from './registry';
import {
  amendsSomething,
  BATCH_LIMIT,
  envelope,
  filterFields,
  NOTHING_TO_AMEND,
  OWN_PARTS,
  vin,
} from './request-schemas';

/** Filters in a body: flags are true and false. An empty one would mean every vehicle of the token. */
const groupFilter = z
  .strictObject(filterFields(z.boolean()))
  .refine((asked) => Object.values(asked).some((value) => value !== undefined), 'needs at least one filter')
  .register(registry, {
    id: 'GroupFilter',
    description: `Those alive that match all of it, at most ${BATCH_LIMIT}`,
    example: { owner: 'driver', olderThan: '10d' },
  });

/** Whom a message to a group is for. */
const whom = {
  vins: z.array(vin).min(1).max(BATCH_LIMIT).optional().register(registry, { description: 'These vehicles' }),
  filter: groupFilter.optional(),
  dryRun: z.boolean().optional().register(registry, {
    description: 'Say what would happen to each, as far as lists show it, and send nothing',
  }),
};
const namesOneWay = (asked: { vins?: unknown; filter?: unknown }): boolean =>
  (asked.vins === undefined) !== (asked.filter === undefined);
const ONE_WAY = 'needs either "vins" or "filter"';
const VINS = ['WBA8E9G50GNT00001', 'WVWZZZ1KZAW000001'];

export const DefleetBatchRequest = z
  .strictObject({ ...whom, ...envelope, ...OWN_PARTS.defleet, ...departure })
  .refine(namesOneWay, ONE_WAY)
  .register(registry, {
    id: 'DefleetBatchRequest',
    example: { vins: VINS, reason: 'lease-ended', deadline: '48h' },
  });

export const SuspendBatchRequest = z
  .strictObject({ ...whom, ...envelope, ...OWN_PARTS.suspend })
  .refine(namesOneWay, ONE_WAY)
  .register(registry, { id: 'SuspendBatchRequest', example: { vins: VINS, by: 'jane' } });

export const StayBatchRequest = z
  .strictObject({ ...whom, ...envelope, ...OWN_PARTS.stay })
  .refine(namesOneWay, ONE_WAY)
  .register(registry, { id: 'StayBatchRequest', example: { vins: VINS, by: 'jane' } });

export const RetryBatchRequest = z
  .strictObject({ ...whom, ...envelope, ...OWN_PARTS.retry })
  .refine(namesOneWay, ONE_WAY)
  .register(registry, {
    id: 'RetryBatchRequest',
    example: { filter: { reason: 'client-configuration' }, by: 'jane', dryRun: true },
  });

export const AmendBatchRequest = z
  .strictObject({ ...whom, ...envelope, ...OWN_PARTS.amend })
  .refine(namesOneWay, ONE_WAY)
  .refine(amendsSomething, NOTHING_TO_AMEND)
  .register(registry, {
    id: 'AmendBatchRequest',
    example: { filter: { brand: 'volkswagen' }, tags: { 'vw-group-customer-name': 'ACME Leasing' } },
  });

export const AcknowledgeBatchRequest = z
  .strictObject({ ...whom, ...envelope, ...OWN_PARTS.acknowledge })
  .refine(namesOneWay, ONE_WAY)
  .register(registry, {
    id: 'AcknowledgeBatchRequest',
    example: { filter: { owner: 'driver', fleet: 'acme' }, until: '3d' },
  });
