import { z } from 'zod';
import { REPLIES } from '../../activations/sending';
import { START_OUTCOMES } from '../../activations/starts';
import { BESIDE_OUTCOMES } from '../../parkings/beside';
import { SUMMARY_EXAMPLE, Summary } from './activation-schema';
import { PROBLEM_EXAMPLE, Problem } from './problem-schema';
import { registry, statusWord, textOrNull, timeOrNull } from './registry';

export const Page = z
  .object({
    activations: z.array(Summary),
    next: textOrNull('The cursor of the next page, or null at the end. A page may be empty before the end.'),
  })
  .register(registry, { id: 'ActivationPage', example: { activations: [], next: null } });

const warnings = z
  .array(z.string())
  .register(registry, { description: 'What is odd about the vehicle, but no reason to refuse it' });
const started = z.enum(START_OUTCOMES).register(registry, {
  description:
    '`already-active`: it was alive before, and nothing was changed. `leaving`: it was not started, because it is leaving. `starts-again`: it is leaving, and starts once it has left. Of a plate without a VIN: what came of its parking',
});
const startNext = textOrNull('What to do where it was not started as it was asked for');

export const ParkingStarted = z
  .object({
    plate: z.string(),
    outcome: z.enum([...BESIDE_OUTCOMES, 'not-started', 'refused']).register(registry, {
      description:
        '`already-active`: it was there before, and nothing was changed. `starts-again`: it is leaving, and starts once it has left. `not-started`: its vehicle is leaving. `refused`: `problem` says why; its data stays as `outcome` says, and the same request again starts only what is missing',
    }),
    problem: Problem.nullable(),
  })
  .register(registry, {
    id: 'ParkingStarted',
    example: { plate: 'NO-AA12345', outcome: 'started', problem: null },
  });
const parking = ParkingStarted.nullable().register(registry, {
  description: 'What came of the parking of its plate; null where none was asked for',
});

const elsewhere = z
  .array(
    z.object({
      application: z.string(),
      outcome: z.enum([...START_OUTCOMES, 'refused']),
      next: startNext,
      problem: Problem.nullable(),
    }),
  )
  .register(registry, {
    description:
      'What came of its data at each of `applications` after the first. `refused`: `problem` says why; what was started elsewhere stays, and the same request again starts only what is missing',
  });

const activation = Summary.nullable().register(registry, {
  description:
    'Null where a plate was sent without a VIN: then its parking alone is started; and where it was started and could not be read at once',
});

export const Started = z
  .object({ outcome: started, next: startNext, warnings, activation, elsewhere, parking })
  .register(registry, {
    id: 'Started',
    example: {
      outcome: 'started',
      next: null,
      warnings: [],
      activation: {
        ...SUMMARY_EXAMPLE,
        status: 'absent',
        reason: null,
        reasonKey: null,
        reasonSince: null,
        since: null,
        changedAt: SUMMARY_EXAMPLE.startedAt,
        step: 'submitting',
        owner: null,
        action: null,
        needsAttention: false,
      },
      elsewhere: [],
      parking: null,
    },
  });

const item = {
  index: z.number().register(registry, { description: 'Place in the request, from 0' }),
  vin: textOrNull('The VIN as it was understood; null where there was none to read'),
};
const refused = z.object({ ...item, outcome: z.literal('refused'), problem: Problem });
export const StartedBatch = z
  .object({
    started: z.number(),
    alreadyActive: z.number(),
    leaving: z.number(),
    startsAgain: z.number(),
    refused: z.number(),
    startedElsewhere: z.number(),
    refusedElsewhere: z.number().register(registry, {
      description: 'Starts that were refused at an application after the first',
    }),
    parkingsStarted: z.number(),
    parkingsRefused: z.number().register(registry, {
      description: 'Vehicles whose data was started, or was active, and whose parking was refused',
    }),
    results: z
      .array(
        z.union([
          z.object({ ...item, outcome: started, next: startNext, warnings, elsewhere, parking }),
          refused,
        ]),
      )
      .register(registry, {
        description: 'One for each item, in the order of the request',
      }),
  })
  .register(registry, {
    id: 'StartedBatch',
    example: {
      started: 1,
      alreadyActive: 0,
      leaving: 0,
      startsAgain: 0,
      refused: 1,
      startedElsewhere: 0,
      refusedElsewhere: 0,
      parkingsStarted: 1,
      parkingsRefused: 0,
      results: [
        {
          index: 0,
          vin: 'WBA8E9G50GNT00001',
          outcome: 'started',
          next: null,
          warnings: [],
          elsewhere: [],
          parking: { plate: 'NO-AA12345', outcome: 'started', problem: null },
        },
        {
          index: 1,
          vin: 'WBA8',
          outcome: 'refused',
          problem: {
            ...PROBLEM_EXAMPLE,
            type: 'urn:vin-activation:REQUEST_INVALID',
            title: 'The request has wrong fields',
            status: 422,
            detail: 'The request cannot be used as it is: #/1/vin',
            code: 'REQUEST_INVALID',
            next: 'Correct the fields in "errors" and send it again.',
            errors: [
              {
                pointer: '#/1/vin',
                code: 'VIN_INVALID',
                detail: 'has 4 characters instead of 17',
                next: 'Compare it with the registration document; a spreadsheet may have cut or rounded it.',
              },
            ],
          },
        },
      ],
    },
  });

const OUTCOMES =
  '`taken`: it is carried out. `queued`: it is kept, nobody has taken it in yet, and it counts until `countsUntil`';
const reply = {
  id: z.string().register(registry, { description: 'Sent again with this id it is the same message' }),
  status: statusWord,
  next: z.string().register(registry, { description: 'What happens now' }),
  countsUntil: timeOrNull('Until when a message that is queued counts; else null'),
};

export const MessageSent = z
  .object({
    vin: z.string(),
    outcome: z.enum(REPLIES).exclude(['ended']).register(registry, { description: OUTCOMES }),
    ...reply,
  })
  .register(registry, {
    id: 'MessageSent',
    example: {
      vin: 'WBA8E9G50GNT00001',
      outcome: 'taken',
      id: '0f9d5f0e-6a7c-4c5e-9b57-0b6f6f3f8a11',
      status: 'pending',
      next: 'The clearance is looked at now.',
      countsUntil: null,
    },
  });

const leaving = z.enum(REPLIES).register(registry, {
  description: `${OUTCOMES}. \`ended\`: there was nothing left to end`,
});
const LEAVING_EXAMPLE = {
  outcome: 'taken',
  id: '0f9d5f0e-6a7c-4c5e-9b57-0b6f6f3f8a11',
  status: 'approved',
  next: 'The clearance is withdrawn.',
  countsUntil: null,
};

export const Defleeted = z.object({ vin: z.string(), outcome: leaving, ...reply }).register(registry, {
  id: 'Defleeted',
  example: { vin: 'WBA8E9G50GNT00001', ...LEAVING_EXAMPLE },
});

const foreseen = z.object({
  ...item,
  outcome: z.enum(['would-be-taken', 'would-be-refused', 'ended']).register(registry, {
    description: 'In a dry run, by what lists show: the activation itself decides',
  }),
  status: statusWord,
  next: z.string().register(registry, { description: 'What would happen, or why not' }),
});

export const ForeseenBatch = z
  .object({
    wouldBeTaken: z.number(),
    wouldBeRefused: z.number(),
    ended: z.number(),
    refused: z.number(),
    results: z
      .array(z.union([foreseen, refused]))
      .register(registry, { description: 'One for each vehicle, each once' }),
  })
  .register(registry, {
    id: 'ForeseenBatch',
    example: {
      wouldBeTaken: 1,
      wouldBeRefused: 0,
      ended: 0,
      refused: 1,
      results: [
        {
          index: 0,
          vin: 'WBA8E9G50GNT00001',
          outcome: 'would-be-taken',
          status: 'pending',
          next: 'It is looked at now (it is pending).',
        },
        { index: 1, vin: 'WVWZZZ1KZAW000001', outcome: 'refused', problem: PROBLEM_EXAMPLE },
      ],
    },
  });
