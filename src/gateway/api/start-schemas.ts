import { z } from 'zod';
import { ODOMETER_UNITS } from '../../domain/clearance';
import { externalIdName, fleetName } from './names';
import { plateParts } from './plates';
import { registry } from './registry';
import { BATCH_LIMIT, brand, eligibilityMode, tags, vin } from './request-schemas';
import { applicationName } from './token-applications';

/** What the API understands of vehicles that are started. */

/** Applications that one vehicle may be started at by one request. */
const APPLICATIONS = 10;

/** A plate alone is parked; data needs a VIN and a brand. */
function requireVehicle(
  asked: { readonly [field in 'vin' | 'brand' | 'plate' | 'applications']?: unknown },
  context: z.RefinementCtx,
): void {
  const missing = (field: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [field], message });
  if (asked.vin === undefined && asked.plate === undefined) {
    missing('vin', 'is missing: name the vehicle by "vin" and "brand", or its parking alone by "plate"');
  }
  if (asked.vin === undefined && asked.applications !== undefined) {
    missing('applications', 'is where data is started, and there is no "vin"');
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
    applications: z
      .array(applicationName)
      .min(1)
      .max(APPLICATIONS)
      .refine((named) => new Set(named).size === named.length, 'names one of them twice')
      .optional()
      .register(registry, {
        description:
          "At which of the token's applications its data is started, each as provider:application; the first is the one that `outcome` and `activation` tell of. Without it: that of the request",
      }),
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
