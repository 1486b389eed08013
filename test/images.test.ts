import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DOCKERFILE } from './support/dockerfile';
import { imagesInUse, KNOWN, tooOld, withoutDigest } from './support/images';

const lock = JSON.parse(readFileSync(path.join(__dirname, '../package-lock.json'), 'utf8')) as {
  packages: Record<string, { version?: string; integrity?: string; resolved?: string; link?: boolean }>;
};
const manifest = JSON.parse(readFileSync(path.join(__dirname, '../package.json'), 'utf8')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>;

describe('the images', () => {
  test('are in the table of their releases, each one, and no other', () => {
    expect(KNOWN.images.map(({ image }) => image).sort()).toEqual(imagesInUse().map(withoutDigest));
  });

  test('are pinned to a release, with or without a digest', () => {
    for (const image of imagesInUse()) {
      expect(image).toMatch(/^[\w./-]+:\d+\.\d+(\.\d+)?(-slim)?(@sha256:[0-9a-f]{64})?$/);
    }
    // The frontend of the builder is an image too.
    expect(DOCKERFILE).not.toMatch(/^# *syntax *=/m);
  });

  test('have a day on which they came out, and that is no day to come', () => {
    for (const { released } of KNOWN.images) {
      expect(released).toMatch(/^20\d\d-[01]\d-[0-3]\d$/);
      expect(Date.parse(released)).toBeLessThan(Date.now());
    }
  });

  test('that have become old are said, and fail nothing: an old commit must stay testable', () => {
    for (const sentence of tooOld(KNOWN.images, KNOWN.oldestMonths, new Date())) {
      process.stderr.write(`images: ${sentence}\n`);
    }
  });

  test.each([
    ['2026-03-01T00:00:00Z', []],
    [
      '2026-03-02T00:00:00Z',
      ['a:1.0 is of 2025-09-01, older than 6 months: take a newer one (docs/deploying.md)'],
    ],
  ])('at %s, those older than six months are said', (now, said) => {
    const images = [
      { image: 'a:1.0', released: '2025-09-01' },
      { image: 'b:1.0', released: '2026-01-31' },
    ];
    expect(tooOld(images, 6, new Date(now))).toEqual(said);
  });
});

describe('the packages', () => {
  const locked = Object.entries(lock.packages).filter(([name]) => name !== '');

  test('have a sum in the lock file, for every platform', () => {
    expect(locked.length).toBeGreaterThan(600);
    const without = locked.filter(([, { integrity = '' }]) => !/^sha512-[\w+/]{86}==$/.test(integrity));
    expect(without.map(([name]) => name)).toEqual([]);
  });

  test('come from the registry that npm is set to, and from nowhere else', () => {
    const elsewhere = locked.filter(([, { resolved, link }]) => link || resolved !== undefined);
    expect(elsewhere.map(([name]) => name)).toEqual([]);
  });

  test('are named with one version each', () => {
    const { dependencies, devDependencies } = manifest;
    for (const version of Object.values({ ...dependencies, ...devDependencies })) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });
});
