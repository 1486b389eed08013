import type { WorkflowExecutionInfo } from '@temporalio/client';
import { KINDS, type Kind, type Snapshot } from './snapshot';

const KIND_OF = new Map(Object.entries(KINDS).map(([kind, { type }]) => [type as string, kind as Kind]));

/** Rows as they are read: the newest run of each workflow. */
export class Found {
  readonly #rows = new Map<string, { readonly kind: Kind; readonly begun: Date; readonly row: object }>();
  /** Texts that many rows have are kept once: 100,000 rows have a few hundred of them. */
  readonly #texts = new Map<string, string>();
  #newest = 0;

  /** The last time that any row tells of, by the server's clock; milliseconds since 1970. */
  get newest(): number {
    return this.#newest;
  }

  add(execution: WorkflowExecutionInfo): void {
    const { workflowId, startTime: begun } = execution;
    const kind = KIND_OF.get(execution.type);
    const known = this.#rows.get(workflowId);
    if (!kind || (known && known.begun > begun)) return;
    const row = KINDS[kind].read(execution);
    const { changedAt } = row as { readonly changedAt?: string | null };
    this.#newest = Math.max(this.#newest, begun.getTime(), changedAt ? Date.parse(changedAt) : 0);
    this.#rows.set(workflowId, { kind, begun, row: this.#withTextsOnce(row) });
  }

  /** Takes what has changed: what is open is added, and what has ended goes. */
  change(execution: WorkflowExecutionInfo): void {
    const { workflowId, startTime: begun, closeTime, status } = execution;
    if (status.name === 'RUNNING') {
      this.add(execution);
      return;
    }
    this.#newest = Math.max(this.#newest, closeTime?.getTime() ?? 0);
    const known = this.#rows.get(workflowId);
    // A vehicle may have come back since.
    if (known && known.begun <= begun) this.#rows.delete(workflowId);
  }

  rows(): Pick<Snapshot, Kind> {
    const rows = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, [] as object[]]));
    for (const { kind, row } of this.#rows.values()) rows[kind]?.push(row);
    return rows as unknown as Pick<Snapshot, Kind>;
  }

  #withTextsOnce(row: object): object {
    return Object.fromEntries(
      Object.entries(row).map(([key, value]) => [key, typeof value === 'string' ? this.#once(value) : value]),
    );
  }

  #once(text: string): string {
    const known = this.#texts.get(text);
    if (known === undefined) this.#texts.set(text, text);
    return known ?? text;
  }
}
