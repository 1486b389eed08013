import { z } from 'zod';
import { LIMITS } from '../../../workflows/lifecycle/limits';
import type { Operation } from './operation';
import { OPERATIONS } from './operations';
import { PROBLEMS, type ProblemCode, statusOf } from './problem';
import { Problem } from './problem-schema';
import { registry } from './registry';
import { APPLICATION_PATTERN } from './token-applications';
// Named here so that they are in the registry when the document is made.
import './answer-schemas';
import './batch-schemas';
import './defleeting-schemas';
import './group-schemas';
import './request-schemas';

type Json = Readonly<Record<string, unknown>>;

const DESCRIPTION = `Starts activations of vehicles, reads them, and ends them.

Every request needs the header \`Authorization: Bearer vin_…\`. A token has a role (\`read\`, or \`operate\`, which may
also change things) and fleets. The activations of other fleets are the same as absent.

Every failure is answered with problem details (RFC 9457), also those that no operation names: 404 \`NOT_FOUND\` for an
unknown address and 405 \`METHOD_NOT_ALLOWED\`. The header \`X-Request-Id\` is on every answer.

Everything may be repeated: starting and defleeting twice changes nothing. A message (defleet, retry, resume, amend,
acknowledge) that is sent again with the same id is the same message; one to many vehicles is the same batch.`;

/**
 * The OpenAPI 3.1 document, made from the same schemas that check the requests.
 *
 * @returns plain JSON; `docs/openapi.json` is a copy of it.
 */
export function openApiDocument(): Json {
  made ??= make();
  return made;
}

let made: Json | undefined;

function make(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'vin-activation',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/v1' }],
    security: [{ token: [] }],
    paths: paths(),
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'Made by `vin token create`' },
      },
      schemas: schemas(),
      headers: {
        RequestId: {
          description: 'This request; the same as in `instance` of a problem',
          schema: { type: 'string', format: 'uuid' },
        },
        RetryAfter: { description: 'Seconds', schema: { type: 'integer' } },
        Allow: { description: 'The methods that the address knows', schema: { type: 'string' } },
      },
    },
  };
}

function paths(): Json {
  const found: Record<string, Record<string, Json>> = {};
  for (const operation of OPERATIONS) {
    found[operation.path] = {
      ...found[operation.path],
      [operation.method.toLowerCase()]: entryOf(operation),
    };
  }
  return found;
}

function entryOf(operation: Operation): Json {
  const { id, summary, description, body, bodyOptional, success, queued, instead } = operation;
  const headers = Object.entries(success.headers ?? {}).map(([name, about]) => [
    name,
    { description: about, schema: { type: 'string' } },
  ]);
  const answer = (about: string, schema: z.ZodType, more: Json): Json => ({
    description: about,
    headers: { 'X-Request-Id': { $ref: '#/components/headers/RequestId' }, ...more },
    content: { 'application/json': { schema: refTo(schema) } },
  });
  const own = Object.fromEntries(headers);
  return {
    operationId: id,
    summary,
    description: `${description}\n\nRole: \`${operation.role}\`.`,
    parameters: parametersOf(operation),
    ...(body && {
      requestBody: { required: !bodyOptional, content: { 'application/json': { schema: refTo(body) } } },
    }),
    responses: {
      [success.status]: answer(success.description, success.schema, own),
      ...(queued && { 202: answer(queued, success.schema, own) }),
      ...(instead && { 200: answer(instead.description, instead.schema, {}) }),
      ...problemResponses(problemsOf(operation)),
    },
  };
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The id of the message, as the field `id`: sent again with the same it is the same message',
  schema: { type: 'string', minLength: 1, maxLength: LIMITS.id },
};

const APPLICATION = {
  name: 'application',
  in: 'query',
  required: false,
  description: "Which of the token's applications, as `provider:application`; without it the token's own",
  schema: { type: 'string', pattern: APPLICATION_PATTERN },
};

function parametersOf({ path, query, takesKey }: Operation): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    description:
      name === 'vin'
        ? 'The vehicle identification number'
        : name === 'plate'
          ? 'The plate, with its country: `NO-AA12345`'
          : 'The id of the batch',
    schema: { type: 'string' },
  }));
  if (takesKey) return [...inPath, APPLICATION, IDEMPOTENCY_KEY];
  if (!query) return [...inPath, APPLICATION];
  const text = JSON.stringify(z.toJSONSchema(query, { metadata: registry, io: 'input' }));
  const { properties = {} }: { properties?: Json } = JSON.parse(text.replaceAll('#/$defs/', PLACE));
  const inQuery = Object.entries(properties).map(([name, schema]) => {
    const { description, ...form } = schema as Json;
    return { name, in: 'query', required: false, ...(description ? { description } : {}), schema: form };
  });
  return [...inPath, ...inQuery, APPLICATION];
}

/** What every operation of this form may answer with, and what is its own. */
function problemsOf({ path, role, body, problems }: Operation): ProblemCode[] {
  const hasVin = path.includes('{vin}');
  return [
    'TOKEN_REFUSED',
    'QUERY_MALFORMED',
    'TOO_MANY_REQUESTS',
    ...(role === 'operate' ? (['ROLE_MISSING'] as const) : []),
    'APPLICATION_OFF' as const,
    'APPLICATION_FORBIDDEN' as const,
    ...(hasVin ? (['ACTIVATION_UNKNOWN'] as const) : []),
    ...(body ? (['BODY_MALFORMED', 'BODY_TOO_LARGE'] as const) : []),
    'CONTENT_TYPE_UNKNOWN',
    'REQUEST_INVALID',
    'SERVICE_UNAVAILABLE',
    'UNEXPECTED',
    ...problems,
  ];
}

function problemResponses(codes: readonly ProblemCode[]): Json {
  const statuses = [...new Set(codes.map((code) => statusOf(code)))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const here = codes.filter((code) => statusOf(code) === status);
      const lines = here.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`);
      return [
        status,
        {
          description: lines.join('; '),
          headers: {
            'X-Request-Id': { $ref: '#/components/headers/RequestId' },
            ...((status === 503 || status === 429) && {
              'Retry-After': { $ref: '#/components/headers/RetryAfter' },
            }),
          },
          content: {
            'application/problem+json': {
              schema: {
                allOf: [refTo(Problem), { properties: { code: { enum: here } } }],
              },
            },
          },
        },
      ];
    }),
  );
}

const PLACE = '#/components/schemas/';

function refTo(schema: z.ZodType): Json {
  const id = registry.get(schema)?.id;
  if (!id) throw new Error('a body has no name in the OpenAPI document');
  return { $ref: `${PLACE}${id}` };
}

function schemas(): Json {
  const made = z.toJSONSchema(registry, { metadata: registry, io: 'input', uri: (id) => `${PLACE}${id}` });
  return Object.fromEntries(
    Object.entries(made.schemas).map(([id, { $id: _id, $schema: _dialect, example, ...schema }]) => [
      id,
      { ...schema, ...(example !== undefined && { examples: [example] }) },
    ]),
  );
}
