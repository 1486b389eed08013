import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Why what a person has named is not read, where the system would have read it. `systemWords` has words for the code. */
class NotRead extends Error {
  constructor(readonly code: 'EISDIR' | 'ENOTFILE' | 'EFBIG') {
    super(code);
  }
}

/** What a shell hands in, `<(…)` or stdin: its other end is there already. */
const HANDED_IN = /^\/(?:dev\/(?:stdin|fd\/\d+)|proc\/(?:self|\d+)\/fd\/\d+)$/;

/** To open a pipe with a name waits until somebody writes into it, unless it is opened so. */
export const AT_ONCE = constants.O_RDONLY | constants.O_NONBLOCK;

/** Whether a path names what a shell hands in, which may be a pipe. */
export function isHandedIn(path: string): boolean {
  return HANDED_IN.test(path);
}

/**
 * Opens a file that a person has named, to read it. What never comes or never ends is refused: pipes with a name, and devices.
 *
 * @returns its descriptor. @throws what `systemWords` has words for.
 */
export function openNamed(path: string): number {
  const mayBePipe = isHandedIn(path);
  const descriptor = openSync(path, mayBePipe ? constants.O_RDONLY : AT_ONCE);
  const facts = fstatSync(descriptor);
  if (facts.isFile() || (mayBePipe && !facts.isDirectory())) return descriptor;
  closeSync(descriptor);
  throw new NotRead(facts.isDirectory() ? 'EISDIR' : 'ENOTFILE');
}

/** Bytes. Nothing that is read as a whole comes near it. */
const LARGEST = 256 * 1024 * 1024;

/**
 * Reads a file that a person has named as a whole.
 *
 * @param most bytes that it may have. @throws as `openNamed`.
 */
export function readNamed(path: string, most: number = LARGEST): string {
  const descriptor = openNamed(path);
  try {
    return readWhole(descriptor, most);
  } finally {
    closeSync(descriptor);
  }
}

const PIECE = 64 * 1024;

/** Reads what is open to its end, whatever its size is said to be. @throws what `systemWords` has words for. */
export function readWhole(descriptor: number, most: number = LARGEST): string {
  const pieces: Buffer[] = [];
  for (let size = 0; ; ) {
    const piece = Buffer.allocUnsafe(PIECE);
    const read = readSync(descriptor, piece, 0, PIECE, null);
    if (read === 0) return Buffer.concat(pieces).toString('utf8');
    size += read;
    if (size > most) throw new NotRead('EFBIG');
    pieces.push(piece.subarray(0, read));
  }
}
