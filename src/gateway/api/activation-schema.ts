import { z } from 'zod';
import { FACT_SOURCES, STEPS } from '../../../workflows/messages';
import { ELIGIBILITY_VERDICTS } from '../../domain/eligibility';
import { FIRST_DATA } from '../../domain/first-data';
import { registry, statusWord, textOrNull, time, timeOrNull } from './registry';

const vehicle = {
  vin: z.string(),
  brand: z.string(),
  fleet: z.string().nullable(),
  externalId: textOrNull("The caller's own reference to the vehicle"),
};
const clearance = {
  status: statusWord,
  reason: textOrNull("The provider's own words on the status"),
};
const active = z.boolean().register(registry, { description: 'False once the activation has ended' });

export const Summary = z
  .object({
    ...vehicle,
    ...clearance,
    active,
    needsAttention: z.boolean().register(registry, { description: 'Whether a person has to act' }),
    startedAt: time,
  })
  .register(registry, {
    id: 'ActivationSummary',
    description: 'One activation in short. A vehicle that came back has one for each of its lives.',
    example: {
      vin: 'WBA8E9G50GNT00001',
      brand: 'bmw',
      fleet: 'acme',
      externalId: 'A-4711',
      status: 'pending',
      reason: 'privacy mode is enabled',
      active: true,
      needsAttention: true,
      startedAt: '2026-03-02T09:00:00.000Z',
    },
  });

export const Activation = z
  .object({
    ...vehicle,
    provider: z.string(),
    application: z.string(),
    tags: z.record(z.string(), z.string()),
    ...clearance,
    active,
    since: timeOrNull('Since when the status holds'),
    step: z.enum(STEPS).register(registry, { description: 'What the activation is doing' }),
    settled: z.boolean().register(registry, { description: 'True when nothing more will happen by itself' }),
    owner: textOrNull('Who has to act now'),
    action: textOrNull('What that person has to do'),
    waitingFor: textOrNull('What the activation waits for'),
    nextAt: timeOrNull('When it does something by itself'),
    attempts: z.object({ submit: z.number(), read: z.number(), withdraw: z.number() }),
    escalationLevel: z.number().register(registry, {
      description: 'How far up its ladder the reason has come; 0 is not yet',
    }),
    acknowledgedUntil: timeOrNull('Until when nobody is reminded'),
    data: z.enum(FIRST_DATA).nullable().register(registry, {
      description: 'Whether data of an approved vehicle flows; null while that was not asked',
    }),
    eligibility: z.enum(ELIGIBILITY_VERDICTS).nullable().register(registry, {
      description: 'What the carmaker said before the submission; null where it was not asked',
    }),
    defleet: z
      .object({ at: time, by: z.string().nullable(), reason: z.string().nullable() })
      .nullable()
      .register(registry, { description: 'That the vehicle leaves, who said so and why' }),
    catalogueVersion: z.string().nullable(),
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
      vin: 'WBA8E9G50GNT00001',
      brand: 'bmw',
      fleet: 'acme',
      externalId: 'A-4711',
      provider: 'high-mobility',
      application: 'default',
      tags: {},
      status: 'pending',
      reason: 'privacy mode is enabled',
      active: true,
      since: '2026-03-02T09:00:04.000Z',
      step: 'waiting',
      settled: false,
      owner: 'driver',
      action: 'Turn privacy mode off in the vehicle.',
      waitingFor: 'the driver',
      nextAt: '2026-03-02T15:00:04.000Z',
      attempts: { submit: 1, read: 0, withdraw: 0 },
      escalationLevel: 1,
      acknowledgedUntil: null,
      data: null,
      eligibility: null,
      defleet: null,
      catalogueVersion: '1',
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
