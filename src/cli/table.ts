import type TableMaker from 'cli-table3';
import { visible } from '../base/visible';

/** A table for a terminal. Each cell is made visible, on one line: what others wrote must not look like a row. */
export function tableOf(head: readonly string[], rows: Iterable<readonly unknown[]>): string {
  // Loaded when there is a table to draw.
  const Table = require('cli-table3') as typeof TableMaker;
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  for (const row of rows) table.push(row.map((cell) => visible(String(cell))));
  return table.toString();
}
