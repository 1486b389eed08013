import { randomBytes } from 'node:crypto';
import { link, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** For the owner only. */
const FILE = 0o600;

/**
 * Writes a file that appears whole or not at all, and never in the place of another one. It is on the disk when this ends, but
 * for its name: see `syncFolder`.
 *
 * @returns false where there is one of this name.
 */
export async function createWhole(file: string, content: string): Promise<boolean> {
  const draft = await writeDraft(file, content);
  try {
    return await publish(draft, file);
  } finally {
    await unlink(draft);
  }
}

/** Writes the content beside the place of a file, onto the disk. @returns where. */
export async function writeDraft(file: string, content: string): Promise<string> {
  const draft = join(dirname(file), `.${randomBytes(8).toString('hex')}.tmp`);
  const handle = await open(draft, 'wx', FILE);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } catch (error) {
    // A full disk is not made fuller by each attempt.
    await unlink(draft).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
  return draft;
}

/** Gives a draft a name. The draft stays, and is to be taken away. @returns false where the name is taken. */
export async function publish(draft: string, file: string): Promise<boolean> {
  try {
    // A link is made once, whoever tries; a rename would take the place of what is there.
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

const DRAFT = /^\.[0-9a-f]{16}\.tmp$/;
/** Milliseconds. No draft that somebody still works with is as old. */
const FORGOTTEN = 3_600_000;

/** Takes the drafts away that lost processes have left in a folder: they name vehicles. */
export async function dropOldDrafts(folder: string, now: number = Date.now()): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!DRAFT.test(name)) continue;
    const file = join(folder, name);
    // Another worker may be doing the same.
    const facts = await stat(file).catch(() => null);
    if (facts && now - facts.mtimeMs > FORGOTTEN) await unlink(file).catch(() => undefined);
  }
}

/** Takes a file away, where there is one. */
export async function unlinkIfThere(file: string): Promise<void> {
  await unlink(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** Sees to it that the names in a folder are on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** @returns null where there is no such file. */
export async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
