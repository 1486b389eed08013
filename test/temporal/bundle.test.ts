import { mkdirSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtBundle } from '../../src/temporal/bundle';

/** A folder like `lib`, whose code is of noon; the bundle is made so many seconds later. */
function built(bundleAge: number | null): string {
  const root = mkdtempSync(join(tmpdir(), 'vin-bundle-'));
  const noon = Date.UTC(2026, 0, 1, 12) / 1_000;
  const write = (file: string, at: number) => {
    writeFileSync(join(root, file), '');
    utimesSync(join(root, file), at, at);
  };
  mkdirSync(join(root, 'workflows'));
  mkdirSync(join(root, 'src/domain'), { recursive: true });
  write('workflows/activation.js', noon - 60);
  write('src/domain/rules.js', noon);
  if (bundleAge !== null) write('workflow-bundle.js', noon + bundleAge);
  return root;
}

describe('the workflow bundle of the build', () => {
  test.each([
    ['made after the code', 5],
    ['as old as the code, as in a packed release', 0],
  ])('is used when it is %s', (_case, age) => {
    const root = built(age);
    expect(builtBundle(root)).toEqual({ workflowBundle: { codePath: join(root, 'workflow-bundle.js') } });
  });

  test.each([
    ['is older than some of the code', -1],
    ['is missing', null],
  ])('is left alone when it %s', (_case, age) => {
    expect(builtBundle(built(age))).toEqual({});
  });

  test('is not looked for beside the sources', () => {
    expect(builtBundle()).toEqual({});
  });
});
