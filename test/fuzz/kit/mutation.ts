import fc from 'fast-check';
import type { Target } from './target';

/** One change. `at` and `length` are parts of 65,536 of what is there, so that they mean something for any length. */
interface Change {
  readonly kind: 'flip' | 'cut' | 'repeat' | 'put' | 'swap' | 'join' | 'truncate';
  readonly at: number;
  readonly length: number;
  readonly bytes: Uint8Array;
  /** What to join: the beginning of this up to `at`, the end of the other from there. */
  readonly other: Uint8Array;
}

/** What means something to most parsers: ends, quotes, escapes, marks, numbers at a limit, names of JavaScript. */
const USUAL_WORDS: readonly string[] = [
  ...['\0', '\n', '\r', '\r\n', '\t', ' ', '"', "'", '\\', '\u00A0', '\u2028', '\uFEFF', '\u200B', '\u202E'],
  ...['{', '}', '[', ']', ',', ':', ';', '=', '|', 'null', 'true', '-0', '1e999', '9007199254740993', ''],
  ...['__proto__', 'constructor', '\\ud800', '\u0301', 'é', 'ß', '漢', '🚗', '%00', '../', 'x'.repeat(300)],
];

/** Inputs of a target: mostly with a few changes, sometimes none, rarely bytes without any sense. */
export function inputsOf({ corpus, words = [] }: Target): fc.Arbitrary<Buffer> {
  const seeds = corpus.map(bytesOf);
  const seed = fc.constantFrom(...seeds);
  const word = fc.constantFrom(...[...USUAL_WORDS, ...words].map(bytesOf));
  const part = fc.integer({ min: 0, max: 65_535 });
  const change: fc.Arbitrary<Change> = fc.record({
    kind: fc.constantFrom('flip', 'cut', 'repeat', 'put', 'put', 'swap', 'join', 'truncate'),
    at: part,
    length: fc.oneof(fc.integer({ min: 0, max: 2_000 }), part),
    bytes: fc.oneof(
      { weight: 3, arbitrary: word },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 8 }) },
    ),
    other: seed,
  });
  const mutated = fc.tuple(seed, fc.array(change, { maxLength: 6 })).map(([bytes, changes]) => {
    return changes.reduce(changed, Buffer.from(bytes)).subarray(0, LONGEST);
  });
  return fc.oneof(
    { weight: 19, arbitrary: mutated },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)) },
  );
}

/** Repeats must not make one case cost seconds. */
const LONGEST = 256 * 1024;

function changed(bytes: Buffer, { kind, at, length, bytes: given, other }: Change): Buffer {
  const from = Math.floor((at / 65_536) * (bytes.length + 1));
  const to = Math.min(bytes.length, from + Math.ceil((length / 65_536) * bytes.length));
  const [before, piece, after] = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)];
  switch (kind) {
    case 'flip': {
      const copy = Buffer.from(bytes);
      if (from < copy.length) copy[from] = (copy[from] ?? 0) ^ (1 << (length % 8));
      return copy;
    }
    case 'cut':
      return Buffer.concat([before, after]);
    case 'repeat':
      return Buffer.concat([before, ...Array<Buffer>(1 + (length % 5)).fill(piece), piece, after]);
    case 'put':
      return Buffer.concat([before, given, bytes.subarray(from)]);
    case 'swap':
      return Buffer.concat([before, given, after]);
    case 'join':
      return Buffer.concat([before, other.subarray(Math.floor((at / 65_536) * (other.length + 1)))]);
    case 'truncate':
      return before;
  }
}

function bytesOf(text: string | Uint8Array): Buffer {
  return Buffer.from(text as Uint8Array);
}
