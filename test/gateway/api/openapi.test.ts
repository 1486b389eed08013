import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiDocument } from '../../../src/gateway/api/openapi';
import { PROBLEMS } from '../../../src/gateway/api/problem';
import { document, type Json, validatorAt } from './contract';

const FILE = join(__dirname, '../../../docs/openapi.json');

/** Every value in the document, with its place. */
function* walk(value: unknown, place = ''): Generator<[string, Record<string, Json>]> {
  if (typeof value !== 'object' || value === null) return;
  yield [place, value as Record<string, Json>];
  for (const [key, part] of Object.entries(value)) yield* walk(part, `${place}/${key}`);
}

function at(reference: string): unknown {
  return reference
    .slice(2)
    .split('/')
    .reduce<Json>((value, part) => value?.[part], document);
}

const operations = Object.entries<Json>(document['paths']).flatMap(([path, methods]) =>
  Object.entries<Json>(methods).map(([method, operation]) => ({ path, method, operation })),
);

describe('the OpenAPI document', () => {
  test('docs/openapi.json is a copy of it ("npm run docs" writes it again)', () => {
    const text = `${JSON.stringify(openApiDocument(), null, 2)}\n`;
    if (process.env['UPDATE_DOCS']) writeFileSync(FILE, text);
    expect(readFileSync(FILE, 'utf8')).toBe(text);
  });

  test('has a target for each reference', () => {
    const references = [...walk(document)].flatMap(([place, { $ref }]) => ($ref ? [[place, $ref]] : []));
    expect(references.length).toBeGreaterThan(50);
    expect(references.filter(([, target]) => at(target) === undefined)).toEqual([]);
  });

  test('has 38 operations, each with a name of its own', () => {
    const names = operations.map(({ operation }) => operation.operationId);
    expect(names).toHaveLength(38);
    expect(new Set(names).size).toBe(38);
  });

  test.each(operations)(
    '$method $path declares its success, its refusals and its parameters',
    ({ path, operation }) => {
      const statuses = Object.keys(operation.responses);
      const isMessage =
        operation.requestBody &&
        // What is asked of a plate is carried out, or kept by its workflow, before it is answered.
        !path.startsWith('/parkings/') &&
        operation.parameters.some(({ in: place }: Json) => place === 'path');
      const isGroup = /^\/activations\/(?!batch)[\w-]+$/.test(path);
      expect(statuses.filter((status) => status.startsWith('2'))).toHaveLength(isMessage || isGroup ? 2 : 1);
      expect(statuses).toEqual(expect.arrayContaining(['401', '415', '500', '503']));
      for (const response of Object.values<Json>(operation.responses)) {
        expect(response.description).not.toBe('');
        expect(Object.keys(response.content)).toHaveLength(1);
      }
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = operation.parameters.filter((parameter: Json) => parameter.in === 'path');
      expect(declared.map(({ name }: Json) => name)).toEqual(inPath);
    },
  );

  test('declares every problem but the two that no address has', () => {
    const declared = [...walk(document['paths'])].flatMap(([place, { enum: codes }]) =>
      place.endsWith('/properties/code') ? codes : [],
    );
    const everywhere = ['NOT_FOUND', 'METHOD_NOT_ALLOWED'];
    const inItems = ['VIN_INVALID'].filter((code) => code in PROBLEMS);
    expect([...new Set([...declared, ...everywhere, ...inItems])].sort()).toEqual(
      Object.keys(PROBLEMS).sort(),
    );
    for (const code of everywhere) expect(document['info'].description).toContain(code);
  });

  const named = Object.entries<Json>(document['components'].schemas);
  test.each(named.filter(([, { examples }]) => examples))(
    'the example of %s fits its schema',
    (name, { examples }) => {
      const validate = validatorAt(`/components/schemas/${name}`);
      for (const example of examples) {
        validate(example);
        expect(validate.errors).toBeNull();
      }
    },
  );

  test('has an example for each body that is sent or answered', () => {
    const bodies = [...walk(document['paths'])].flatMap(([place, { $ref }]) =>
      $ref?.includes('/schemas/') && place.includes('/content/') ? [$ref.split('/').at(-1)] : [],
    );
    const without = named.filter(([, { examples }]) => !examples).map(([name]) => name);
    expect(new Set(bodies).size).toBeGreaterThan(10);
    expect(bodies.filter((name) => without.includes(name))).toEqual([]);
  });

  test('refuses an example with a field that nobody knows, so that the schemas are strict', () => {
    const validate = validatorAt('/components/schemas/StartRequest');
    expect(validate({ vin: 'WBA8E9G50GNT00001', brand: 'bmw', colour: 'red' })).toBe(false);
    expect(validate({ brand: 'bmw' })).toBe(false);
  });

  test('has no word of the inside', () => {
    expect(JSON.stringify(document)).not.toMatch(/temporal|workflow|zod|fastify|grpc/i);
  });
});
