import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

/**
 * Holds requests, replies and webhooks against our record of a provider's API. Each `expect…` throws an Error that
 * lists every violation; each `…Violations` returns that list instead (empty: all is well). What has no file in its name is
 * about `high-mobility.yaml`.
 */

interface MediaType {
  readonly schema?: unknown;
}
interface Reference {
  readonly $ref?: string;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: unknown;
  readonly content?: Record<string, MediaType>;
}
interface Body extends Reference {
  readonly content?: Record<string, MediaType>;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Body;
  readonly responses?: Record<string, Body>;
}
type PathItem = Record<string, unknown>;
interface Document {
  readonly paths: Record<string, PathItem>;
  readonly 'x-webhooks'?: { readonly notification: { readonly post: Operation } };
  readonly components: {
    readonly responses: Record<string, Body>;
    readonly requestBodies?: Record<string, Body>;
    readonly schemas: Record<string, { readonly enum?: readonly string[] }>;
  };
}

export type Query = Readonly<Record<string, string>> | URLSearchParams;
/** Header names may be in any case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export type Contract = ReturnType<typeof openContract>;

/** @param file the name of a record in this folder. */
export function openContract(file: string) {
  const document = parse(readFileSync(join(__dirname, file), 'utf8')) as Document;
  const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
  ajv.addSchema(document as object, 'contract');
  const compiled = new Map<unknown, ValidateFunction>();

  /** The brands that the provider's documents name: those that can be cleared, or those whose eligibility can be asked for. */
  function documentedBrands(of: 'Brand' | 'EligibilityBrand'): readonly string[] {
    return document.components.schemas[of]?.enum ?? [];
  }

  /** What is wrong with a request. `path` is the real path, with or without a query; `query` adds to it. */
  function requestViolations(method: string, path: string, body?: unknown, query?: Query): string[] {
    const [pathname = '', search] = path.split('?');
    const operation = findOperation(method, pathname);
    if (!operation) return [`${method} ${pathname} is not in the contract`];
    const values = new URLSearchParams(search);
    for (const [name, value] of new URLSearchParams(query as Record<string, string>))
      values.append(name, value);
    return [...queryViolations(operation, values), ...bodyViolations(operation.requestBody, body)];
  }

  /** What is wrong with a reply. A body that is a string is read as JSON first. */
  function replyViolations(method: string, path: string, status: number, body?: unknown): string[] {
    const [pathname = ''] = path.split('?');
    const operation = findOperation(method, pathname);
    if (!operation) return [`${method} ${pathname} is not in the contract`];
    const response = operation.responses?.[String(status)];
    if (!response) return [`status ${status} is not in the contract`];
    return schemaViolations(jsonSchema(resolve(response)), asJson(body), 'body');
  }

  /** What is wrong with a webhook that the provider (or our simulator) sent. */
  function webhookViolations(headers: Headers, body: unknown): string[] {
    const post = document['x-webhooks']?.notification.post;
    if (!post) return ['it sends no webhooks'];
    const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const violations: string[] = [];
    for (const parameter of post.parameters ?? []) {
      const value = lower.get(parameter.name);
      if (value !== undefined)
        violations.push(...schemaViolations(parameter.schema, value, `header ${parameter.name}`));
      else if (parameter.required) violations.push(`header ${parameter.name} is missing`);
    }
    return [...violations, ...bodyViolations(post.requestBody, asJson(body))];
  }

  function expectRequestMatches(method: string, path: string, body?: unknown, query?: Query): void {
    complain(`request ${method} ${path}`, requestViolations(method, path, body, query), body);
  }

  function expectReplyMatches(method: string, path: string, status: number, body?: unknown): void {
    complain(`reply ${status} to ${method} ${path}`, replyViolations(method, path, status, body), body);
  }

  function expectWebhookMatches(headers: Headers, body: unknown): void {
    complain('webhook', webhookViolations(headers, body), body);
  }

  function findOperation(method: string, pathname: string): Operation | undefined {
    for (const [template, item] of Object.entries(document.paths)) {
      const pattern = new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);
      if (pattern.test(pathname)) return item[method.toLowerCase()] as Operation | undefined;
    }
    return undefined;
  }

  function resolve(body: Body): Body {
    const name = body.$ref?.split('/').at(-1);
    const { responses, requestBodies = {} } = document.components;
    return (name === undefined ? body : (responses[name] ?? requestBodies[name])) ?? body;
  }

  function queryViolations(operation: Operation, values: URLSearchParams): string[] {
    const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
    const known = new Set(parameters.map((parameter) => parameter.name));
    const violations = [...values.keys()]
      .filter((name) => !known.has(name))
      .map((name) => `query ${name} is not in the contract`);
    for (const parameter of parameters) {
      const text = values.get(parameter.name);
      if (text === null) continue;
      const schema = parameter.content?.['application/json']?.schema;
      violations.push(
        ...schemaViolations(
          schema ?? parameter.schema,
          schema ? asJson(text) : text,
          `query ${parameter.name}`,
        ),
      );
    }
    return violations;
  }

  function bodyViolations(expected: Body | undefined, body: unknown): string[] {
    if (!expected) return body === undefined || body === '' ? [] : ['this call has no body'];
    return schemaViolations(jsonSchema(resolve(expected)), asJson(body), 'body');
  }

  function schemaViolations(schema: unknown, value: unknown, where: string): string[] {
    if (schema === undefined) return [];
    if (value === undefined) return [`${where} is missing`];
    let validate = compiled.get(schema);
    if (!validate) {
      validate = ajv.compile(withContractReferences(schema) as object);
      compiled.set(schema, validate);
    }
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) =>
      `${where}${instancePath} ${message} ${JSON.stringify(params)}`.trim(),
    );
  }

  return {
    documentedBrands,
    requestViolations,
    replyViolations,
    webhookViolations,
    expectRequestMatches,
    expectReplyMatches,
    expectWebhookMatches,
  };
}

export const {
  documentedBrands,
  requestViolations,
  replyViolations,
  webhookViolations,
  expectRequestMatches,
  expectReplyMatches,
  expectWebhookMatches,
} = openContract('high-mobility.yaml');

function complain(what: string, violations: readonly string[], body: unknown): void {
  if (violations.length === 0) return;
  const list = violations.map((violation) => `  - ${violation}`).join('\n');
  throw new Error(`The ${what} breaks the contract:\n${list}\n  body: ${JSON.stringify(body)}`);
}

function jsonSchema(body: Body | undefined): unknown {
  const content = body?.content;
  return (content?.['application/json'] ?? content?.['application/x-www-form-urlencoded'])?.schema;
}

/** Lets a schema that is compiled on its own find the document's components. */
function withContractReferences(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"contract#/'));
}

function asJson(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return asJson(value.toString('utf8'));
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
