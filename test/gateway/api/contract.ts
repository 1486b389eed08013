import type { ErrorObject, ValidateFunction } from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { openApiDocument } from '../../../src/gateway/api/openapi';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape, looked into by tests
export type Json = any;

/** The OpenAPI document, as a client of the API has it. */
export const document: Json = JSON.parse(JSON.stringify(openApiDocument()));

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(document, 'api');

/** A validator of the schema at this place of the document, for example `/components/schemas/Problem`. */
export function validatorAt(place: string): ValidateFunction {
  const found = ajv.getSchema(`api#${place}`);
  if (!found) throw new Error(`there is no schema at ${place}`);
  return found;
}

export function escapeJsonPointer(part: string): string {
  return part.replace(/~/g, '~0').replace(/\//g, '~1');
}

/** What is wrong with an answer, measured by the document; empty when it is as documented. */
export function departures(
  method: string,
  path: string,
  answer: { readonly status: number; readonly headers: Json; readonly body: unknown },
): string[] {
  const template = Object.keys(document['paths']).find((known) => matches(known, path));
  const entry = template && document['paths'][template][method.toLowerCase()];
  const type = String(answer.headers['content-type']).split(';')[0] ?? '';
  if (!entry) return problemDepartures(validatorAt('/components/schemas/Problem'), type, answer.body);
  const response = entry.responses[answer.status];
  if (!response) return [`${method} ${path} answers ${answer.status}, which is not documented`];
  const missing = Object.keys(response.headers ?? {}).filter((name) => !answer.headers[name.toLowerCase()]);
  const where = [
    'paths',
    template,
    method.toLowerCase(),
    'responses',
    answer.status,
    'content',
    type,
    'schema',
  ];
  if (!response.content[type]) return [`${method} ${path} answers ${answer.status} as ${type}`];
  const validate = validatorAt(
    `/${where.map((part) => encodeURIComponent(escapeJsonPointer(String(part)))).join('/')}`,
  );
  return [
    ...missing.map((name) => `the header ${name} is missing`),
    ...(validate(answer.body) ? [] : (validate.errors ?? []).map(inWords)),
  ];
}

function problemDepartures(validate: ValidateFunction, type: string, body: unknown): string[] {
  if (type !== 'application/problem+json') return [`answered as ${type}`];
  return validate(body) ? [] : (validate.errors ?? []).map(inWords);
}

function matches(template: string, path: string): boolean {
  const [bare = ''] = path.replace(/^\/v1/, '').split('?');
  // A fixed address goes before one with a VIN, as in the server.
  if (template !== bare && template.includes('{') && document['paths'][bare]) return false;
  return new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(bare);
}

function inWords({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || 'the body'} ${message} ${JSON.stringify(params)}`;
}
