import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../config/config';

const NAME = 'vin-activation';

/**
 * The folder of things that can be fetched again. It lies outside the clone, so a new clone starts quickly.
 * XDG Base Directory Specification on Linux; the platforms' own places on macOS and Windows.
 */
export function cacheFolder(environment: Environment = process.env, platform = process.platform): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', NAME);
  if (platform === 'win32')
    return join(environment['LOCALAPPDATA'] || join(homedir(), 'AppData', 'Local'), NAME, 'cache');
  return join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), NAME);
}

/** The folder of things that must survive, such as the database of `vin server`. */
export function dataFolder(environment: Environment = process.env, platform = process.platform): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', NAME);
  if (platform === 'win32')
    return join(environment['LOCALAPPDATA'] || join(homedir(), 'AppData', 'Local'), NAME, 'data');
  return join(environment['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), NAME);
}
