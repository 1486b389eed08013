import { z } from 'zod';
import { LIMITS } from '../../../workflows/lifecycle/limits';
import { readMessage } from '../../../workflows/lifecycle/read-message';
import { FILTER_NAMES, FILTERS, type FilterName } from '../../activations/filter';
import { LONGEST_SILENCE } from '../../config/bounds';
import { parseDuration } from '../../domain/duration';
import { ELIGIBILITY_MODES } from '../../domain/eligibility';
import { NAME_LENGTH, TAG_LENGTH, WHO_LENGTH } from '../../domain/name';
import { OWNERS } from '../../domain/owner';
import { DRIFT_ANSWERS, GIVE_UP_WAYS } from '../../domain/policy';
import { CLEARANCE_STATUSES } from '../../domain/status';
import { externalIdName, fleetName, nameOf, readTags } from './names';
import { registry } from './registry';

/** Items in one batch. */
export const BATCH_LIMIT = 1_000;
/** Rows on one page. */
export const PAGE_LIMIT = 200;
/** Characters of a word that a filter takes. */
const WORD = 60;
/** Milliseconds that one request may wait. */
const WAIT_LIMIT = 60_000;

export const vin = z
  .string()
  .min(1)
  .max(40)
  .register(registry, { description: '17 characters as a rule; case does not matter' });
export const brand = z.string().min(1).max(60).register(registry, {
  description: "The carmaker's brand, for example `bmw`, or as people write it, for example `Škoda`",
});
const tagKey = z.string().min(1).register(registry, { maxLength: NAME_LENGTH });
const tagText = z.string().register(registry, { maxLength: TAG_LENGTH });
const isFew = (given: object): boolean => Object.keys(given).length <= LIMITS.tags;
const TOO_MANY = `has more than ${LIMITS.tags} tags`;
const isSmall = (given: Readonly<Record<string, string | null>>): boolean =>
  Object.entries(given).reduce((sum, [key, text]) => sum + key.length + (text ?? '').length, 0) <=
  LIMITS.tagsLength;
const TOO_LONG = `has tags of more than ${LIMITS.tagsLength} characters in all`;
export const tags = z
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
export const duration = z
  .string()
  .max(20)
  .refine((text) => isDuration(text), 'is not a duration: write for example 30s, 15m, 6h or 10d')
  .register(registry, { description: 'A duration such as `30s`, `15m`, `6h` or `10d`' });

export const eligibilityMode = z.enum(ELIGIBILITY_MODES).register(registry, {
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
/** How far away it is, in milliseconds, as an activation reads it. */
const awayIs = (text: string, fits: (away: number) => boolean): boolean => {
  const now = Date.now();
  const read = readMessage('acknowledge', { until: text }, now);
  return read.type === 'acknowledged' && fits(read.until - now);
};

const until = z
  .string()
  .max(40)
  .refine((text) => !isTimeWithoutZone(text), 'needs its zone: write for example 2026-12-01T08:00:00Z')
  .refine(
    (text) => awayIs(text, (away) => away > 0),
    'is neither a duration such as 3d nor a day or a time with its zone that is still to come',
  )
  .refine(
    (text) => !awayIs(text, (away) => away > LONGEST_SILENCE),
    'is more than 90 days away: reminders can be stopped for 90 days at most',
  )
  .register(registry, {
    description:
      'A day (its beginning in UTC), a time with its zone (ISO 8601), or a duration from now such as `3d`; at most 90 days away',
  });

const by = nameOf(WHO_LENGTH).optional().register(registry, {
  description: "Who asks, for the record. The token's name is kept beside it.",
});

/** What every message may carry besides its own words. */
export const envelope = {
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

/** What each message has of its own. */
export const OWN_PARTS = {
  retry: {},
  stay: {},
  suspend: {},
  resume: {},
  refresh: {},
  'data-seen': {},
  defleet: { reason: reason.optional() },
  acknowledge: { until },
  amend: {
    brand: brand.optional(),
    fleet: fleetName.optional().register(registry, {
      description: "Moves the vehicle to this fleet, which is one of the token's",
    }),
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
  },
};

export const DefleetRequest = z
  .strictObject({ ...envelope, ...OWN_PARTS.defleet })
  .register(registry, { id: 'DefleetRequest', example: { by: 'jane', reason: 'sold' } });

export const RetryRequest = z
  .strictObject(envelope)
  .register(registry, { id: 'RetryRequest', example: { by: 'jane' } });

export const SuspendRequest = z
  .strictObject(envelope)
  .register(registry, { id: 'SuspendRequest', example: { by: 'jane' } });

export const StayRequest = z
  .strictObject(envelope)
  .register(registry, { id: 'StayRequest', example: { by: 'jane' } });

/** Whether an amendment has something to amend. */
export const amendsSomething = (asked: {
  brand?: unknown;
  fleet?: unknown;
  tags?: unknown;
  policy?: unknown;
}): boolean =>
  asked.brand !== undefined ||
  asked.fleet !== undefined ||
  asked.tags !== undefined ||
  asked.policy !== undefined;
export const NOTHING_TO_AMEND = 'needs "brand", "fleet", "tags" or "policy"';

export const AmendRequest = z
  .strictObject({ ...envelope, ...OWN_PARTS.amend })
  .refine(amendsSomething, NOTHING_TO_AMEND)
  .register(registry, {
    id: 'AmendRequest',
    example: { by: 'jane', tags: { 'vw-group-customer-name': 'ACME Leasing' } },
  });

export const AcknowledgeRequest = z
  .strictObject({ ...envelope, ...OWN_PARTS.acknowledge })
  .register(registry, { id: 'AcknowledgeRequest', example: { by: 'jane', until: '3d' } });

export const flag = z.enum(['true', 'false']);

/** In ASCII, so that the longest one fits into the headers of a request. */
export const cursor = z
  .string()
  .min(1)
  .max(2_000)
  .regex(/^[A-Za-z0-9_-]+$/, 'is not a cursor: take "next" of the page before');

/** What the document says of single filters. Their texts are read by `readFilter`, which names what may have been meant. */
const FORMS: Readonly<Partial<Record<FilterName, z.ZodType<string>>>> = {
  fleet: fleetName,
  externalId: externalIdName,
  brand,
  status: z.string().min(1).max(WORD).register(registry, {
    enum: CLEARANCE_STATUSES,
    description: FILTERS.status.says,
  }),
  owner: z.string().min(1).max(WORD).register(registry, { enum: OWNERS, description: FILTERS.owner.says }),
};

/** The filters of a request, with what stands for a flag. Provider and application are the token's own. */
export function filterFields(ofFlag: z.ZodType) {
  const names = FILTER_NAMES.filter((name) => name !== 'provider' && name !== 'application');
  return Object.fromEntries(
    names.map((name) => {
      const { takes, says } = FILTERS[name];
      const field = takes === 'flag' ? ofFlag : (FORMS[name] ?? z.string().min(1).max(WORD));
      return [name, field.optional().register(registry, { description: `Those ${says}` })];
    }),
  ) as { readonly [N in Exclude<FilterName, 'provider' | 'application'>]: z.ZodOptional<z.ZodString> };
}

export const ListQuery = z.strictObject({
  ...filterFields(flag),
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
