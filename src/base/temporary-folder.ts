import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder {
  readonly path: string;
  /** Unless it is kept. */
  remove(): void;
  /** Leaves it there, whatever comes: somebody has to look into it. */
  keep(): void;
}

/** Those that are still to be removed. One listener for all: each of its own would be a warning at the eleventh. */
const open = new Set<string>();
process.on('exit', () => open.forEach(removeFolder));

/** Makes a folder for its owner only, which goes with this process at the latest, also where a signal ends it. */
export function temporaryFolder(prefix: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), prefix));
  open.add(path);
  return {
    path,
    remove: () => {
      if (open.has(path)) removeFolder(path);
    },
    keep: () => void open.delete(path),
  };
}

/** What cannot be removed stays: it is no reason to fail at the end. */
function removeFolder(path: string): void {
  open.delete(path);
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // As it is.
  }
}
