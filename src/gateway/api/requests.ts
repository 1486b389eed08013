import { z } from 'zod';
import { parseDuration } from '../../domain/duration';
import type { EligibilityMode } from '../../domain/eligibility';
import { CLEARANCE_STATUSES } from '../../domain/status';
import { registry, statusWord } from './registry';
import { fleetName } from './tokens';

const ELIGIBILITY_MODES = ['off', 'advisory', 'blocking'] as const satisfies readonly EligibilityMode[];

/** Items in one batch. */
export const BATCH_LIMIT = 1_000;
/** Rows on one page. */
export const PAGE_LIMIT = 200;
/** Milliseconds that one request may wait. */
export const WAIT_LIMIT = 60_000;

const vin = z
  .string()
  .min(1)
  .max(40)
  .register(registry, { description: '17 characters; case does not matter' });
const brand = z.string().min(1).max(60).register(registry, {
  description: "The carmaker's brand, for example `bmw`, or as people write it, for example `Škoda`",
});
const tags = z
  .record(z.string().min(1).max(100), z.string().max(500))
  .refine((given) => Object.keys(given).length <= 50, 'has more than 50 tags')
  .register(registry, { description: 'Tags for the provider. Some brands require one.' });

const isDuration = (text: string, longest = Number.POSITIVE_INFINITY): boolean => {
  try {
    const milliseconds = parseDuration(text);
    return milliseconds > 0 && milliseconds <= longest;
  } catch {
    return false;
  }
};
const duration = z
  .string()
  .max(20)
  .refine((text) => isDuration(text), 'is not a duration: write for example 30s, 15m, 6h or 10d')
  .register(registry, { description: 'A duration such as `30s`, `15m`, `6h` or `10d`' });

const eligibilityMode = z.enum(ELIGIBILITY_MODES).register(registry, {
  description:
    'Whether the carmaker is asked before the submission, and whether a "no" stops it (`blocking`). Without it the policy decides.',
});

const by = z.string().min(1).max(60).optional().register(registry, {
  description: "Who asks, for the record. The token's name is kept beside it.",
});

export const StartRequest = z
  .strictObject({
    vin,
    brand,
    fleet: fleetName.optional().register(registry, {
      description: "One of the token's fleets. May be left out when the token has only one.",
    }),
    tags: tags.optional(),
    odometer: z
      .strictObject({
        value: z.number().int().min(0).max(9_999_999),
        unit: z.enum(['kilometers', 'miles']),
      })
      .optional()
      .register(registry, { description: "Only the sandbox's first virtual VIN asks for it." }),
    checkEligibility: eligibilityMode.optional(),
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
      },
    ],
  });

export const DefleetRequest = z
  .strictObject({ by, reason: z.string().min(1).max(200).optional() })
  .register(registry, { id: 'DefleetRequest', example: { by: 'jane', reason: 'sold' } });

export const DefleetBatchRequest = z
  .strictObject({
    vins: z.array(vin).min(1).max(BATCH_LIMIT),
    by,
    reason: z.string().min(1).max(200).optional(),
  })
  .register(registry, {
    id: 'DefleetBatchRequest',
    example: { vins: ['WBA8E9G50GNT00001', 'WVWZZZ1KZAW000001'], reason: 'end of lease' },
  });

export const RetryRequest = z
  .strictObject({ by })
  .register(registry, { id: 'RetryRequest', example: { by: 'jane' } });

export const AmendRequest = z
  .strictObject({
    by,
    brand: brand.optional(),
    tags: tags.optional(),
    policy: z
      .strictObject({
        pollInterval: duration.optional(),
        withdrawPollInterval: duration.optional(),
        giveUp: z.strictObject({ after: duration, by: z.enum(['withdraw', 'park']) }).optional(),
        drift: z.enum(['park', 'resubmit']).optional(),
        eligibility: eligibilityMode.optional(),
      })
      .optional(),
  })
  .refine(
    (asked) => asked.brand !== undefined || asked.tags !== undefined || asked.policy !== undefined,
    'needs "brand", "tags" or "policy"',
  )
  .register(registry, {
    id: 'AmendRequest',
    example: { by: 'jane', tags: { 'vw-group-customer-name': 'ACME Leasing' } },
  });

export const AcknowledgeRequest = z
  .strictObject({
    by,
    until: z
      .string()
      .max(40)
      .refine(
        (text) => isDuration(text) || (/^\d{4}-\d\d-\d\d/.test(text) && Date.parse(text) > Date.now()),
        'is neither a duration such as 3d nor a date that is still to come',
      )
      .register(registry, { description: 'A date (ISO 8601), or a duration from now such as `3d`' }),
  })
  .register(registry, { id: 'AcknowledgeRequest', example: { by: 'jane', until: '3d' } });

const flag = z.enum(['true', 'false']);

export const ListQuery = z.strictObject({
  fleet: fleetName.optional(),
  brand: brand.optional(),
  status: statusWord.optional(),
  needsAttention: flag.optional().register(registry, { description: 'Whether a person has to act' }),
  all: flag.optional().register(registry, { description: 'Also those that have ended' }),
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT).default(50),
  cursor: z.string().min(1).max(2_000).optional().register(registry, {
    description: '`next` of the page before. It is only good with the same filters.',
  }),
});

const waitWord = z.enum([...CLEARANCE_STATUSES, 'settled']);
export const ReadQuery = z.strictObject({
  wait: z
    .string()
    .max(200)
    .transform((text) => text.split(','))
    .pipe(z.array(waitWord))
    .optional()
    .register(registry, {
      description:
        'Wait until the clearance has one of these statuses, separated by commas; `settled` is good as well: nothing more will happen by itself. An activation that has ended is not waited for.',
    }),
  timeout: z
    .string()
    .max(20)
    .refine((text) => isDuration(text, WAIT_LIMIT), 'is not a duration of at most 60s: write for example 30s')
    .default('30s')
    .register(registry, {
      description: 'How long to wait, at most `60s`. When it is over, the answer is what is known then.',
    }),
});
