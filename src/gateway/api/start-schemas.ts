import { z } from 'zod';
import { ODOMETER_UNITS } from '../../domain/clearance';
import { externalIdName, fleetName } from './names';
import { plateParts } from './plates';
import { registry } from './registry';
import { BATCH_LIMIT, brand, eligibilityMode, tags, vin } from './request-schemas';

/** What the API understands of vehicles that are started. */

export const StartRequest = z
  .strictObject({
    vin,
    brand,
    ...plateParts,
    fleet: fleetName.optional().register(registry, {
      description: "One of the token's fleets. May be left out when the token has only one.",
    }),
    externalId: externalIdName.optional().register(registry, {
      description: 'Your own reference to the vehicle: kept, shown and searched for.',
    }),
    tags: tags.optional(),
    odometer: z
      .strictObject({
        value: z.number().int().min(0).max(9_999_999),
        unit: z.enum(ODOMETER_UNITS),
      })
      .optional()
      .register(registry, { description: "Only the sandbox's first virtual VIN asks for it." }),
    checkEligibility: eligibilityMode.optional(),
    again: z.boolean().optional().register(registry, {
      description:
        'Where the vehicle is leaving: start it once it has left. Also where it has left with a certificate.',
    }),
  })
  .register(registry, {
    id: 'StartRequest',
    example: { vin: 'WBA8E9G50GNT00001', brand: 'bmw', fleet: 'acme' },
  });

export const StartBatchRequest = z
  .array(StartRequest)
  .min(1)
  .max(BATCH_LIMIT)
  .register(registry, {
    id: 'StartBatchRequest',
    example: [
      { vin: 'WBA8E9G50GNT00001', brand: 'bmw', fleet: 'acme' },
      {
        vin: 'WVWZZZ1KZAW000001',
        brand: 'volkswagen',
        fleet: 'acme',
        tags: { 'vw-group-customer-name': 'ACME Leasing' },
        plate: 'AA 12345',
        country: 'NO',
      },
    ],
  });
