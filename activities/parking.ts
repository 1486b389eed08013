import { Context } from '@temporalio/activity';
import { VinError } from '../src/base/errors';
import type { Application } from '../src/domain/application';
import { countsOf, newestWithin, roomOf, withinRoom } from '../src/domain/named-stays';
import { isSamePlate, type Plate, plateText } from '../src/domain/plate';
import { type Stay, stayOf } from '../src/domain/stay';
import {
  type FleetList,
  hasLevel,
  type Level,
  mayBeUnread,
  type ParkingClient,
  type Service,
} from '../src/providers/parking';
import { ProviderError } from '../src/providers/provider-error';
import type { Locked, Told } from '../workflows/contract/parking';
import type { ServicesOf } from '../workflows/parking/state';
import { failureOf } from './failures';
import { sharedReading } from './shared-reading';

/** A plate at a provider of parking. */
export interface ParkedPlate {
  readonly provider: string;
  readonly plate: Plate;
}

/** Which services are locked or listed: by their end, in milliseconds since 1970. Those that go on are among them. */
export interface ServicesAsked extends ParkedPlate {
  readonly from: number;
  readonly to: number;
  readonly type?: 'PARKING' | 'TOLL_ROAD' | null;
}

/** What one credential shows of a vehicle. */
export interface Shown {
  /** The credential. */
  readonly application: string;
  readonly operator: string | null;
  /** `no-level`: by its settings its agreement has no right to it, so nothing was asked. `failed`: asked in vain. */
  readonly outcome: 'shown' | 'no-level' | 'failed';
  /** What there is to say of it, in a sentence; or null. */
  readonly words: string | null;
  readonly services: readonly Stay[];
}

/** The side effects of parkings. Each makes one attempt; what goes wrong is decided on by the parking itself. */
export interface ParkingActivities {
  /** Whether the provider's list of vehicles has the plate, and since when. */
  findParking(at: ParkedPlate): Promise<{ readonly addedAt: number | null } | null>;
  addParking(at: ParkedPlate): Promise<void>;
  detachParking(at: ParkedPlate): Promise<void>;
  /** Locks payments with every credential, and reads again what is unpaid. */
  lockPayments(asked: ServicesAsked): Promise<Locked[]>;
  /** @returns what was refused, in words; null: nothing. */
  declineServices(asked: ParkedPlate & { readonly from: readonly ServicesOf[] }): Promise<string | null>;
  removeParking(at: ParkedPlate): Promise<void>;
  /** Unpaid services, as every credential shows them. */
  showServices(asked: ServicesAsked): Promise<Shown[]>;
  /** The same as `lockPayments` for a vehicle that stays, whose parking is told. */
  lockNow(asked: ServicesAsked & { readonly by: string | null }): Promise<Locked[]>;
  /** Declines one service with the credential that shows it; the parking of its vehicle is told. @throws SERVICE_UNKNOWN */
  declineNow(asked: {
    readonly provider: string;
    readonly id: string;
    readonly by: string | null;
    /** Only where it is one of this plate. */
    readonly plate?: Plate | null;
    /** Only where it ended then or later. */
    readonly since?: number | null;
  }): Promise<{ readonly application: string; readonly stay: Stay }>;
}

/** A credential of a provider of parking. */
export interface ParkingLine {
  readonly app: Application;
  readonly client: ParkingClient;
  readonly level: Level;
  readonly operator: string | null;
}

export interface ParkingDependencies {
  /** All credentials; the first of each provider is its default, with which vehicles are added and removed. */
  readonly lines: readonly ParkingLine[];
  /** Tells the parking of a plate; where there is none, nothing. */
  readonly tell: (at: ParkedPlate, told: Told) => Promise<void>;
  /** Called by what may take long, so that the server knows that its worker lives. @default Temporal's */
  readonly beat?: () => void;
}

/** Characters of refusals: each has a line of its own, and there may be many. */
const LONGEST_WORDS = 1_000;

/** Well within the heartbeat timeout of workflows/parking/carrier.ts; milliseconds. */
const HEARTBEAT = 2_000;

export function createParkingActivities(dependencies: ParkingDependencies): ParkingActivities {
  const { lines, tell, beat = () => Context.current().heartbeat() } = dependencies;
  const readings = new Map<ParkingClient, () => Promise<FleetList>>();
  const readingOf = (client: ParkingClient): (() => Promise<FleetList>) => {
    const reading = readings.get(client) ?? sharedReading(() => client.vehicles());
    readings.set(client, reading);
    return reading;
  };
  const linesOf = (provider: string): readonly [ParkingLine, ...ParkingLine[]] => {
    const [first, ...others] = lines.filter(({ app }) => app.provider === provider);
    if (first) return [first, ...others];
    throw new VinError(
      'APPLICATION_UNKNOWN',
      `This worker has no credential of "${provider}"`,
      'Give it the settings of one, and name it in VIN_PARKING.',
    );
  };
  const usual = (provider: string): ParkingClient => linesOf(provider)[0].client;
  const attempt = <T>(work: () => Promise<T>): Promise<T> => beating(beat, work);

  async function lockOf(
    { app, client }: ParkingLine,
    { plate, from, to, type = null }: ServicesAsked,
  ): Promise<Locked> {
    const filter = { window: { from, to }, running: true, ...(type && { type }) };
    const locked = await client.lock(plate, filter);
    const listed = new Set(locked.map(({ id }) => id));
    const unpaid = await client.servicesOf(plate, filter);
    const outcome: Locked = {
      ...{ application: app.application, outcome: 'locked', words: null, locked: locked.map(stayOf) },
      unlocked: unpaid.filter(({ id }) => !listed.has(id)).map(stayOf),
    };
    return withinRoom(outcome, roomOf(linesOf(app.provider).length));
  }

  async function lock(asked: ServicesAsked, onFailure: (error: unknown) => string): Promise<Locked[]> {
    const found: Locked[] = [];
    const nothing = { locked: [], unlocked: [] };
    for (const { app, level, client, operator } of linesOf(asked.provider)) {
      const { application } = app;
      if (!hasLevel(level, 'medium')) {
        found.push({ application, outcome: 'no-level', words: noLevel(app), ...nothing });
        continue;
      }
      try {
        found.push(await lockOf({ app, level, client, operator }, asked));
      } catch (error) {
        found.push({ application, outcome: 'failed', words: onFailure(error), ...nothing });
      }
    }
    return found;
  }

  async function show({ provider, plate, from, to, type = null }: ServicesAsked): Promise<Shown[]> {
    const found: Shown[] = [];
    const failures = failuresOfSome();
    for (const { app, level, operator, client } of linesOf(provider)) {
      const { application } = app;
      const isSmall = !hasLevel(level, 'medium');
      const filter = { window: { from, to }, running: true, ...(type && { type }) };
      let services: Service[] = [];
      try {
        if (!isSmall) services = await client.servicesOf(plate, filter);
      } catch (error) {
        const words = failures.note(error);
        found.push({ application, operator, outcome: 'failed', words, services: [] });
        continue;
      }
      const newest = newestWithin(services.map(stayOf), roomOf(linesOf(provider).length));
      found.push({
        ...{ application, operator, outcome: isSmall ? 'no-level' : 'shown' },
        ...{ words: isSmall ? noLevel(app) : tooMany(newest.leftOut), services: newest.stays },
      });
    }
    failures.throwWhere(found.every(({ outcome }) => outcome !== 'shown'));
    return found;
  }

  async function decline(provider: string, from: readonly ServicesOf[]): Promise<string | null> {
    const refusals: string[] = [];
    for (const { app, client } of linesOf(provider)) {
      for (const id of from.find(({ application }) => application === app.application)?.ids ?? []) {
        try {
          await client.decline(id);
        } catch (error) {
          // One that was paid or declined meanwhile holds up no other.
          if (!(error instanceof ProviderError) || error.code !== 'PROVIDER_REFUSED') throw error;
          refusals.push(`${id}: ${error.message}`);
        }
      }
    }
    return refusals.length === 0 ? null : refusals.join('; ').slice(0, LONGEST_WORDS);
  }

  return {
    findParking: ({ provider, plate }) =>
      attempt(async () => {
        const list = await readingOf(usual(provider))();
        const member = list.vehicles.find((one) => isSamePlate(one.plate, plate));
        if (!member && mayBeUnread(list, plate)) throw unreadable(provider, plate, list.unread.length);
        return member ? { addedAt: member.addedAt } : null;
      }),
    addParking: ({ provider, plate }) => attempt(async () => void (await usual(provider).add(plate))),
    detachParking: ({ provider, plate }) => attempt(() => usual(provider).detach(plate)),
    lockPayments: (asked) =>
      attempt(() =>
        lock(asked, (error) => {
          throw error;
        }),
      ),
    declineServices: ({ provider, from }) => attempt(() => decline(provider, from)),
    removeParking: ({ provider, plate }) => attempt(() => usual(provider).remove(plate)),
    showServices: (asked) => attempt(() => show(asked)),
    lockNow: ({ by, ...asked }) =>
      attempt(async () => {
        const failures = failuresOfSome();
        const all = await lock(asked, failures.note);
        failures.throwWhere(all.every(({ outcome }) => outcome !== 'locked'));
        const stays = all.flatMap(({ locked, unlocked }) => [...locked, ...unlocked]);
        const { locked: count, unlocked: open } = countsOf(all);
        const failed = all
          .filter(({ outcome }) => outcome === 'failed')
          .map(({ application }) => application);
        const note = `${count} payments are locked${open > 0 ? `, ${open} are not` : ''}${failed.length > 0 ? `; in vain with ${failed.join(', ')}` : ''}`;
        await tell(asked, { by, note, stays });
        return all;
      }),
    declineNow: ({ provider, id, by, plate = null, since = null }) =>
      attempt(async () => {
        for (const { app, level, client } of linesOf(provider)) {
          if (!hasLevel(level, 'medium')) continue;
          let found: Service | undefined;
          const isMeant = (one: Service) =>
            one.id === id &&
            (plate === null || isSamePlate(one.plate, plate)) &&
            (since === null || (one.endedAt !== null && one.endedAt >= since));
          await client.unpaid(
            (services) => {
              found ??= services.find(isMeant);
            },
            () => found !== undefined,
          );
          if (!found) continue;
          await client.decline(id);
          const stay = stayOf(found);
          await tell({ provider, plate: found.plate }, { by, note: `${id} was declined`, stays: [stay] });
          return { application: app.application, stay };
        }
        throw new VinError(
          'SERVICE_UNKNOWN',
          `No credential of ${provider} shows an unpaid service ${id} that has ended`,
          'Look with vin parking services PLATE. A service can be declined once it has ended, with level medium or enterprise.',
        );
      }),
  };
}

/**
 * Failures of some credentials: what another one has locked cannot be taken back, so its answer must not be lost with them.
 * Where nothing else came, the first of them is the outcome.
 */
function failuresOfSome() {
  const all: unknown[] = [];
  return {
    note: (error: unknown): string => {
      if (!(error instanceof VinError)) throw error;
      all.push(error);
      return `${error.message} ${error.next}`;
    },
    throwWhere: (isNothingElse: boolean): void => {
      if (isNothingElse && all.length > 0) throw all[0];
    },
  };
}

/** A row of the list may be the plate that is looked for: it is neither there nor absent. */
function unreadable(provider: string, plate: Plate, rows: number): ProviderError {
  const some = rows === 1 ? 'A row' : `Some of ${rows} rows`;
  return new ProviderError(
    'PROVIDER_BAD_REPLY',
    `${some} of the vehicles at ${provider} that cannot be read may be ${plateText(plate)}: whether it is there is not known`,
    'It is looked for again by itself. Compare the vehicles there, and have what is odd about the row corrected.',
  );
}

/** What is said where there are more services than can be shown. */
function tooMany(leftOut: number): string | null {
  return leftOut === 0 ? null : `${leftOut} more are too many to be shown: ask for a shorter span of time.`;
}

function noLevel({ provider, application }: Application): string {
  return `The agreement of ${provider}:${application} is of level small: it shows and locks no services.`;
}

/** One attempt, whose worker says all the while that it lives; its error as Temporal's. */
async function beating<T>(beat: () => void, work: () => Promise<T>): Promise<T> {
  beat();
  const timer = setInterval(beat, HEARTBEAT);
  try {
    return await work();
  } catch (error) {
    throw failureOf(error);
  } finally {
    clearInterval(timer);
  }
}
