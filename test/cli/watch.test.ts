import { todoFor } from '../../src/cli/todo';
import { Screen } from '../../src/cli/watch';
import { readSnapshot } from '../../src/snapshot/read-snapshot';
import { activationInList } from '../snapshot/executions';

const NOW = Date.parse('2026-03-10T12:00:00.000Z');

/** What is printed of so many vehicles that wait for their drivers, one picture after the other, 20 seconds apart. */
async function printed(isTTY: boolean, ...counts: number[]): Promise<string[]> {
  const written: string[] = [];
  const to = { isTTY, columns: 80, write: (text: string) => written.push(text) };
  const screen = new Screen(to as unknown as NodeJS.WriteStream);
  for (const [index, count] of counts.entries()) {
    const now = NOW + index * 20_000;
    const executions = Array.from({ length: count }, (_, at) =>
      activationInList({ vin: String(at), owner: 'driver', reasonKey: 'privacy-mode' }),
    );
    const snapshot = await readSnapshot(async () => ({ executions, next: null }), { now: () => now });
    screen.show(todoFor(snapshot), now + 1_000);
  }
  return written;
}

describe('vin watch', () => {
  test('clears a terminal for each picture', async () => {
    const written = await printed(true, 1, 1);
    expect(written).toHaveLength(2);
    for (const text of written) expect(text.startsWith('\u001b[2J\u001b[H1 needs a driver\n')).toBe(true);
  });

  test('prints nothing that a terminal obeys elsewhere, and only where something has changed', async () => {
    const written = await printed(false, 1, 1, 2);
    expect(written.map((text) => text.trim().split('\n')[0])).toEqual(['1 needs a driver', '2 need drivers']);
    expect(written.join()).not.toContain('\u001b');
  });
});
