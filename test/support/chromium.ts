import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
/** How long it may take to start on a busy machine, in milliseconds. */
const START = 180_000;
const REMEDY =
  'Install it (Debian: apt-get install --no-install-recommends chromium), or set CHROMIUM to where it is.';

/** A browser of this machine: the one that CHROMIUM names, or one on the PATH. Null where there is none. */
export function findChromium(): string | null {
  const { CHROMIUM: named, PATH: path = '' } = process.env;
  if (named?.includes('/')) return existsSync(named) ? named : null;
  const folders = path.split(delimiter);
  const places = (named ? [named] : NAMES).flatMap((name) => folders.map((folder) => join(folder, name)));
  return places.find((place) => existsSync(place)) ?? null;
}

/** @throws where there is no browser. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) {
    throw new Error(`There is no Chromium at "${process.env['CHROMIUM'] ?? 'the PATH'}". ${REMEDY}`);
  }
  // As root, as in a container, its own sandbox does not start; and shared memory is small there.
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
    timeout: START,
  });
}

/**
 * Tests that need a browser. Where none is here they are left out, which is said and counted. Where CHROMIUM is set they are
 * asked for, and fail without it.
 */
export function describeInChromium(what: string, tests: () => void): void {
  const isTested = findChromium() !== null || Boolean(process.env['CHROMIUM']);
  if (!isTested) process.stderr.write(`\nNOT TESTED, no Chromium is here: ${what}. ${REMEDY}\n\n`);
  (isTested ? describe : describe.skip)(what, tests);
}
