import type { Application } from '../domain/application';
import { type Plate, plain } from '../domain/plate';
import type { Contact } from './contact';
import type { Account, Settings, SettingsVariable, WebhookReader } from './profile';
import type { TokenSource } from './shared/token';

/** What providers of parking have in common: they know vehicles by their plates, and tell of stays and tolls. */

/** What an agreement allows. Each level has what those before it have. */
export const LEVELS = ['small', 'medium', 'enterprise'] as const;
export type Level = (typeof LEVELS)[number];

/** Whether a level has what another one has. */
export function hasLevel(level: Level, needed: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(needed);
}

/** A span of time, both ends in it. Milliseconds since 1970. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** What a use of a road or a parking place costs, as the provider says it. Amounts of two currencies are never summed. */
export interface Cost {
  /** ISO 4217, or what the provider has in its place. */
  readonly currency: string;
  readonly gross: number | null;
  readonly net: number | null;
  readonly vat: number | null;
  readonly vatPercent: number | null;
}

/** A place, by the provider's code and its name. */
export interface Place {
  readonly code: string;
  readonly name: string;
}

/** One stay or one passing of a toll station: a "service" in Autopay's words. Times are milliseconds since 1970. */
export interface Service {
  /** The provider's id. A corrected plate comes again under the same one. */
  readonly id: string;
  readonly plate: Plate;
  readonly facility: Place | null;
  readonly zone: Place | null;
  readonly product: string | null;
  readonly startedAt: number | null;
  /** Null: it goes on, or nobody says when it ended. It may lie before the start: it is kept as it came. */
  readonly endedAt: number | null;
  readonly cost: Cost | null;
  readonly operator: string | null;
  /** `PARKING`, `TOLL_ROAD`, or a word that is not known yet. */
  readonly type: string;
  /** `NOT_INVOICED`, `NOT_INVOICEABLE`, `IN_INVOICING`, `INVOICED`, or a word that is not known yet. */
  readonly invoicing: string | null;
  readonly data: Readonly<Record<string, string>>;
}

/** A vehicle of the fleet at the provider. */
export interface FleetVehicle {
  readonly plate: Plate;
  /** Milliseconds since 1970, or null. */
  readonly addedAt: number | null;
}

/** The vehicles of the fleet at the provider. A list in which a row cannot be read is no proof that a plate is absent. */
export interface FleetList {
  readonly vehicles: readonly FleetVehicle[];
  /** The numbers of rows that cannot be read, as the provider writes them. Null: such a row may be any plate. */
  readonly unread: readonly (string | null)[];
}

/** Whether a row that cannot be read may be this plate: by its number, as its country may be what is odd. */
export function mayBeUnread(
  { unread }: Pick<FleetList, 'unread'>,
  { number }: Pick<Plate, 'number'>,
): boolean {
  return unread.some((text) => {
    const own = plain(text ?? '');
    // A letter that came as another sign may be any letter.
    if (!/^[\p{Lu}\p{Nd}]+$/u.test(own)) return true;
    // One of them may have its subdivision in front.
    return own.endsWith(number) || number.endsWith(own);
  });
}

/** Narrows services of a vehicle. */
export interface ServiceFilter {
  /** By the time when they ended. */
  readonly window: Window;
  readonly type?: 'PARKING' | 'TOLL_ROAD' | undefined;
  /** Also those that still go on. */
  readonly running?: boolean;
}

/** What is read page by page. A service may come twice: the one that came last counts. */
export type Visit = (services: readonly Service[]) => void;

/**
 * A provider of parking, asked with one credential. Each method makes one attempt (a new token and the pages of a list aside)
 * and throws a ProviderError where there is no answer to read. PROVIDER_UNSETTLED: whether a vehicle was added or removed is not
 * known, so `vehicles` decides before it is sent again.
 */
export interface ParkingClient extends Contact {
  /** All vehicles of the fleet. */
  vehicles(): Promise<FleetList>;
  /** @returns the vehicle as the provider has it; null where its answer does not say it. */
  add(plate: Plate): Promise<FleetVehicle | null>;
  remove(plate: Plate): Promise<void>;
  /** Takes the plate out of all private profiles. */
  detach(plate: Plate): Promise<void>;
  /** All unpaid services of the fleet that have ended; no more pages of them once it is enough. Level Medium. */
  unpaid(visit: Visit, isEnough?: () => boolean): Promise<void>;
  /** What has changed of any vehicle in a span of time, by when it changed. Level Medium. */
  updated(window: Window, visit: Visit): Promise<void>;
  /** Unpaid services of one vehicle. Level Medium. */
  servicesOf(plate: Plate, filter: ServiceFilter): Promise<Service[]>;
  /** Locks the payments of services of one vehicle, for good. @returns those that the provider lists as locked. Level Medium. */
  lock(plate: Plate, filter: ServiceFilter): Promise<Service[]>;
  /** Declines to pay one service: its invoice goes to the owner of the vehicle. Level Medium. */
  decline(id: string): Promise<void>;
  close(): Promise<void>;
}

/** What a client is given besides its settings. */
export interface ParkingConnection {
  /** Where its tokens come from. @default tokens of its own, for this process alone */
  readonly tokens?: TokenSource;
  /** Told of each row that could not be read. */
  readonly onUnread?: (row: { readonly index: number; readonly problem: string }) => void;
}

/** A new access token. */
export interface MintedToken {
  readonly value: string;
  /** How long it lives, in milliseconds. */
  readonly life: number;
}

/** How notifications of stays come in, and how they are read. */
export interface NotificationReader extends Omit<WebhookReader, 'secrets'> {
  /**
   * What stands behind the address of a credential, and the variables of its tokens: the one in use, and the one before it.
   * A door without tokens of its own has those of the first one; where that has none, it is closed.
   */
  readonly doors: readonly { readonly under: string; readonly tokens: readonly string[] }[];
}

/** Everything that is known of a provider of parking. Its folder has it, and `registry.ts` has its name in one line. */
export interface ParkingProfile {
  /** In ids, addresses, lists and filters. In front of variables in capitals. */
  readonly id: string;
  /** As people write it. */
  readonly name: string;
  /** Whom to write to. */
  readonly support: string;
  readonly variables: Readonly<Record<string, SettingsVariable>>;
  /** The variable that says where it is. */
  readonly address: string;
  /** The variables that are read before anything is asked of it. */
  readonly credentials: readonly string[];
  /** Calls a minute with one credential, for all workers together. */
  readonly callsAMinute: number;
  account(settings: Settings): Account;
  /** What is sealed with it can be opened only by those who have the credential. */
  secret(settings: Settings): string;
  level(settings: Settings): Level;
  /** The operator whose agreement a credential is of, as people call it; null: nobody has said it. */
  operator(settings: Settings): string | null;
  connect(settings: Settings, connection?: ParkingConnection): ParkingClient;
  /** Asks for a token, once. @throws ProviderError */
  mint(settings: Settings): Promise<MintedToken>;
  /** Absent: it sends none. */
  readonly notifications?: NotificationReader;
}

/** A credential with what its provider is. */
export interface KnownCredential {
  readonly app: Application;
  readonly profile: ParkingProfile;
}
