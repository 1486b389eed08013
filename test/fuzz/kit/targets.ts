import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Target } from './target';

const FOLDER = path.join(__dirname, '..');

/** The targets by the names of their files: whoever adds a file has added a target. */
export function targets(): ReadonlyMap<string, Target> {
  const names = readdirSync(FOLDER)
    .filter((file) => /^[a-z-]+\.ts$/.test(file))
    .map((file) => path.basename(file, '.ts'))
    .sort();
  return new Map(names.map((name) => [name, targetOf(name)]));
}

function targetOf(name: string): Target {
  const { target } = require(path.join(FOLDER, `${name}.ts`)) as { target?: Target };
  if (target) return target;
  throw new Error(`test/fuzz/${name}.ts exports no "target" (test/fuzz/kit/target.ts)`);
}
