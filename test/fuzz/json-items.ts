import { isDeepStrictEqual } from 'node:util';
import { VinError } from '../../src/base/errors';
import { readJsonItems, UnreadItem } from '../../src/gateway/api/json';
import type { Target } from './kit/target';

const MOST = 20;

export const target: Target = {
  about: 'the body of a batch, which is read item by item',
  corpus: [
    '[{"vin":"WBA8E9G50GNT00001","brand":"bmw"}]',
    ' [ {"vin":"a","tags":{"x,y":"]}[{\\"\\\\"}} ,\r\n null, 1, "t\\\\", [[],{}], true ] ',
    '[]',
    '[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]',
    '{"a":[1,2,{"b":"c"}]}',
    '"text"',
    JSON.stringify(Array.from({ length: 18 }, (_, index) => ({ index }))),
  ],
  words: ['"', '\\"', '\\\\', '[', ']', '{', '}', ',', ':', '[]', '{}', ' '],
  holds: async (bytes) => {
    const text = bytes.toString('utf8');
    const expected = attempt(() => JSON.parse(text) as unknown);
    const got = await readJsonItems(text, JSON.parse, MOST).then(
      (value) => ({ value }),
      (error: unknown) => {
        if (error instanceof SyntaxError || error instanceof VinError) return null;
        throw error;
      },
    );
    const items = got && Array.isArray(got.value) ? got.value : [];
    // What is too large was not read, and what is too long not to its end.
    if (items.length > MOST || items.some((item) => item instanceof UnreadItem)) return;
    if (expected && !got && text.length < 60_000 && depthOf(expected.value) < 16 && countOf(text) < 250) {
      throw new Error('JSON was refused');
    }
    if (got && !expected) throw new Error('what is no JSON was taken');
    if (got && !isDeepStrictEqual(got, expected)) throw new Error('something else was read');
  },
};

function attempt<T>(work: () => T): { value: T } | null {
  try {
    return { value: work() };
  } catch {
    return null;
  }
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function countOf(text: string): number {
  return text.split(/[,:]/).length;
}
