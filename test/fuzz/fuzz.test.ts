import fc from 'fast-check';
import { inputsOf } from './kit/mutation';
import { targets } from './kit/targets';

/** Each run has inputs of its own; a failure is lived again with FUZZ_SEED. */
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now());
const CASES = 200;

beforeAll(() => void process.stderr.write(`fuzz: FUZZ_SEED=${SEED}\n`));

test.each([...targets()])('%s: whatever comes in, it holds what it promises', async (_name, target) => {
  await fc.assert(
    fc.asyncProperty(inputsOf(target), async (bytes) => target.holds(bytes)),
    { numRuns: CASES, seed: SEED },
  );
});

test.each([...targets()])(
  '%s: every input of its corpus holds as it is',
  async (_name, { corpus, holds }) => {
    for (const input of corpus) await holds(Buffer.from(input as Uint8Array));
  },
);
