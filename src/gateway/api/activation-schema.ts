import { z } from 'zod';
import { FACT_SOURCES } from '../../../workflows/contract/messages';
import { ELIGIBILITY_VERDICTS } from '../../domain/eligibility';
import { FIRST_DATA } from '../../domain/first-data';
import { LISTED } from './listed-fields';
import { registry, statusWord, textOrNull, time, timeOrNull } from './registry';

const active = z.boolean().register(registry, { description: 'False once the activation has ended' });

/** One that waits for its driver, as the examples have it. */
const VEHICLE = {
  vin: 'WBA8E9G50GNT00001',
  brand: 'bmw',
  fleet: 'acme',
  externalId: 'A-4711',
  provider: 'high-mobility',
  application: 'default',
} as const;
const WAITING = {
  status: 'pending',
  reason: 'privacy mode is enabled',
  reasonKey: 'privacy-mode',
  reasonSince: '2026-03-03T10:20:00.000Z',
  since: '2026-03-02T09:00:04.000Z',
  approvedAt: null,
  changedAt: '2026-03-03T10:20:00.000Z',
  deadlineAt: null,
  step: 'waiting',
  owner: 'driver',
  action: 'Turn privacy mode off in the vehicle.',
  inTrouble: false,
} as const;

export const SUMMARY_EXAMPLE = {
  ...VEHICLE,
  plate: null,
  ...WAITING,
  leaving: null,
  troubleKind: null,
  begunAt: '2026-03-02T09:00:00.000Z',
  catalogueVersion: '9f1c03d2+acme-3',
  needsAttention: true,
  active: true,
  startedAt: '2026-03-02T09:00:00.000Z',
} as const;

export const Summary = z.object({ ...LISTED, active, startedAt: time }).register(registry, {
  id: 'ActivationSummary',
  description: 'One activation in short. A vehicle that came back has one for each of its lives.',
  example: SUMMARY_EXAMPLE,
});

// Said by `defleet`.
const { needsAttention: _needs, plate: _plate, leaving: _leaving, ...known } = LISTED;

export const Activation = z
  .object({
    ...known,
    fleetSince: timeOrNull('Since when it belongs to its fleet; null: since it began'),
    tags: z.record(z.string(), z.string()),
    active,
    changedAt: time,
    settled: z.boolean().register(registry, { description: 'True when nothing more will happen by itself' }),
    letter: textOrNull("What to write to the provider's support, ready to copy, where it is its turn"),
    ownerSince: timeOrNull("Since when it is the owner's turn"),
    canRetry: z.boolean().register(registry, { description: 'Whether a retry can help now' }),
    whyNoRetry: textOrNull('Why a retry cannot help'),
    waitingFor: textOrNull('What the activation waits for'),
    nextAt: timeOrNull('When it does something by itself'),
    attempts: z.object({ submit: z.number(), read: z.number(), withdraw: z.number() }),
    escalationLevel: z.number().register(registry, {
      description: 'How far up its ladder the reason has come; 0 is not yet',
    }),
    acknowledgedUntil: timeOrNull('Until when nobody is reminded'),
    data: z.enum(FIRST_DATA).nullable().register(registry, {
      description:
        'Whether data of an approved vehicle flows; null while that was not asked, `not-asked` where nobody asks or says so',
    }),
    dataAskedAt: timeOrNull('When the provider was asked for data last'),
    dataSeenAt: timeOrNull('When somebody who reads the data said last that it flows'),
    eligibility: z.enum(ELIGIBILITY_VERDICTS).nullable().register(registry, {
      description: 'What the carmaker said before the submission; null where it was not asked',
    }),
    defleet: z
      .object({
        at: time,
        by: z.string().nullable(),
        reason: z.string().nullable(),
        isFinal: z.boolean().register(registry, { description: 'Whether it can no longer be taken back' }),
      })
      .nullable()
      .register(registry, { description: 'That the vehicle leaves, who said so and why' }),
    suspended: z.object({ at: time, by: z.string().nullable() }).nullable().register(registry, {
      description: 'That the access is paused, or to be: since when, and who asked for it',
    }),
    catalogueVersion: textOrNull('The version of the catalogue that governs it'),
    rulesSince: timeOrNull('Since when these rules govern it'),
    otherRules: z.boolean().nullable().register(registry, {
      description: 'Whether the catalogue of this gateway is another one: a refresh has it count',
    }),
    complete: z.boolean().register(registry, {
      description: 'False when only the stored part could be answered: then the history is missing',
    }),
    trouble: z
      .object({
        command: z.string(),
        attempt: z.number(),
        message: z.string(),
        nextAttemptAt: z.string().nullable().register(registry, { format: 'date-time' }),
      })
      .nullable()
      .register(registry, { description: 'The failure of a call to the provider that is being repeated' }),
    history: z
      .array(
        z.object({
          at: time,
          source: z.enum(FACT_SOURCES),
          status: statusWord,
          reason: z.string().nullable(),
          providerTime: timeOrNull('When the provider says it happened'),
          note: textOrNull('What was done or asked'),
        }),
      )
      .register(registry, { description: 'Each fact with its source, oldest first' }),
  })
  .register(registry, {
    id: 'Activation',
    description: 'Everything that is known of the activation of one vehicle.',
    example: {
      ...VEHICLE,
      fleetSince: null,
      tags: {},
      ...WAITING,
      active: true,
      settled: false,
      letter: null,
      ownerSince: '2026-03-03T10:20:00.000Z',
      canRetry: false,
      whyNoRetry:
        'While it is pending the provider tries by itself: a retry says that it is done, and looks.',
      waitingFor: 'the driver',
      nextAt: '2026-03-02T15:00:04.000Z',
      attempts: { submit: 1, read: 0, withdraw: 0 },
      escalationLevel: 1,
      acknowledgedUntil: null,
      data: null,
      dataAskedAt: null,
      dataSeenAt: null,
      eligibility: null,
      defleet: null,
      suspended: null,
      troubleKind: null,
      begunAt: '2026-03-02T09:00:00.000Z',
      catalogueVersion: '9f1c03d2+acme-3',
      rulesSince: '2026-03-02T09:00:04.000Z',
      otherRules: false,
      complete: true,
      trouble: null,
      history: [
        {
          at: '2026-03-02T09:00:04.000Z',
          source: 'submit',
          status: 'pending',
          reason: null,
          providerTime: null,
          note: null,
        },
      ],
    },
  });
