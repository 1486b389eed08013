import type { Swept } from '../../workflows/contract/parking';
import type {
  ParkingChanges,
  ParkingMembers,
  ParkingSweepOrder,
  SweptWindow,
} from '../../workflows/contract/parking-sweep';
import { LISTED, type Sample } from '../../workflows/contract/sweep-report';
import { VinError } from '../base/errors';
import type { Application } from '../domain/application';
import { inParts, plateText } from '../domain/plate';
import { stayOf } from '../domain/stay';
import { hasLevel, type Level, mayBeUnread, type ParkingClient, type Service } from '../providers/parking';
import { CutLists } from './cut-lists';
import type { SweptParkings } from './parkings-at-provider';
import { Telling } from './telling';

/** A credential, as a sweep needs it. */
export interface SweptLine {
  readonly app: Application;
  readonly level: Level;
  readonly client: Pick<ParkingClient, 'updated' | 'vehicles'>;
}

export interface ParkingSweeperOptions {
  readonly provider: string;
  /** All credentials of it; its vehicles are listed with the first one. */
  readonly lines: readonly SweptLine[];
  readonly parkings: SweptParkings;
  /** Told of each sweep that came to its end. */
  readonly onSwept?: (summary: ParkingChanges | ParkingMembers) => void;
}

export interface ParkingSweeper {
  /**
   * Reads what has changed of any vehicle's stays, with each credential from where it was read to before, and tells the parkings.
   * Nothing is lost or doubled in effect: parkings know a stay by its id, and windows share their edges.
   *
   * @throws ProviderError where no credential could be read.
   */
  changes(
    order: Omit<ParkingSweepOrder, 'provider'> & { readonly signal?: AbortSignal },
  ): Promise<ParkingChanges>;
  /** Compares the provider's list of vehicles with the parkings: on every level. @throws ProviderError */
  members(order: { readonly begun: number; readonly signal?: AbortSignal }): Promise<ParkingMembers>;
}

/** What has changed is read once it is so old: what was written in that second may not show yet, and clocks differ. */
const SETTLED = 60_000;
/** What is read for the first time: a day. What was before is in `vin parking services`. */
const FIRST = 86_400_000;
/** Stays of which it is remembered whose they are: a plate that was read wrongly is corrected. */
const REMEMBERED = 100_000;
/** Stays that one signal carries. */
const TOGETHER = 50;

/** Makes the sweeper of one provider. It remembers whose stays are: keep it for as long as the process lives. */
export function createParkingSweeper(options: ParkingSweeperOptions): ParkingSweeper {
  const { provider, lines, parkings, onSwept = () => {} } = options;
  const plates = new Map<string, string>();
  const doubts = new CutLists();

  function remember(id: string, plate: string): void {
    plates.delete(id);
    plates.set(id, plate);
    const [oldest] = plates.keys();
    if (plates.size > REMEMBERED && oldest !== undefined) plates.delete(oldest);
  }

  /** Tells of what one credential showed. @returns how many were told, were nobody's, and did not take it. */
  async function tellOf(services: readonly Service[], at: number, signal: AbortSignal | undefined) {
    const byPlate = new Map<string, Service[]>();
    for (const service of services) {
      const plate = plateText(service.plate);
      const stays = byPlate.get(plate) ?? [];
      if (stays.push(service) === 1) byPlate.set(plate, stays);
    }
    const telling = new Telling();
    let unmanaged = 0;
    for (const [plate, stays] of byPlate) {
      signal?.throwIfAborted();
      for (let from = 0; from < stays.length; from += TOGETHER) {
        const part = stays.slice(from, from + TOGETHER);
        const swept: Swept = { at, stays: part.map(stayOf), isMember: null };
        await telling.add(plate, () => parkings.tell(plate, swept), {
          told: () => undefined,
          gone: () => {
            unmanaged += part.length;
          },
          refused: () => undefined,
        });
      }
      for (const { id } of stays) {
        const before = plates.get(id);
        // Its plate was corrected meanwhile.
        if (before !== undefined && before !== plate) {
          const moved = () => parkings.moved(before, { id, plate });
          await telling.add(before, moved, NOTHING);
        }
      }
    }
    await telling.done();
    const untold = telling.refused.length;
    if (untold === 0) for (const { id, plate } of services) remember(id, plateText(plate));
    return { signals: telling.told, unmanaged, untold };
  }

  async function windowOf(
    { app, client }: SweptLine,
    { begun, read, signal }: Parameters<ParkingSweeper['changes']>[0],
  ) {
    const from = read[app.application] ?? begun - SETTLED - FIRST;
    const to = Math.max(from, begun - SETTLED);
    // A list that is begun again shows the same once more: the newest word on each counts.
    const services = new Map<string, Service>();
    await client.updated({ from, to }, (page) => {
      signal?.throwIfAborted();
      for (const service of page) services.set(service.id, service);
    });
    const told = await tellOf([...services.values()], begun, signal);
    return { ...told, from, to, stays: services.size };
  }

  return {
    async changes(order) {
      const windows: SweptWindow[] = [];
      const read: Record<string, number> = { ...order.read };
      const sum = { signals: 0, unmanaged: 0, untold: 0 };
      let failure: unknown;
      for (const line of lines) {
        const { application } = line.app;
        const empty = { application, from: null, to: null, stays: 0, words: null };
        if (!hasLevel(line.level, 'medium')) {
          windows.push({ ...empty, outcome: 'no-level' });
          continue;
        }
        try {
          const { from, to, stays, ...told } = await windowOf(line, order);
          for (const key of ['signals', 'unmanaged', 'untold'] as const) sum[key] += told[key];
          // Where somebody was not told, the next window has the same once more.
          if (told.untold === 0) read[application] = to;
          windows.push({ application, outcome: 'read', from: iso(from), to: iso(to), stays, words: null });
        } catch (error) {
          if (order.signal?.aborted || !(error instanceof VinError)) throw error;
          failure ??= error;
          windows.push({ ...empty, outcome: 'failed', words: `${error.message} ${error.next}` });
        }
      }
      if (failure !== undefined && !windows.some(({ outcome }) => outcome === 'read')) throw failure;
      const summary = { provider, at: iso(order.begun), windows, read, ...sum };
      onSwept(summary);
      return summary;
    },

    async members({ begun, signal }) {
      const [usual] = lines;
      const list = (await usual?.client.vehicles()) ?? { vehicles: [], unread: [] };
      const listed = new Set(list.vehicles.map(({ plate }) => plateText(plate)));
      const telling = new Telling();
      const missing: { plate: string }[] = [];
      const seen: string[] = [];
      const known = new Set<string>();
      let believed = 0;
      let unknown = 0;
      for await (const { plate, step } of parkings.all()) {
        signal?.throwIfAborted();
        known.add(plate);
        const isListed = listed.has(plate);
        const isBelieved = step === 'in-fleet';
        if (isBelieved) believed += 1;
        // One that leaves looks for itself.
        if (isListed === isBelieved || step === 'leaving') continue;
        if (isListed) seen.push(plate);
        else if (mayBeUnread(list, numberOf(plate))) unknown += 1;
        else missing.push({ plate });
      }
      const isDoubted = doubts.has(
        { missing: missing.length, believed, listed: listed.size + list.unread.length },
        begun,
      );
      const tell = (plate: string, isMember: boolean): Promise<void> =>
        telling.add(plate, () => parkings.tell(plate, { at: begun, stays: [], isMember }), NOTHING);
      for (const plate of seen) await tell(plate, true);
      if (!isDoubted) for (const { plate } of missing) await tell(plate, false);
      await telling.done();
      const unmanaged = await withoutParking([...listed].filter((plate) => !known.has(plate)));
      const summary: ParkingMembers = {
        ...{ provider, at: iso(begun), listed: listed.size, parkings: known.size },
        vanished: sampleOf(isDoubted ? [] : missing),
        ...(isDoubted && { doubted: missing.length }),
        ...(list.unread.length > 0 && { unread: { rows: list.unread.length, parkings: unknown } }),
        unmanaged,
        untold: telling.refused.length,
      };
      onSwept(summary);
      return summary;
    },
  };

  /** A search lags behind: those that are named are asked for again. */
  async function withoutParking(found: readonly string[]): Promise<Sample<{ readonly plate: string }>> {
    const { count, first } = sampleOf(found.map((plate) => ({ plate })));
    const still: { plate: string }[] = [];
    for (const one of first) if (!(await parkings.isThere(one.plate))) still.push(one);
    return { count: count - (first.length - still.length), first: still };
  }
}

const NOTHING = { told: () => undefined, gone: () => undefined, refused: () => undefined };

function sampleOf<T extends { readonly plate: string }>(all: readonly T[]): Sample<T> {
  const sorted = [...all].sort((one, other) => (one.plate < other.plate ? -1 : 1));
  return { count: all.length, first: sorted.slice(0, LISTED) };
}

function numberOf(plate: string): { readonly number: string } {
  return { number: inParts(plate)?.number ?? plate };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
