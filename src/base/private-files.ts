import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  statSync,
} from 'node:fs';
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AT_ONCE, isHandedIn, readWhole } from './named-file';
import { systemWords } from './system-words';

/** For the owner only: what we write names vehicles. */
const FILE = 0o600;
const FOLDER = 0o700;

/**
 * Makes a folder, and those above it, for its owner only. One that exists stays as it is: it may be somebody's home.
 *
 * Not by Node's `recursive`: it never ends where the folder above is there and takes no other, as /proc (Node 20 and 24).
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  const made = await makeOne(folder);
  if (made === null) return;
  if (made.code !== 'ENOENT' || dirname(folder) === folder) throw made;
  await makePrivateFolder(dirname(folder));
  const failed = await makeOne(folder);
  if (failed) throw failed;
}

/** @returns what hinders it; null where the folder is there. */
async function makeOne(folder: string): Promise<NodeJS.ErrnoException | null> {
  try {
    await mkdir(folder, { mode: FOLDER });
    return null;
  } catch (error) {
    const isThere = (await stat(folder).catch(() => null))?.isDirectory();
    return isThere ? null : (error as NodeJS.ErrnoException);
  }
}

/**
 * Opens a file for its owner only, also where an earlier version has left one that others can read. A device or a pipe, such
 * as /dev/null, keeps its permissions.
 *
 * @param flags as for `fs.open`: `w` or `a`.
 * @returns its descriptor.
 */
export function openPrivate(file: string, flags: 'w' | 'a'): number {
  refusePipe(file);
  const descriptor = openSync(file, flags, FILE);
  if (fstatSync(descriptor).isFile()) leave(() => fchmodSync(descriptor, FILE));
  return descriptor;
}

/** The same for a file that is written again. */
export async function createPrivate(file: string): Promise<FileHandle> {
  refusePipe(file);
  const handle = await open(file, 'w', FILE);
  if ((await handle.stat()).isFile()) await handle.chmod(FILE).catch(() => undefined);
  return handle;
}

/** To open a pipe with a name waits, deaf to every signal, until somebody reads from it. One that a shell hands in has its reader. */
function refusePipe(file: string): void {
  if (isHandedIn(file) || !statSync(file, { throwIfNoEntry: false })?.isFIFO()) return;
  throw Object.assign(new Error('ENOTFILE'), { code: 'ENOTFILE' });
}

/** Why a file with a secret was not read. The message completes "the variable … is not usable: ". */
export class UnreadableFile extends Error {}

/** Everybody else's permissions; a group is let in, as an orchestrator's mounted secrets need it. */
const OTHERS = 0o007;

/**
 * Reads a file that holds a secret.
 *
 * @throws UnreadableFile where it is not there, or where everybody on this machine may open it.
 */
export function readPrivate(file: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, AT_ONCE);
  } catch (error) {
    throw new UnreadableFile(`the file cannot be read (${systemWords(error)})`);
  }
  try {
    const { mode } = fstatSync(descriptor);
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) throw new UnreadableFile('it is no file');
    if (mode & OTHERS) {
      throw new UnreadableFile('everybody on this machine may open the file: take that away with chmod 600');
    }
    return readSecret(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Bytes: keys and settings are small. */
const LARGEST = 1024 * 1024;

function readSecret(descriptor: number): string {
  try {
    return readWhole(descriptor, LARGEST);
  } catch (error) {
    throw new UnreadableFile(`the file cannot be read (${systemWords(error)})`);
  }
}

/** Takes a file away from others, where it is there and ours. */
export function makePrivate(file: string): void {
  leave(() => {
    if (lstatSync(file).isFile()) chmodSync(file, FILE);
  });
}

/** Runs `work`, which starts a process, so that the files of that process are for their owner only. */
export function withPrivateFiles<T>(work: () => T): T {
  const before = process.umask(0o077);
  try {
    return work();
  } finally {
    process.umask(before);
  }
}

/** A file of somebody else, or a file system without permissions, is no reason not to work. */
function leave(work: () => void): void {
  try {
    work();
  } catch {
    // As it is.
  }
}
