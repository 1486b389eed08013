import { join } from 'node:path';
import { VinError } from '../../base/errors';
import { checkKept, inScratchFolder, keep } from './cache';
import { type DownloadOptions, downloadServer } from './download';
import { cacheFolder } from './folders';
import { buildWithGo, digestOfSources } from './go-build';
import { oneAtATime } from './lock';
import { type Report, reportOnStderr, withProgress } from './progress';
import { SERVER_VERSION } from './releases';
import { firstThatWorks, listFailures, type WayToGet } from './steps';
import { serverVersion } from './version';

/** Where the development server may come from, in this order. Each step gives a checked executable or throws. */
export interface ServerSteps {
  readonly onPath: WayToGet;
  readonly cached: WayToGet;
  readonly download: WayToGet;
  readonly build: WayToGet;
}

export interface FinderOptions {
  /** @default cacheFolder() */
  readonly cache?: string;
  /** Whose PATH is searched, for `temporal` and for `go`. @default process.env */
  readonly environment?: NodeJS.ProcessEnv;
  /** Hears about everything slow. @default stderr */
  readonly report?: Report;
  /** Another place to download from, how long that may take, and what comes. @default the SDK's, and its release */
  readonly download?: DownloadOptions;
}

/**
 * Finds the executable of the embedded Temporal server: `temporal` on PATH, our cache, the SDK's own download,
 * or a build from Go modules. What was downloaded or built goes into the cache, by its version; it is checked before use.
 *
 * @throws VinError `TEMPORAL_SERVER_MISSING`, listing each way that was tried and why it failed.
 */
export async function findDevServer(
  options: FinderOptions = {},
  steps: ServerSteps = serverSteps(options),
): Promise<string> {
  const { cache = cacheFolder(), report = reportOnStderr } = options;
  const near = await firstThatWorks([steps.onPath, steps.cached]);
  if ('path' in near) return near.path;
  const far = await oneAtATime(
    `${cachePlace(cache)}.lock`,
    // The cache once more: the process that we waited for has filled it.
    () => firstThatWorks([steps.cached, steps.download, steps.build]),
    () => report('Waiting for another process that is getting the Temporal development server'),
  ).catch((error: Error) => ({ failures: [{ name: 'our cache folder', reason: error.message }] }));
  if ('path' in far) return far.path;
  throw new VinError(
    'TEMPORAL_SERVER_MISSING',
    `No Temporal server could be found or made. Tried:\n${listFailures([...near.failures, ...far.failures.filter(({ name }) => name !== steps.cached.name)])}`,
    'Put the Temporal CLI on your PATH (https://docs.temporal.io/cli) or install Go 1.21 or newer (https://go.dev/dl), and run this again; or set TEMPORAL_ADDRESS to a server of yours.',
  );
}

/** Each version has a place of its own: clones of different versions side by side do not take each other's. */
export function cachePlace(cache: string): string {
  const ending = process.platform === 'win32' ? '.exe' : '';
  return join(cache, `temporal-${SERVER_VERSION}-${digestOfSources()}${ending}`);
}

/** The four real steps. */
export function serverSteps({
  cache = cacheFolder(),
  environment = process.env,
  report = reportOnStderr,
  download = {},
}: FinderOptions = {}): ServerSteps {
  const place = cachePlace(cache);
  const store = (make: (folder: string) => Promise<string>) =>
    inScratchFolder(cache, async (folder) => {
      const executable = await make(folder);
      await checkVersion(executable);
      await keep(executable, place);
      return place;
    });
  return {
    onPath: {
      name: 'the command "temporal" on PATH',
      find: async () => {
        await serverVersion('temporal', environment);
        return 'temporal';
      },
    },
    cached: {
      name: 'our cache',
      find: async () => {
        await checkKept(place);
        await checkVersion(place);
        return place;
      },
    },
    download: {
      name: "the SDK's download",
      find: () =>
        store((folder) =>
          withProgress(report, 'Downloading the Temporal development server', () =>
            downloadServer('cli', folder, download),
          ),
        ),
    },
    build: {
      name: 'a build with Go',
      find: () => store((folder) => buildWithGo(folder, report, environment)),
    },
  };
}

/** What we get ourselves is one version. A newer one is taken only where a person has put it, on PATH. */
async function checkVersion(executable: string): Promise<void> {
  const version = await serverVersion(executable);
  if (version !== SERVER_VERSION) throw new Error(`its server is ${version}, and not ${SERVER_VERSION}`);
}
