import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';

/**
 * The tests of the rules as one file, for `npm run mutants`: what each of them loads is loaded once for a mutant,
 * not once for each file. Left out are those that need a server or the documents, those that would only say that anything at all
 * has changed, and the large table, so that the rules are held by tests that name them.
 */
const LEFT_OUT =
  /\.server\.test\.ts$|catalogue-document|brands-everywhere|replay|cancellation-table|columns|publish/;

fc.configureGlobal({ numRuns: 25, seed: 1 });

for (const folder of ['domain', 'catalogue', 'workflows/contract', 'workflows/lifecycle']) {
  for (const file of readdirSync(join(__dirname, folder))) {
    if (file.endsWith('.test.ts') && !LEFT_OUT.test(file)) require(join(__dirname, folder, file));
  }
}
