import { z } from 'zod';
import { ODOMETER_UNITS } from '../../domain/clearance';
import { externalIdName, fleetName } from './names';
import { plateParts } from './plates';
import { registry } from './registry';
import { BATCH_LIMIT, brand, eligibilityMode, tags, vin } from './request-schemas';

/** What the API understands of vehicles that are started. */

/** A plate alone is parked; data needs a VIN and a brand. */
function requireVehicle(
  asked: { readonly vin?: unknown; readonly brand?: unknown; readonly plate?: unknown },
  context: z.RefinementCtx,
): void {
  const missing = (field: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [field], message });
  if (asked.vin === undefined && asked.plate === undefined) {
    missing('vin', 'is missing: name the vehicle by "vin" and "brand", or its parking alone by "plate"');
  }
  if (asked.vin !== undefined && asked.brand === undefined) missing('brand', 'is missing: data needs it');
}

export const StartRequest = z
  .strictObject({
    vin: vin.optional(),
    brand: brand.optional(),
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
  .superRefine(requireVehicle)
  .register(registry, {
    id: 'StartRequest',
    description:
      'A vehicle with its VIN and its brand, with or without its plate; or the plate alone, whose parking is started',
    anyOf: [{ required: ['vin', 'brand'] }, { required: ['plate'], not: { required: ['vin'] } }],
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
      { plate: 'DE-HD-BB 12345', fleet: 'acme' },
    ],
  });
