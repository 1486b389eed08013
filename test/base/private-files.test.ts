import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createPrivate,
  makePrivate,
  makePrivateFolder,
  openPrivate,
  withPrivateFiles,
} from '../../src/base/private-files';
import { ResultFile } from '../../src/fleet-list/result-file';
import { inScratchFolder, keep } from '../../src/trial/temporal-server/cache';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vin-private-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('what is written', () => {
  test('is for its owner only, whatever an earlier version has left there', async () => {
    const [fresh, older] = [join(folder, 'fresh'), join(folder, 'older')];
    writeFileSync(older, 'text', { mode: 0o644 });
    for (const file of [fresh, older]) {
      closeSync(openPrivate(file, 'a'));
      expect(modeOf(file)).toBe('600');
      chmodSync(file, 0o644);
      await (await createPrivate(file)).close();
      expect(modeOf(file)).toBe('600');
    }
  });

  test('is added to, or begun again, as asked', () => {
    const file = join(folder, 'log');
    for (const flags of ['w', 'a', 'w'] as const) {
      const descriptor = openPrivate(file, flags);
      writeSync(descriptor, flags);
      closeSync(descriptor);
    }
    expect(readFileSync(file, 'utf8')).toBe('w');
  });

  test('leaves a device as it is', async () => {
    const before = modeOf('/dev/null');
    closeSync(openPrivate('/dev/null', 'w'));
    await (await createPrivate('/dev/null')).close();
    makePrivate('/dev/null');
    expect(modeOf('/dev/null')).toBe(before);
  });

  test('lies in folders for their owner only; those that were there stay as they are', async () => {
    await makePrivateFolder(join(folder, 'a', 'b'));
    expect([folder, join(folder, 'a'), join(folder, 'a', 'b')].map(modeOf)).toEqual(['755', '700', '700']);
  });

  // Node's own `recursive` goes round for ever there, and takes no signal meanwhile.
  test('is said to have no folder where the one above takes none', async () => {
    for (const place of ['/proc/missing', '/proc/missing/deeper', '/dev/null/deeper']) {
      await expect(makePrivateFolder(place)).rejects.toMatchObject({
        code: expect.stringMatching(/ENOENT|ENOTDIR|EACCES|EPERM/),
      });
    }
  });

  test('by a process that we start is for its owner only, and our own mask stays', () => {
    const before = process.umask();
    const file = join(folder, 'written');
    withPrivateFiles(() => execFileSync('sh', ['-c', 'echo x > "$0"', file]));
    expect(modeOf(file)).toBe('600');
    expect(process.umask()).toBe(before);
  });

  test('nothing happens where there is nothing to take away', () => {
    expect(() => makePrivate(join(folder, 'missing'))).not.toThrow();
  });
});

test('the result of an import is for its owner only', async () => {
  const result = new ResultFile(join(folder, 'fleet.result.csv'), join(folder, 'fleet.csv'));
  await result.open(',', []);
  await result.close();
  expect(modeOf(result.path)).toBe('600');
});

test('the cache is for its owner only', async () => {
  const cache = join(folder, 'cache');
  await inScratchFolder(cache, async (scratch) => {
    mkdirSync(scratch, { recursive: true });
    writeFileSync(join(scratch, 'made'), 'x', { mode: 0o700 });
    await keep(join(scratch, 'made'), join(cache, 'temporal'));
  });
  expect([cache, join(cache, 'temporal'), join(cache, 'temporal.sha256')].map(modeOf)).toEqual([
    '700',
    '700',
    '600',
  ]);
});
