import { constants, createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { VinError } from '../base/errors';
import { isHandedIn, openNamed } from '../base/named-file';
import { systemWords } from '../base/system-words';

const READ_SIZE = 64 * 1024;

/** The bytes of a list that is a file. @throws VinError `LIST_UNREADABLE`. */
export async function* fileBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { fd: openNamed(path), highWaterMark: READ_SIZE });
  } catch (cause) {
    throw unreadable(path, systemWords(cause), cause);
  }
}

/**
 * Looks whether a list can be read, and reads nothing of it: what a shell hands in may be a pipe.
 *
 * @throws VinError `LIST_UNREADABLE`.
 */
export async function requireReadable(path: string): Promise<void> {
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    if (!facts.isFile() && !isHandedIn(path)) throw Object.assign(new Error(), { code: 'ENOTFILE' });
    await access(path, constants.R_OK);
  } catch (cause) {
    throw unreadable(path, systemWords(cause), cause);
  }
}

/** @param why in words for a sentence in brackets. */
export function unreadable(path: string, why: string, cause?: unknown): VinError {
  return new VinError(
    'LIST_UNREADABLE',
    `The list ${path} cannot be read (${why}).`,
    'Check the path and the permissions; what a program writes is read from stdin, as -.',
    { cause },
  );
}
