import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VinError } from '../../src/base/errors';
import { loadCatalogue } from '../../src/catalogue/catalogue';
import { rulesFor } from '../../src/domain/rules';
import type { Target } from './kit/target';

/** The examples of docs/catalogue.md. */
const EXAMPLES = [
  ...readFileSync(join(__dirname, '../../docs/catalogue.md'), 'utf8').matchAll(/```json\n([\s\S]*?)```/g),
].map(([, text = '']) => text);

export const target: Target = {
  about: 'the file of VIN_CATALOGUE',
  corpus: [
    ...EXAMPLES,
    '{}',
    '{"version":"a","brands":{"zeekr":{"name":"Zeekr","aliases":["ZEEKR"],"group":"geely"}},"groups":{"geely":{"canCancelPending":true}}}',
    '{"policy":{"giveUp":{"after":"30d","by":"park"},"drift":"resubmit","firstData":{"ask":false}}}',
  ],
  words: ['"policy":', '"brands":', '"reasons":', '"groups":', '"bmw"', '"15d"', '"0s"', '"*"'],
  holds: (bytes) => {
    const folder = mkdtempSync(join(tmpdir(), 'vin-fuzz-'));
    const file = join(folder, 'catalogue.json');
    try {
      writeFileSync(file, bytes);
      const catalogue = loadCatalogue(file);
      // What is taken has to be usable for every brand.
      for (const brand of Object.keys(catalogue.brands)) rulesFor(catalogue, brand, { speed: 1 });
    } catch (error) {
      if (!(error instanceof VinError) || error.code !== 'CATALOGUE_INVALID') throw error;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
