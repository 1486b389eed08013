import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { checkKept, inScratchFolder, keep, sha256 } from '../../src/trial/temporal-server/cache';
import { type DownloadLimits, downloadServer, fetchFile } from '../../src/trial/temporal-server/download';
import { cacheFolder } from '../../src/trial/temporal-server/folders';
import { oneAtATime } from '../../src/trial/temporal-server/lock';
import { type Report, reportOnStderr, withProgress } from '../../src/trial/temporal-server/progress';
import { firstThatWorks, listFailures, type WayToGet } from '../../src/trial/temporal-server/steps';

const run = promisify(execFile);

/** The test server of Temporal's Java SDK: its jars, each with its SHA-256, as Maven Central lays them out. */
const VERSION = '1.38.0';
const JARS = join(__dirname, 'time-skipping-server.sha256');
const MAVEN_CENTRAL = 'https://repo1.maven.org/maven2';

const LAUNCHER = `#!/bin/sh
exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$(dirname "$0")/lib/*" io.temporal.testserver.TestServer "$@"
`;

interface Jar {
  readonly digest: string;
  readonly path: string;
}

export interface FinderOptions {
  readonly cache?: string;
  readonly report?: Report;
  readonly download?: { origin?: string; limits?: DownloadLimits };
  readonly repository?: string;
}

/**
 * Finds the server that skips time: in our cache, by the SDK's own download, or as the Java program from Maven
 * Central (it needs Java 11 or newer). What was fetched goes into the cache, which is checked before use.
 *
 * @throws Error listing each way that was tried and why it failed.
 */
export async function findTimeSkippingServer({
  cache = cacheFolder(),
  report = reportOnStderr,
  download = {},
  repository = MAVEN_CENTRAL,
}: FinderOptions = {}): Promise<string> {
  const native = join(
    cache,
    process.platform === 'win32' ? 'temporal-test-server.exe' : 'temporal-test-server',
  );
  const java = join(cache, `temporal-test-server-java-${VERSION}`);
  const cached: WayToGet[] = [
    { name: 'our cache, native', find: () => checkKept(native).then(() => native) },
    { name: 'our cache, Java', find: () => checkJars(java) },
  ];
  const fetched: WayToGet[] = [
    {
      name: "the SDK's download",
      find: () =>
        withProgress(report, 'Downloading the time-skipping test server', () =>
          inScratchFolder(cache, async (folder) => {
            await keep(await downloadServer('temporal-test-server', folder, download), native);
            return native;
          }),
        ),
    },
    {
      name: 'Maven Central',
      find: async () => {
        await requireJava();
        return withProgress(report, 'Fetching the time-skipping test server from Maven Central', (note) =>
          inScratchFolder(cache, async (folder) => {
            await fetchJars(repository, folder, note);
            await rm(java, { recursive: true, force: true });
            await rename(folder, java);
            return checkJars(java);
          }),
        );
      },
    },
  ];
  const near = await firstThatWorks(cached);
  if ('path' in near) return near.path;
  const far = await oneAtATime(join(cache, 'time-skipping.lock'), () =>
    firstThatWorks([...cached, ...fetched]),
  );
  if ('path' in far) return far.path;
  throw new Error(
    `The time-skipping test server could not be found. Tried:\n${listFailures(far.failures)}\n` +
      'Install Java 11 or newer and run the tests again; or run only those without a server: npm run test:unit.',
  );
}

async function jars(): Promise<Jar[]> {
  const lines = (await readFile(JARS, 'utf8')).trim().split('\n');
  return lines.map((line) => {
    const [digest, path] = line.split(/\s+/) as [string, string];
    return { digest, path };
  });
}

async function checkJars(folder: string): Promise<string> {
  const launcher = join(folder, 'temporal-test-server');
  if (!(await stat(launcher).catch(() => undefined))) throw new Error(`nothing at ${folder} yet`);
  for (const { digest, path } of await jars()) {
    const file = join(folder, 'lib', basename(path));
    if ((await sha256(file).catch(() => '')) !== digest) throw new Error(`${file} is damaged`);
  }
  await requireJava();
  return launcher;
}

/** Fetches the jars and writes their launcher. @throws Error at the first jar that is not the pinned one. */
export async function fetchJars(
  repository: string,
  folder: string,
  note: (state: string) => void = () => undefined,
): Promise<void> {
  const all = await jars();
  await mkdir(join(folder, 'lib'));
  const waiting = [...all];
  const fetchNext = async (): Promise<void> => {
    for (let jar = waiting.shift(); jar; jar = waiting.shift()) {
      const file = join(folder, 'lib', basename(jar.path));
      await fetchFile(`${repository}/${jar.path}`, file);
      if ((await sha256(file)) !== jar.digest) throw new Error(`${jar.path} is not the file that we expect`);
      note(`${all.length - waiting.length} of ${all.length} files`);
    }
  };
  await Promise.all(Array.from({ length: 6 }, fetchNext));
  const launcher = join(folder, 'temporal-test-server');
  await writeFile(launcher, LAUNCHER);
  await chmod(launcher, 0o755);
}

async function requireJava(): Promise<void> {
  if (process.platform === 'win32') throw new Error('its launcher is a shell script');
  await run('java', ['-version'], { timeout: 120_000 }).catch(() => {
    throw new Error('Java is not installed');
  });
}
