import { z } from 'zod';
import { PROBLEMS, type ProblemCode } from './problem';
import { registry } from './registry';

const fieldError = z
  .object({
    pointer: z.string().optional().register(registry, {
      description: 'Where the field is in the body: a JSON pointer as a URI fragment',
    }),
    parameter: z.string().optional().register(registry, {
      description: 'The query or path parameter, where it is one',
    }),
    code: z.string(),
    detail: z.string(),
    next: z.string().optional(),
  })
  .register(registry, {
    id: 'FieldError',
    example: { pointer: '#/vin', code: 'VIN_INVALID', detail: 'is empty' },
  });

export const PROBLEM_EXAMPLE = {
  type: 'urn:vin-activation:ACTIVATION_UNKNOWN',
  title: 'There is no such activation',
  status: 404,
  detail: 'There is no activation of WBA8E9G50GNT00001',
  instance: 'urn:uuid:5f0c2f8e-0a0f-4f0c-9d7b-5a8f6f1f3f11',
  code: 'ACTIVATION_UNKNOWN',
  next: 'Look whether the VIN is right. Start it with POST /v1/activations.',
};

export const Problem = z
  .object({
    type: z.string().register(registry, { description: '`urn:vin-activation:` and the code' }),
    title: z.string(),
    status: z.number(),
    detail: z.string().register(registry, { description: 'What happened, and to which vehicle' }),
    instance: z
      .string()
      .register(registry, { description: 'This one occurrence; name it when you ask for help' }),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    next: z.string().register(registry, { description: 'What to do' }),
    errors: z.array(fieldError).optional().register(registry, { description: 'Each field that is wrong' }),
  })
  .register(registry, {
    id: 'Problem',
    description: 'Problem details after RFC 9457. The codes are explained in docs/errors.md.',
    example: PROBLEM_EXAMPLE,
  });
