import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../base/version';
import type { Report } from './progress';
import { withProgress } from './progress';
import { SERVER_VERSION, UI_VERSION } from './releases';

/**
 * What we build: a small program of ours on Temporal's server and web UI (decision 12). Go takes the versions of its go.mod,
 * and nothing whose sum is not in its go.sum.
 */
export const GO_SOURCES = join(packageFolder(), 'src/trial/temporal-server/dev-server');

const TIME_LIMIT = 40 * 60_000;

/** Tells one state of the sources from another, for the name of what was built of them. */
export function digestOfSources(folder = GO_SOURCES): string {
  const hash = createHash('sha256');
  const names = readdirSync(folder).filter((name) => /\.go$|^go\.(mod|sum)$/.test(name));
  for (const name of names.sort()) hash.update(`${name}\n`).update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 8);
}

/**
 * Builds the development server, from the Go module proxy.
 * Takes nine minutes of one core when Go has built none of it yet: about five on two idle ones, longer on a busy machine.
 *
 * @returns the executable, in `folder`.
 * @throws Error with a short reason, for example that Go is not installed.
 */
export async function buildWithGo(
  folder: string,
  report: Report,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  await go(['version'], environment, () => undefined);
  const executable = join(folder, process.platform === 'win32' ? 'temporal.exe' : 'temporal');
  await withProgress(
    report,
    `Building Temporal's development server ${SERVER_VERSION} with its UI ${UI_VERSION} by Go; some minutes`,
    (note) => {
      let modules = 0;
      let packages = 0;
      // No C compiler is needed. A workspace or a vendor folder of the user's is about something else.
      const settings = { ...environment, CGO_ENABLED: '0', GOWORK: 'off' };
      // Symbols are left out: 80 MB less to store and to check.
      const args = ['-v', '-mod=readonly', '-buildvcs=false', '-ldflags=-s -w', '-o', executable];
      return go(['build', ...args, '.'], settings, (line) => {
        if (line.startsWith('go: downloading ')) modules += 1;
        else packages += 1;
        note(`${modules} modules downloaded, ${packages} packages compiled`);
      });
    },
  );
  return executable;
}

function go(args: string[], environment: NodeJS.ProcessEnv, onLine: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, {
      cwd: GO_SOURCES,
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
      // Not the option `timeout`: its timer stays on, and keeps us alive, when there is no `go` to start.
      signal: AbortSignal.timeout(TIME_LIMIT),
    });
    const last: string[] = [];
    let rest = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        onLine(line);
        last.push(line);
        if (last.length > 3) last.shift();
      }
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') reject(new Error('Go is not installed'));
      else if (error.code === 'ABORT_ERR') reject(new Error(`not done after ${TIME_LIMIT / 60_000} minutes`));
      else reject(error);
    });
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else
        reject(
          new Error(`"go ${args[0]}" ended with ${signal ?? code}: ${[...last, rest].join(' ').trim()}`),
        );
    });
  });
}
