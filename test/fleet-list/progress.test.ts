import { drawProgress, ImportProgress } from '../../src/cli/import-progress';

test('the bar shows the share of the file, the rows and their rate', () => {
  expect(drawProgress({ rows: 62_000, bytes: 620, size: 1_000, elapsed: 31_000 })).toBe(
    `${'█'.repeat(18)}${'░'.repeat(12)} 62 % · 62,000 rows · 2,000 rows/s`,
  );
  expect(drawProgress({ rows: 10, bytes: 2_000, size: 1_000, elapsed: 0 })).toContain(
    `${'█'.repeat(30)} 100 %`,
  );
});

test('a list of unknown size has no bar', () => {
  expect(drawProgress({ rows: 10, bytes: 2_000, size: 0, elapsed: 1_000 })).toBe('10 rows · 10 rows/s');
});

describe('progress', () => {
  const shown = (isTTY: boolean, step: number) => {
    jest.useFakeTimers();
    const written: string[] = [];
    const progress = new ImportProgress({ isTTY, write: (text: string) => written.push(text) > 0 }, 100);
    for (let rows = 1; rows <= 100; rows += 1) {
      jest.advanceTimersByTime(step);
      progress.show(rows, rows);
    }
    progress.end();
    jest.useRealTimers();
    return written;
  };

  test('is drawn over itself on a terminal, and taken away at the end', () => {
    const written = shown(true, 10);
    expect(written).toHaveLength(10 + 1);
    expect(written.every((text) => text.startsWith('\r\u001b[2K'))).toBe(true);
    expect(written.at(-1)).toBe('\r\u001b[2K');
  });

  test('is a line every ten seconds elsewhere, and nothing for a short list', () => {
    expect(shown(false, 1_000)).toHaveLength(10);
    expect(shown(false, 1_000)[0]).toMatch(/^█{3}░{27} 10 % · 10 rows · 1 rows\/s\n$/);
    expect(shown(false, 10)).toEqual([]);
  });
});
