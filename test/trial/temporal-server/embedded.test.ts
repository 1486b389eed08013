import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkKept, keep } from '../../../src/trial/temporal-server/cache';
import {
  cachePlace,
  type FinderOptions,
  findDevServer,
  serverSteps,
} from '../../../src/trial/temporal-server/executable';
import { GO_SOURCES } from '../../../src/trial/temporal-server/go-build';
import { oneAtATime } from '../../../src/trial/temporal-server/lock';
import { CLI_SUMS, SERVER_VERSION, UI_VERSION } from '../../../src/trial/temporal-server/releases';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server';

const GOOD = `temporal version 1.9.1 (Server ${SERVER_VERSION}, UI ${UI_VERSION})`;

/** The text of a shell script that answers `--version` as a Temporal CLI does. */
const cli = (version: string): string => `#!/bin/sh\necho '${version}'\n`;

let root: string;
let cache: string;
let bin: string;
let lines: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vin-finder-'));
  cache = join(root, 'cache');
  bin = join(root, 'bin');
  lines = [];
  mkdirSync(bin);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function script(path: string, text: string): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/** Nothing can be reached and nothing is installed, unless a test says so. */
function options(more: Partial<FinderOptions> = {}): FinderOptions {
  return {
    cache,
    environment: { PATH: bin },
    report: (line) => lines.push(line),
    download: { origin: 'http://127.0.0.1:1' },
    ...more,
  };
}

const cached = (): string => cachePlace(cache);

async function fillCache(version = GOOD): Promise<void> {
  mkdirSync(cache, { recursive: true });
  await keep(script(join(root, 'made'), cli(version)), cached());
}

describe('the finder of the development server', () => {
  it('takes the command on PATH before anything else', async () => {
    await fillCache();
    script(join(bin, 'temporal'), cli(GOOD));
    await expect(findDevServer(options())).resolves.toBe('temporal');
    expect(lines).toEqual([]);
  });

  it.each([
    ['is too old', cli('temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)')],
    ['has no server in it', cli('tctl version 1.18')],
    ['does not run', '#!/bin/sh\nexit 3\n'],
  ])('passes over a command on PATH that %s', async (_, text) => {
    await fillCache();
    script(join(bin, 'temporal'), text);
    await expect(findDevServer(options())).resolves.toBe(cached());
  });

  it('says nothing when the cache has it: only what is slow is announced', async () => {
    await fillCache();
    await expect(findDevServer(options())).resolves.toBe(cached());
    expect(lines).toEqual([]);
  });

  it.each([
    ['was changed after it was stored', () => writeFileSync(cached(), `${cli(GOOD)}# more\n`)],
    ['was cut off', () => writeFileSync(cached(), '')],
    ['does not run any more', () => chmodSync(cached(), 0o644)],
  ])('does not use a cached file that %s, but replaces it', async (_, damage) => {
    await fillCache();
    damage();
    script(join(bin, 'go'), fakeGo(cli(GOOD)));
    await expect(findDevServer(options())).resolves.toBe(cached());
    expect(readFileSync(cached(), 'utf8')).toBe(cli(GOOD));
    await expect(checkKept(cached())).resolves.toBeUndefined();
  });

  it('takes a newer one that a person has put on PATH', async () => {
    script(join(bin, 'temporal'), cli('temporal version 2.0.0 (Server 2.1.0, UI 3.0.0)'));
    await expect(findDevServer(options())).resolves.toBe('temporal');
  });

  it('builds the pinned version where Go is there, and says so with its progress', async () => {
    script(join(bin, 'go'), fakeGo(cli(GOOD)));
    await expect(findDevServer(options())).resolves.toBe(cached());
    expect(lines.join('\n')).toContain(`${SERVER_VERSION} with its UI ${UI_VERSION}`);
    expect(lines.at(-1)).toMatch(/done in/);
    await expect(findDevServer(options({ environment: { PATH: root } }))).resolves.toBe(cached());
  });

  it('does not keep what a build made when it does not run', async () => {
    script(join(bin, 'go'), fakeGo('#!/bin/sh\nexit 1\n'));
    await expect(findDevServer(options())).rejects.toMatchObject({ code: 'TEMPORAL_SERVER_MISSING' });
    expect(existsSync(cached())).toBe(false);
  });

  it('does not keep what a build made when it is another version, even a newer one', async () => {
    script(join(bin, 'go'), fakeGo(cli('temporal version 1.9.9 (Server 1.99.0, UI 2.99.0)')));
    await expect(findDevServer(options())).rejects.toThrow(`its server is 1.99.0, and not ${SERVER_VERSION}`);
    expect(existsSync(cached())).toBe(false);
  });

  it('leaves alone what other versions have cached, and does not take it', async () => {
    const old = script(join(cache, 'temporal'), cli('temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)'));
    script(join(bin, 'go'), fakeGo(cli(GOOD)));
    await expect(findDevServer(options())).resolves.toBe(cached());
    expect(existsSync(old)).toBe(true);
  });

  it('builds once for two processes that need it at the same time', async () => {
    script(join(bin, 'go'), fakeGo(cli(GOOD)));
    await Promise.all([findDevServer(options()), findDevServer(options())]);
    expect(lines.filter((line) => line.startsWith('Building'))).toHaveLength(1);
    expect(lines).toContainEqual(expect.stringContaining('Waiting for another process'));
  });

  it('tries the cache, the download and the build in this order', async () => {
    const tried: string[] = [];
    const step = (name: string) => ({
      name,
      find: async () => {
        tried.push(name);
        throw new Error('no');
      },
    });
    const steps = {
      onPath: step('path'),
      cached: step('cache'),
      download: step('download'),
      build: step('build'),
    };
    await expect(findDevServer(options(), steps)).rejects.toThrow();
    expect([...new Set(tried)]).toEqual(['path', 'cache', 'download', 'build']);
  });

  it('lists what was tried, why it failed and what to install, when nothing works', async () => {
    const error = await findDevServer(options()).catch((thrown) => thrown);
    expect(error).toMatchObject({
      code: 'TEMPORAL_SERVER_MISSING',
      next: expect.stringMatching(/docs\.temporal\.io\/cli.*go\.dev\/dl.*TEMPORAL_ADDRESS/),
    });
    expect(error.message.split('\n').slice(1)).toEqual([
      '  - the command "temporal" on PATH: there is no temporal',
      `  - our cache: nothing at ${cached()} yet`,
      expect.stringMatching(/- the SDK's download: http:\/\/127\.0\.0\.1:1 did not deliver \(.+\)/),
      '  - a build with Go: Go is not installed',
    ]);
  });

  it('names a cache folder that cannot be written', async () => {
    writeFileSync(cache, 'a file where the folder should be');
    await expect(findDevServer(options())).rejects.toMatchObject({
      code: 'TEMPORAL_SERVER_MISSING',
      message: expect.stringContaining('our cache folder'),
    });
  });
});

describe("the SDK's download of the development server", () => {
  let server: ScriptedServer;
  afterEach(() => server.close());

  /** A busy machine takes its time. */
  const download = (limits = { answer: 120_000, total: 240_000 }) => ({ origin: server.url, limits });

  async function serveArchive(text: string): Promise<Buffer> {
    script(join(root, 'packed', 'temporal'), text);
    const archive = join(root, 'archive.tar.gz');
    execFileSync('tar', ['-czf', archive, '-C', join(root, 'packed'), 'temporal']);
    const body = readFileSync(archive);
    server = await startScriptedServer({
      'GET /cli/v1.9.1': () => ({
        body: { archiveUrl: `${server.url}/archive.tar.gz`, fileToExtract: 'temporal' },
      }),
      'GET /archive.tar.gz': { body },
    });
    return body;
  }

  it('asks as the SDK does for the release that is built too, unpacks the file and keeps it', async () => {
    const archive = await serveArchive(cli(GOOD));
    const sum = createHash('sha256').update(archive).digest('hex');
    const { download: step } = serverSteps(options({ download: { ...download(), sum } }));
    await expect(step.find()).resolves.toBe(cached());
    expect(server.requests[0]?.url).toMatch(
      /^\/cli\/v1\.9\.1\?arch=(amd64|arm64)&platform=\w+&format=tar\.gz$/,
    );
    await expect(checkKept(cached())).resolves.toBeUndefined();
  });

  it('runs nothing that is not the file that was released', async () => {
    const mark = join(root, 'has-run');
    await serveArchive(`#!/bin/sh\ntouch '${mark}'\necho '${GOOD}'\n`);
    const sum = CLI_SUMS['linux-amd64'];
    const { download: step } = serverSteps(options({ download: { ...download(), sum } }));
    await expect(step.find()).rejects.toThrow(
      'is not the file that was released: its SHA-256 is another one',
    );
    expect(existsSync(cached())).toBe(false);
    expect(existsSync(mark)).toBe(false);
  });

  it('checks it against the sum of its release on every platform, without being told', async () => {
    const platforms = ['darwin', 'linux', 'windows'].flatMap((name) => [`${name}-amd64`, `${name}-arm64`]);
    expect(Object.keys(CLI_SUMS).sort()).toEqual(platforms);
    for (const sum of Object.values(CLI_SUMS)) expect(sum).toMatch(/^[0-9a-f]{64}$/);
    await serveArchive(cli(GOOD));
    const { download: step } = serverSteps(options({ download: download() }));
    await expect(step.find()).rejects.toThrow('is not the file that was released');
  });

  it.each(['../temporal', '/bin/sh', 'a/../../sh', ''])(
    'takes no file outside of what it unpacks: %j',
    async (fileToExtract) => {
      server = await startScriptedServer({
        'GET /cli/v1.9.1': () => ({ body: { archiveUrl: `${server.url}/archive.tar.gz`, fileToExtract } }),
      });
      const { download: step } = serverSteps(options({ download: download() }));
      await expect(step.find()).rejects.toThrow('not a description of a download');
    },
  );

  it('takes no description that goes on and on', async () => {
    server = await startScriptedServer({ 'GET /cli/v1.9.1': { body: '{'.repeat(1_000_000) } });
    const { download: step } = serverSteps(options({ download: download() }));
    await expect(step.find()).rejects.toThrow('it is too long');
  });

  it.each([
    ['an error', { status: 503 }, /HTTP 503/],
    ['a page that is no description', { body: '<html>sign in</html>' }, /not a description/],
    ['nothing, forever', { raw: () => undefined }, /did not deliver/, { answer: 500, total: 2_000 }],
  ])('gives up soon when it gets %s', async (_, reply, reason, limits = undefined) => {
    server = await startScriptedServer({ 'GET /cli/v1.9.1': reply });
    const { download: step } = serverSteps(options({ download: download(limits) }));
    await expect(step.find()).rejects.toThrow(reason);
    expect(existsSync(cached())).toBe(false);
  });
});

describe('the lock of the cache', () => {
  it('is taken over from a process that died', async () => {
    const lock = join(root, 'lock');
    writeFileSync(lock, '999999999');
    await expect(oneAtATime(lock, async () => 'worked')).resolves.toBe('worked');
    expect(existsSync(lock)).toBe(false);
  });

  it('is given back when the work fails', async () => {
    const lock = join(root, 'lock');
    await expect(oneAtATime(lock, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(existsSync(lock)).toBe(false);
  });
});

/** A `go` that "builds" a script with this text. It works with the shell's own words only: PATH holds nothing else. */
function fakeGo(text: string): string {
  return `#!/bin/sh
case "$1" in
  version) echo 'go version go1.26.0 linux/amd64' ;;
  build)
    echo 'go: downloading example.com/module v1.0.0' >&2
    [ "$PWD $3 $GOWORK" = '${GO_SOURCES} -mod=readonly off' ] || exit 1
    PATH=/bin:/usr/bin
    sleep 0.3
    while [ "$1" != -o ]; do shift; done
    cat > "$2" <<'END'
${text}END
    chmod 755 "$2" ;;
esac
`;
}
