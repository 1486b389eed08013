import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isTooOld, OLDEST_SERVER } from '../../temporal/server-version';

const run = promisify(execFile);

/**
 * Asks an executable for its version: a Temporal CLI answers
 * `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`, and what we build has the same in brackets.
 *
 * @returns the version of the server inside it.
 * @throws Error when it is missing, does not run, is something else, or holds a server that is too old.
 */
export async function serverVersion(
  executable: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const answer = await ask(executable, environment);
  const [, version] = /\(Server (v?\d+\.\d+[^,)\s]*)/.exec(answer) ?? [];
  if (version === undefined) throw new Error(`${executable} has no Temporal server in it`);
  if (isTooOld(version)) throw new Error(`its server is ${version}, older than ${OLDEST_SERVER.join('.')}`);
  return version;
}

async function ask(executable: string, environment: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stdout } = await run(executable, ['--version'], { env: environment, timeout: 15_000 });
    return stdout;
  } catch (error) {
    const { code, signal } = error as { code?: unknown; signal?: unknown };
    if (code === 'ENOENT') throw new Error(`there is no ${executable}`);
    throw new Error(`${executable} does not run (${String(signal ?? code)})`);
  }
}
