import { fitted } from '../../src/cli/fitted';
import { listAsTable } from '../../src/cli/list-columns';
import { readSnapshot } from '../../src/snapshot/read-snapshot';
import { activationInList, type Listed } from '../snapshot/executions';

const NOW = Date.parse('2026-03-10T12:00:00.000Z');
const HOUR = 3_600_000;
const ago = (hours: number): string => new Date(NOW - hours * HOUR).toISOString();

async function table(listed: readonly Listed[], width: number | null): Promise<string> {
  const executions = listed.map(activationInList);
  const { activations } = await readSnapshot(async () => ({ executions, next: null }));
  return listAsTable(activations, { now: NOW, width });
}

const ROWS: readonly Listed[] = [
  {
    vin: 'WBA8E9G50GNT00001',
    brand: 'mercedes-benz',
    status: 'rejected',
    reasonKey: 'customer-name-tag-missing',
    owner: 'provider-support',
    reasonSince: ago(150),
    memo: { step: 'parked' },
  },
  {
    vin: 'WBA8E9G50GNT00002',
    reasonKey: 'privacy-mode',
    owner: 'driver',
    reasonSince: ago(5),
    deadlineAt: ago(-30),
    memo: { step: 'waiting' },
  },
  { vin: 'WBA8E9G50GNT00003', deadlineAt: ago(2), changedAt: ago(48) },
];

describe('the table of a list', () => {
  test('fits a terminal of 80 columns: VINs and times whole, the widest words cut', async () => {
    expect(await table(ROWS, 80)).toBe(
      [
        'VIN                Brand      Status     Whose turn  Reason      Since  Deadline',
        'WBA8E9G50GNT00001  mercedes…  rejected…  provider-…  customer-…  6d',
        'WBA8E9G50GNT00002  bmw        pending    driver      privacy-m…  5h     in 1d',
        'WBA8E9G50GNT00003  bmw        pending                            2d     over 2h',
      ].join('\n'),
    );
  });

  test('is whole where it goes into a pipe', async () => {
    const text = await table(ROWS, null);
    expect(text).toContain('customer-name-tag-missing');
    expect(text).not.toContain('…');
  });

  test('leaves out a column that says nothing, and names applications where there are several', async () => {
    const [, , third] = ROWS as [Listed, Listed, Listed];
    const text = await table([third, { ...third, vin: 'WBA8E9G50GNT00004', application: 'other' }], null);
    expect(text.split('\n')[0]).toMatch(/^VIN +Application +Brand +Status +Since +Deadline$/);
  });

  test('does not obey what others wrote', () => {
    expect(fitted(['A'], [['\u001b[2J\nline']], { width: 80 })).toBe('A\n<U+001B>[2J line');
  });
});
