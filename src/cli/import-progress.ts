/** How far an import is. */
export interface Stage {
  readonly rows: number;
  /** Bytes of the list that have been read, and how many it has; 0 where that is not known. */
  readonly bytes: number;
  readonly size: number;
  /** Milliseconds since it began. */
  readonly elapsed: number;
}

const WIDTH = 30;

/** One line that says how far an import is: a bar where the size is known, the rows, their rate. */
export function drawProgress({ rows, bytes, size, elapsed }: Stage): string {
  const rate = Math.round((rows * 1_000) / Math.max(1, elapsed));
  const count = `${rows.toLocaleString('en')} rows · ${rate.toLocaleString('en')} rows/s`;
  if (size === 0) return count;
  const share = Math.min(1, bytes / size);
  const bar = '█'.repeat(Math.floor(share * WIDTH)).padEnd(WIDTH, '░');
  return `${bar} ${Math.floor(share * 100)} % · ${count}`;
}

/** On a terminal a bar that is drawn over, ten times a second; elsewhere a line every ten seconds. */
export class ImportProgress {
  private readonly begin = performance.now();
  private next: number;

  constructor(
    private readonly out: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>,
    private readonly size: number,
  ) {
    this.next = this.begin + this.pause;
  }

  show(rows: number, bytes: number): void {
    const now = performance.now();
    if (now < this.next) return;
    this.next = now + this.pause;
    const line = drawProgress({ rows, bytes, size: this.size, elapsed: now - this.begin });
    this.out.write(this.out.isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
  }

  /** Takes the bar away. */
  end(): void {
    if (this.out.isTTY) this.out.write('\r\u001b[2K');
  }

  private get pause(): number {
    return this.out.isTTY ? 100 : 10_000;
  }
}
