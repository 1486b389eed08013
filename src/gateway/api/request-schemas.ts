import { z } from 'zod';
import { COLUMN_LIST, type ColumnFilter } from '../../../workflows/contract/columns';
import { LIMITS } from '../../../workflows/lifecycle/limits';
import { readMessage } from '../../../workflows/lifecycle/read-message';
import type { Application } from '../../domain/application';
import { ODOMETER_UNITS } from '../../domain/clearance';
import { parseDuration } from '../../domain/duration';
import { ELIGIBILITY_MODES } from '../../domain/eligibility';
import { NAME_LENGTH } from '../../domain/name';
import { DRIFT_ANSWERS, GIVE_UP_WAYS } from '../../domain/policy';
import { CLEARANCE_STATUSES } from '../../domain/status';
import { externalIdName, fleetName, nameOf, readTags } from './names';
import { registry, statusWord } from './registry';

/** Items in one batch. */
export const BATCH_LIMIT = 1_000;
/** Rows on one page. */
const PAGE_LIMIT = 200;
/** Milliseconds that one request may wait. */
const WAIT_LIMIT = 60_000;

const vin = z
  .string()
  .min(1)
  .max(40)
  .register(registry, { description: '17 characters as a rule; case does not matter' });
const brand = z.string().min(1).max(60).register(registry, {
  description: "The carmaker's brand, for example `bmw`, or as people write it, for example `Škoda`",
});
const tagKey = z.string().min(1).max(100);
const tagText = z.string().max(500);
const isFew = (given: object): boolean => Object.keys(given).length <= LIMITS.tags;
const TOO_MANY = `has more than ${LIMITS.tags} tags`;
const isSmall = (given: Readonly<Record<string, string | null>>): boolean =>
  Object.entries(given).reduce((sum, [key, text]) => sum + key.length + (text ?? '').length, 0) <=
  LIMITS.tagsLength;
const TOO_LONG = `has tags of more than ${LIMITS.tagsLength} characters in all`;
const tags = z
  .record(tagKey, tagText)
  .refine(isFew, TOO_MANY)
  .refine(isSmall, TOO_LONG)
  .transform(readTags<string>)
  .register(registry, { description: 'Tags for the provider. Some brands require one.' });
const tagChanges = z
  .record(tagKey, tagText.nullable())
  .refine(isFew, TOO_MANY)
  .refine(isSmall, TOO_LONG)
  .transform(readTags<string | null>)
  .register(registry, { description: 'Added to the tags; null takes one away' });

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

const reason = nameOf(LIMITS.name);

/** Also good in a header. */
export const messageId = z
  .string()
  .min(1)
  .max(LIMITS.id)
  .regex(/^[\x21-\x7e]+$/, 'is not a text of visible ASCII characters');

const isTimeWithoutZone = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d[T ]/.test(text) && !/(?:Z|[+-]\d\d:?\d\d)$/i.test(text);
/** As an activation reads it. */
const isStillToCome = (until: string): boolean => {
  const now = Date.now();
  const read = readMessage('acknowledge', { until }, now);
  return read.type === 'acknowledged' && read.until > now;
};

const by = nameOf(60).optional().register(registry, {
  description: "Who asks, for the record. The token's name is kept beside it.",
});

/** What every message may carry besides its own words. */
const envelope = {
  by,
  id: messageId.optional().register(registry, {
    description:
      'Sent again with the same id it is the same message. The header `Idempotency-Key` says the same.',
  }),
  notAfter: z.iso
    .datetime({ offset: true })
    .refine((text) => Date.parse(text) > Date.now(), 'is not a time that is still to come')
    .optional()
    .register(registry, {
      description:
        'Until when it counts if nobody takes it in at once (ISO 8601, with a zone). An hour from now without it.',
    }),
};

export const StartRequest = z
  .strictObject({
    vin,
    brand,
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
  .strictObject({ ...envelope, reason: reason.optional() })
  .register(registry, { id: 'DefleetRequest', example: { by: 'jane', reason: 'sold' } });

export const DefleetBatchRequest = z
  .strictObject({
    vins: z.array(vin).min(1).max(BATCH_LIMIT),
    ...envelope,
    reason: reason.optional(),
  })
  .register(registry, {
    id: 'DefleetBatchRequest',
    example: { vins: ['WBA8E9G50GNT00001', 'WVWZZZ1KZAW000001'], reason: 'end of lease' },
  });

export const RetryRequest = z
  .strictObject(envelope)
  .register(registry, { id: 'RetryRequest', example: { by: 'jane' } });

export const AmendRequest = z
  .strictObject({
    ...envelope,
    brand: brand.optional(),
    tags: tagChanges.optional(),
    policy: z
      .strictObject({
        pollInterval: duration.optional(),
        withdrawPollInterval: duration.optional(),
        giveUp: z.strictObject({ after: duration, by: z.enum(GIVE_UP_WAYS) }).optional(),
        drift: z.enum(DRIFT_ANSWERS).optional(),
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
    ...envelope,
    until: z
      .string()
      .max(40)
      .refine((text) => !isTimeWithoutZone(text), 'needs its zone: write for example 2026-12-01T08:00:00Z')
      .refine(
        (text) => isStillToCome(text),
        'is neither a duration such as 3d nor a day or a time with its zone that is still to come',
      )
      .register(registry, {
        description:
          'A day (its beginning in UTC), a time with its zone (ISO 8601), or a duration from now such as `3d`',
      }),
  })
  .register(registry, { id: 'AcknowledgeRequest', example: { by: 'jane', until: '3d' } });

const flag = z.enum(['true', 'false']);

/** In ASCII, so that the longest one fits into the headers of a request. */
const cursor = z
  .string()
  .min(1)
  .max(2_000)
  .regex(/^[A-Za-z0-9_-]+$/, 'is not a cursor: take "next" of the page before');

/** Filters that are read in a way of their own. */
const OWN_FILTERS = {
  fleet: fleetName.optional(),
  externalId: externalIdName.optional(),
  brand: brand.optional(),
  status: statusWord.optional(),
};
type OtherFilters = Omit<ColumnFilter, keyof typeof OWN_FILTERS | keyof Application>;

/** Every other column that can be searched takes a word, or true and false. The application is the gateway's own. */
const OTHER_FILTERS = Object.fromEntries(
  COLUMN_LIST.filter(
    ({ key, filter, seenBy }) =>
      filter && seenBy === 'callers' && !(key in OWN_FILTERS) && !['provider', 'application'].includes(key),
  ).map(({ key, type, says }) => {
    const word = type === 'Bool' ? flag : nameOf(NAME_LENGTH);
    return [key, word.optional().register(registry, { description: says })];
  }),
) as unknown as {
  readonly [K in keyof OtherFilters]-?: z.ZodOptional<z.ZodString>;
};

export const ListQuery = z.strictObject({
  ...OWN_FILTERS,
  ...OTHER_FILTERS,
  all: flag.optional().register(registry, { description: 'Also those that have ended' }),
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT).default(50),
  cursor: cursor.optional().register(registry, {
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
