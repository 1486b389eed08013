import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VinError } from '../../src/base/errors';

const folder = mkdtempSync(join(tmpdir(), 'catalogue-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A catalogue file of an operator. */
export function fileWith(content: string): string {
  const file = join(folder, 'acme.json');
  writeFileSync(file, content);
  return file;
}

/** The error that an action throws. */
export function failure(action: () => unknown): VinError {
  try {
    action();
  } catch (error) {
    if (error instanceof VinError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
