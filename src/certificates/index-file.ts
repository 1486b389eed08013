import { open, stat } from 'node:fs/promises';
import type { IndexEntry } from './store';

/**
 * The index of a folder: a line for each certificate, appended, kept in memory and read on where others have appended. What it
 * says can be made again from the files.
 */
export class IndexFile {
  private readonly byNumber = new Map<number, IndexEntry>();
  private readonly byRequest = new Map<string, number>();
  private readonly byVehicle = new Map<string, number[]>();
  /** Codes of vehicles that were read before they were forgotten: where this began with that, they may stand there still. */
  private readonly halfForgotten = new Map<number, string>();
  private newest = 0;
  private readTo = 0;
  private inode = 0;
  private reading: Promise<void> | undefined;
  /** The one after it: whoever asks meanwhile shares it. */
  private next: Promise<void> | undefined;

  constructor(private readonly file: string) {}

  /** Reads what was appended before this was called. Hundreds may wait for it: they share a look. */
  refresh(): Promise<void> {
    this.next ??= (this.reading ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => {
        this.reading = this.readOn();
        this.next = undefined;
        return this.reading;
      });
    return this.next;
  }

  entry(number: number): IndexEntry | null {
    return this.byNumber.get(number) ?? null;
  }

  request(request: string): IndexEntry | null {
    return this.entry(this.byRequest.get(request) ?? 0);
  }

  /** Newest first. */
  vehicle(mac: string): IndexEntry[] {
    const numbers = this.byVehicle.get(mac) ?? [];
    return numbers.toReversed().map((number) => this.byNumber.get(number) as IndexEntry);
  }

  get last(): IndexEntry | null {
    return this.entry(this.newest);
  }

  /** Appends lines, onto the disk. */
  append(entries: readonly IndexEntry[]): Promise<void> {
    return this.appendLines(entries);
  }

  private async appendLines(entries: readonly (IndexEntry | Erased)[]): Promise<void> {
    const handle = await open(this.file, 'a', 0o600);
    try {
      // It begins a line of its own: what stood last may have been cut off when its machine was.
      const lines = entries.map((entry) => `\n${JSON.stringify(entry)}\n`).join('');
      await handle.appendFile(lines);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /**
   * Forgets a vehicle. First all who have read of it are told, by lines of their own; then its code is written over where it stands,
   * as the file only grows. Broken off in between, the code is found by whoever does it again, or opens the index next.
   */
  async forget(mac: string): Promise<void> {
    await this.refresh();
    const numbers = this.byVehicle.get(mac) ?? [];
    if (numbers.length > 0) await this.appendLines(numbers.map((erased) => ({ erased })));
    await this.writeOver(mac, () => true);
    await this.refresh();
  }

  /** Writes codes over that were left where a vehicle was being forgotten. Of a later certificate of the same vehicle it stays. */
  async finishForgetting(): Promise<void> {
    await this.refresh();
    for (const [number, mac] of this.halfForgotten) await this.writeOver(mac, (other) => other === number);
    this.halfForgotten.clear();
  }

  /** Writes the code of a vehicle over, in the lines of some numbers. */
  private async writeOver(mac: string, isMeant: (number: number) => boolean): Promise<void> {
    if ((await statOf(this.file)).size === 0) return;
    const handle = await open(this.file, 'r+');
    try {
      const bytes = await handle.readFile();
      const code = Buffer.from(`"vehicle":${JSON.stringify(mac)}`);
      const nobody = Buffer.from(`"vehicle":${JSON.stringify(NOBODY.repeat(mac.length))}`);
      for (let at = bytes.indexOf(code); at >= 0; at = bytes.indexOf(code, at + code.length)) {
        const line = bytes.toString('utf8', bytes.lastIndexOf(0x0a, at) + 1, at);
        if (isMeant(Number(NUMBER.exec(line)?.[1]))) await handle.write(nobody, 0, nobody.length, at);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  private async readOn(): Promise<void> {
    const { size, ino } = await statOf(this.file);
    // It is another file now, or was cut: a person has copied one here, or taken it away.
    if (ino !== this.inode || size < this.readTo) this.readTo = 0;
    this.inode = ino;
    if (size <= this.readTo) return;
    const handle = await open(this.file, 'r');
    try {
      const bytes = Buffer.alloc(size - this.readTo);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, this.readTo);
      // Half a line is read when it is whole.
      const end = bytes.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
      for (const line of bytes.toString('utf8', 0, end).split('\n')) this.take(line);
      this.readTo += end;
    } finally {
      await handle.close();
    }
  }

  private take(line: string): void {
    const said = parsed(line);
    if (said && 'erased' in said) this.erase(said.erased);
    const entry = said && 'erased' in said ? null : said;
    if (!entry || this.byNumber.has(entry.number)) return;
    const { number, request, vehicle } = entry;
    this.byNumber.set(number, entry);
    this.byRequest.set(request, number);
    const numbers = this.byVehicle.get(vehicle) ?? [];
    numbers.push(number);
    this.byVehicle.set(vehicle, numbers);
    this.newest = Math.max(this.newest, number);
  }

  private erase(number: number): void {
    const entry = this.byNumber.get(number);
    if (!entry) return;
    const { vehicle } = entry;
    const others = (this.byVehicle.get(vehicle) ?? []).filter((one) => one !== number);
    if (others.length > 0) this.byVehicle.set(vehicle, others);
    else this.byVehicle.delete(vehicle);
    if (vehicle !== '' && !vehicle.startsWith(NOBODY)) this.halfForgotten.set(number, vehicle);
    this.byNumber.set(number, { ...entry, vehicle: '' });
  }
}

/** In the place of the code of a vehicle that was erased. No code has it. */
const NOBODY = '*';

/** How a line of an entry begins. */
const NUMBER = /^\{"number":(\d+),/;

/** Tells those who have the index in memory that the vehicle of a number was erased. */
interface Erased {
  readonly erased: number;
}

/** Empty where it is not there. */
async function statOf(file: string): Promise<{ readonly size: number; readonly ino: number }> {
  try {
    return await stat(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { size: 0, ino: 0 };
    throw error;
  }
}

/** Null for what is no whole line: its certificate is appended again by the next one who signs. */
function parsed(line: string): IndexEntry | Erased | null {
  if (line === '') return null;
  try {
    const entry = JSON.parse(line) as IndexEntry | Erased;
    if ('erased' in entry) return entry;
    return Number.isSafeInteger(entry.number) && typeof entry.vehicle === 'string' ? entry : null;
  } catch {
    return null;
  }
}
