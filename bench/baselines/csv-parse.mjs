// Reads a list with csv-parse and does nothing with its rows: node csv-parse.mjs FILE. No TypeScript, to start at once.
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';

let rows = 0;
for await (const _row of createReadStream(process.argv[2]).pipe(parse({ bom: true, columns: true }))) {
  rows += 1;
}
process.stdout.write(JSON.stringify({ rows }));
