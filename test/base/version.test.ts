import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownVersion } from '../../src/base/version';

test('the version is that of the package', () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as {
    version: string;
  };
  expect(ownVersion()).toBe(version);
});
