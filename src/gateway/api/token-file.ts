import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { VinError } from '../../base/errors';
import { readNamed } from '../../base/named-file';
import { systemWords } from '../../base/system-words';
import type { Logger } from '../../config/log';
import { findToken, type Token, tokenFile } from './tokens';

/** Bytes: many thousand tokens. */
const LARGEST = 16 * 1024 * 1024;

/**
 * Reads the tokens of a file.
 *
 * @throws VinError `TOKENS_INVALID` when the file cannot be read or has another format; never with its content.
 */
export async function readTokens(file: string): Promise<Token[]> {
  let text: string;
  try {
    text = readNamed(file, LARGEST);
  } catch (error) {
    throw invalid(file, `cannot be read (${systemWords(error)})`);
  }
  try {
    return tokenFile.parse(JSON.parse(text)).tokens;
  } catch {
    throw invalid(file, 'is not a file of tokens');
  }
}

/**
 * Changes the tokens of a file, which is made if it is not there. The new content is written beside it and takes its
 * place in one step, so that a reader never finds half of it. Only the owner may read it (mode 0600).
 *
 * @throws VinError `TOKENS_INVALID`, `TOKENS_LOCKED` when another command is changing it, `TOKENS_NOT_WRITTEN`.
 */
export async function changeTokens(
  file: string,
  change: (tokens: readonly Token[]) => Token[],
): Promise<void> {
  const lock = await locked(file);
  const draft = `${file}.${randomUUID()}.new`;
  try {
    const tokens = change((await isThere(file)) ? await readTokens(file) : []);
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify({ version: 1, tokens }, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    throw error instanceof VinError ? error : notWritten(file, error);
  } finally {
    await rm(draft, { force: true });
    await lock.release();
  }
}

/** Two commands at once would each write back what they had read: one goes first, the other is told. */
async function locked(file: string): Promise<{ release(): Promise<void> }> {
  const lock = `${file}.lock`;
  try {
    await (await open(lock, 'wx', 0o600)).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw notWritten(file, error);
    throw new VinError(
      'TOKENS_LOCKED',
      `Another command is changing ${file}; nothing was changed.`,
      `Try again. If no other command runs, one was killed: delete ${lock}.`,
    );
  }
  return { release: () => rm(lock, { force: true }) };
}

/** Milliseconds after which the file is looked at again. */
const LOOK_EVERY = 2_000;

/**
 * The tokens of a file that may change meanwhile: it is looked at every few seconds, when somebody shows a token.
 * A file that has become unreadable changes nothing: the last good one counts, and the log says so.
 */
export class LiveTokens {
  private lookedAt: number;

  private constructor(
    private readonly file: string,
    private readonly log: Logger,
    private readonly lookEvery: number,
    private readonly passed: () => number,
    private seen: string,
    private tokens: Token[],
  ) {
    this.lookedAt = passed();
  }

  /**
   * @param passed milliseconds on a clock that never goes back: a machine's clock that is set back keeps no revoked token good.
   * @throws VinError `TOKENS_INVALID`: without one good reading there is nothing to begin with.
   */
  static async open(
    file: string,
    log: Logger,
    lookEvery = LOOK_EVERY,
    passed: () => number = () => performance.now(),
  ): Promise<LiveTokens> {
    const seen = await stamp(file);
    return new LiveTokens(file, log, lookEvery, passed, seen, await readTokens(file));
  }

  async find(text: string): Promise<Token | null> {
    if (this.passed() - this.lookedAt >= this.lookEvery) await this.look();
    return findToken(this.tokens, text, Date.now());
  }

  private async look(): Promise<void> {
    this.lookedAt = this.passed();
    const now = await stamp(this.file);
    if (now === this.seen) return;
    this.seen = now;
    try {
      this.tokens = await readTokens(this.file);
      this.log.info({ tokens: this.tokens.length }, 'tokens read again');
    } catch (error) {
      this.log.error({ problem: (error as VinError).message }, 'tokens not read: the last good ones count');
    }
  }
}

/** Changes whenever the file does. */
async function stamp(file: string): Promise<string> {
  const facts = await stat(file, { bigint: true }).catch(() => null);
  return facts ? `${facts.ino} ${facts.size} ${facts.mtimeNs}` : 'absent';
}

async function isThere(file: string): Promise<boolean> {
  return (await stamp(file)) !== 'absent';
}

function invalid(file: string, problem: string): VinError {
  return new VinError(
    'TOKENS_INVALID',
    `The file of tokens ${file} ${problem}.`,
    'Check the path in VIN_API_TOKENS. Make the file with: vin token create',
  );
}

function notWritten(file: string, cause: unknown): VinError {
  return new VinError(
    'TOKENS_NOT_WRITTEN',
    `${file} cannot be written (${systemWords(cause)}); nothing was changed.`,
    'Check the directory, its permissions and the space on the disk.',
    { cause },
  );
}
