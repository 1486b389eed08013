import fc from 'fast-check';
import { JsonArraySplitter } from '../../../src/providers/shared/json-array';

/** The elements of a text that comes in pieces, as text. */
function split(text: string | Buffer, ...cuts: number[]): string[] {
  const elements: string[] = [];
  const splitter = new JsonArraySplitter(
    (bytes) => elements.push(bytes.toString()),
    (what) => new Error(what),
  );
  const bytes = Buffer.from(text);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  places.forEach((place, index) => {
    if (index > 0) splitter.push(bytes.subarray(places[index - 1], place));
  });
  splitter.end();
  return elements;
}

const arrays = fc.array(
  fc.oneof(
    fc.json(),
    fc.string().map((text) => JSON.stringify({ text })),
  ),
);
const cuts = fc.array(fc.nat(), { maxLength: 20 });

test('cuts any array into its elements, wherever the pieces end and whatever stands in the strings', () => {
  fc.assert(
    fc.property(arrays, cuts, fc.constantFrom('', ' ', '\r\n\t'), (values, places, space) => {
      const text = `\u{feff}${space}[${values.map((value) => space + value + space).join(',')}${space}]${space}`;
      expect(split(text, ...places).map((element) => JSON.parse(element))).toEqual(
        values.map((value) => JSON.parse(value)),
      );
    }),
    { numRuns: 2_000 },
  );
});

test('gives the same bytes for the same element, wherever the pieces end', () => {
  const text = '[{"a":"\\\\\\"]},["},{"b":[1,{"c":"ü€😀"}]} , "x\\\\" ,null]';
  const whole = split(text);
  expect(whole).toEqual(['{"a":"\\\\\\"]},["}', '{"b":[1,{"c":"ü€😀"}]}', '"x\\\\" ', 'null']);
  for (let cut = 0; cut <= Buffer.byteLength(text); cut++) expect(split(text, cut)).toEqual(whole);
});

test('an array that ends too early is never taken for a whole one', () => {
  fc.assert(
    fc.property(arrays, fc.nat(), (values, at) => {
      const text = Buffer.from(`[${values.join(',')}]`);
      expect(() => split(text.subarray(0, at % text.length))).toThrow('sent a list that is cut off');
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ['<!DOCTYPE html><html></html>'],
  ['{"vehicles":[]}'],
  ['[{}{}]'],
  ['[,{}]'],
  ['[{},]'],
  ['[{}]]'],
  ['[{}][{}]'],
  ['[}]'],
  ['null'],
])('%s is no list', (text) => {
  expect(() => split(text)).toThrow('sent a reply that is not a JSON list');
});

test('nothing at all is no whole list', () => {
  expect(() => split('')).toThrow('sent a list that is cut off');
  expect(split('[]')).toEqual([]);
  expect(split(' [ ] ')).toEqual([]);
});

test('a row without an end does not fill the memory', () => {
  const splitter = new JsonArraySplitter(
    () => undefined,
    (what) => new Error(what),
  );
  const piece = Buffer.alloc(64 * 1024, 'x');
  splitter.push(Buffer.from('["'));
  const pushAll = () => {
    for (let count = 0; count < 100; count++) splitter.push(piece);
  };
  expect(pushAll).toThrow('sent a list with a row that is too large');
});
