import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runImport } from '../../src/cli/import';

const folder = mkdtempSync(join(tmpdir(), 'vin-import-'));
afterAll(() => rmSync(folder, { recursive: true }));

const list = join(folder, 'fleet.csv');
const ROWS = 60_000;

/** Runs a dry run of a long list, which gets a signal while it is under way. */
async function interruptedBy(signal: NodeJS.Signals) {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    }),
  );
  const before = process.exitCode;
  const listeners = process.listenerCount(signal);
  try {
    const running = runImport(list, { dryRun: true, concurrency: 8, output: 'json' });
    // It listens, so it has begun.
    const send = (): void => {
      if (process.listenerCount(signal) === listeners) setImmediate(send);
      else process.emit(signal, signal);
    };
    send();
    await running;
    return { ...written, code: process.exitCode };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

describe('an import that gets a signal', () => {
  beforeAll(() => {
    const rows = Array.from(
      { length: ROWS },
      (_, index) => `WBA81AC05P${String(index).padStart(7, '0')},bmw\n`,
    );
    writeFileSync(list, `vin,brand\n${rows.join('')}`);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    '%s says how far it is, writes the verdicts so far, and leaves with %i',
    async (signal, code) => {
      const ended = await interruptedBy(signal);
      const answer = JSON.parse(ended.stdout) as { rows: number; interrupted: string; result: string };
      expect(answer).toMatchObject({ interrupted: signal, result: join(folder, 'fleet.dry-run.csv') });
      expect(answer.rows).toBeLessThan(ROWS);
      expect(ended.stderr).toContain(
        `interrupted by ${signal} after ${answer.rows} rows of the list. Nothing was started.`,
      );
      expect(ended.code).toBe(code);
      expect(readFileSync(answer.result, 'utf8').trim().split('\n')).toHaveLength(1 + answer.rows);
    },
  );
});
