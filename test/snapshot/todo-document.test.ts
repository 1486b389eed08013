import { join } from 'node:path';
import { OWN_TOPICS } from '../../src/snapshot/topics';
import { expectMadePart, table } from '../support/made-part';

test('docs/todo.md has all our own words for what is the matter ("npm run docs" writes it again)', () => {
  const rows = Object.entries(OWN_TOPICS).map(([topic, says]) => [`\`${topic}\``, says]);
  expectMadePart(join(__dirname, '../../docs/todo.md'), table(['Word', 'What is the matter'], rows));
});
