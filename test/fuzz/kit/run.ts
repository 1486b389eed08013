// Changes inputs for as long as it is told to: npm run fuzz -- list --minutes 10. "npm run fuzz" names the targets.
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { inputsOf } from './mutation';
import type { Target } from './target';
import { targets } from './targets';

/** Cases between two looks at the clock. */
const ROUND = 500;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
    allowPositionals: true,
  });
  const known = targets();
  const names = positionals.includes('all') ? [...known.keys()] : positionals;
  const unknown = names.find((name) => !known.has(name));
  const minutes = Number(values.minutes);
  if (names.length === 0 || unknown !== undefined || !(minutes > 0)) {
    if (unknown !== undefined) say(`There is no target "${unknown}".`);
    say(
      'npm run fuzz -- <target>… [--minutes 10] [--seed 1]; the targets, or all of them, each for so long:',
    );
    for (const [name, { about }] of known) say(`  ${name}: ${about}`);
    process.exitCode = 2;
    return;
  }
  for (const name of names) {
    const held = await fuzz(name, known.get(name) as Target, minutes, Number(values.seed ?? Date.now()));
    if (!held) process.exitCode = 1;
  }
}

/** Whether everything held. What did not is printed, made as small as fast-check can. */
async function fuzz(name: string, target: Target, minutes: number, first: number): Promise<boolean> {
  const end = Date.now() + minutes * 60_000;
  say(`${name}: ${minutes} minutes from seed ${first}`);
  let cases = 0;
  for (let seed = first; Date.now() < end; seed += 1) {
    const outcome = await fc.check(
      fc.asyncProperty(inputsOf(target), async (bytes) => target.holds(bytes)),
      { numRuns: ROUND, seed, interruptAfterTimeLimit: Math.max(1, end - Date.now()) },
    );
    cases += outcome.numRuns;
    if (outcome.failed && outcome.counterexample) {
      const [bytes] = outcome.counterexample;
      say(`${name}: does not hold after ${cases} cases (seed ${seed})`);
      say(`  bytes, in base64: ${bytes.toString('base64')}`);
      say(`  as text: ${JSON.stringify(bytes.toString('latin1').slice(0, 2_000))}`);
      say(String((outcome.errorInstance as Error | null)?.stack ?? outcome.errorInstance));
      return false;
    }
  }
  say(`${name}: held for ${cases} cases`);
  return true;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? `${error.stack}` : String(error));
  process.exitCode = 2;
});
