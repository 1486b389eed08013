import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** A browser of this machine: the one that CHROMIUM names, or one on the PATH. Null where there is none. */
export function findChromium(): string | null {
  const { CHROMIUM: named, PATH: path = '' } = process.env;
  if (named) return named;
  const places = path.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return places.find((place) => existsSync(place)) ?? null;
}
