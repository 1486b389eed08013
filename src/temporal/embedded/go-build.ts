import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Report } from './progress';
import { withProgress } from './progress';
import { CLI_RELEASE } from './releases';

/**
 * What we build. The next release that the Go module proxy lists, 1.9.1 (with server 1.32), could not be built from it: it
 * needs a module of its own repository, `cliext`, which was not to be had there. Go checks what it downloads against its
 * public log of sums (sum.golang.org), unless the user has switched that off.
 */
export const GO_MODULE = `github.com/temporalio/cli/cmd/temporal@${CLI_RELEASE}`;

const TIME_LIMIT = 40 * 60_000;

/**
 * Builds the Temporal CLI, which holds the development server, from the Go module proxy.
 * Takes about 3 minutes on two idle cores when Go has built none of it yet, and longer on a busy machine.
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
  await withProgress(
    report,
    `Building the Temporal development server with Go, from ${GO_MODULE}; some minutes`,
    (note) => {
      let modules = 0;
      let packages = 0;
      // Symbols are left out: 80 MB less to store and to check. No C compiler is needed.
      const settings = { ...environment, GOBIN: folder, CGO_ENABLED: '0' };
      return go(['install', '-v', '-ldflags=-s -w', GO_MODULE], settings, (line) => {
        if (line.startsWith('go: downloading ')) modules += 1;
        else packages += 1;
        note(`${modules} modules downloaded, ${packages} packages compiled`);
      });
    },
  );
  return join(folder, process.platform === 'win32' ? 'temporal.exe' : 'temporal');
}

function go(args: string[], environment: NodeJS.ProcessEnv, onLine: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, {
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
