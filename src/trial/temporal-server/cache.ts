import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makePrivateFolder } from '../../base/private-files';

/** The SHA-256 of a file, in hexadecimal. */
export async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** Gives `work` an empty folder inside `parent`, on the same disk, and removes it afterwards. */
export async function inScratchFolder<T>(parent: string, work: (folder: string) => Promise<T>): Promise<T> {
  await makePrivateFolder(parent);
  const folder = await mkdtemp(join(parent, '.tmp-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Moves a file to its place in the cache and records its SHA-256 beside it. Another process sees the old file
 * or the new one, never half of one and never one with the other's digest.
 */
export async function keep(file: string, place: string): Promise<void> {
  const digest = await sha256(file);
  await writeFile(`${file}.sha256`, `${digest}\n`, { mode: 0o600 });
  await makePrivateFolder(dirname(place));
  await rm(`${place}.sha256`, { force: true });
  await rename(file, place);
  await rename(`${file}.sha256`, `${place}.sha256`);
}

/** Checks a kept file before it is used. @throws Error saying why it must not be used. */
export async function checkKept(place: string): Promise<void> {
  if (!(await exists(place))) throw new Error(`nothing at ${place} yet`);
  const recorded = await readFile(`${place}.sha256`, 'utf8').catch(() => undefined);
  if (recorded !== undefined && recorded.trim() !== (await sha256(place))) {
    throw new Error(`${place} is damaged: it is not the file that was stored`);
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
