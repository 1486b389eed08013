import type { z } from 'zod';
import type { CatalogueFile } from '../catalogue/schema';
import type { Budgets } from '../domain/endpoint';
import type { Plate } from '../domain/plate';
import type { ClearanceStatus } from '../domain/status';
import type { Stay } from '../domain/stay';
import type { ProviderTraits } from '../domain/traits';
import type { VehicleCheckOptions, VinCheck } from '../domain/vin';
import type { Contact } from './contact';
import type { ClearanceLister, ClearanceProvider } from './provider';

/** One variable of a provider's settings, by its own part of the name (`CLIENT_ID`). */
export interface SettingsVariable {
  /** What it is, in a sentence, as the README says it. */
  readonly about: string;
  /** What it is where it is not set. */
  readonly fallback?: string;
  /** Checks it and makes of it what is used. Of one that may be missing: an optional schema. */
  readonly schema: z.ZodType;
  /** Whether applications without one of their own have that of `default`. */
  readonly isShared?: boolean;
}

/** What the variables of an application say, by their own parts of the name. */
export type Settings = Readonly<Record<string, unknown>>;

/** What a webhook says of one clearance. A claim: webhooks are lost, doubled, reordered, and may be sent again by anybody who has seen one. */
export interface WebhookClaim {
  readonly type: 'clearance-changed';
  /** In capitals. */
  readonly vin: string;
  readonly status: ClearanceStatus;
  /** The provider's own text, or null. The word of an unknown status stands in front. */
  readonly reason: string | null;
  /** When the provider says that it had the event, in milliseconds since 1970, or null. */
  readonly receivedAt: number | null;
}

/** What a provider of parking tells of one stay or passing of a toll station. A claim, as above. */
export interface ParkingNotification {
  readonly type: 'parking-notified';
  readonly plate: Plate;
  readonly stay: Stay;
  /** Seconds since the entry; null: it is the entry. */
  readonly period: number | null;
  /** It has no time of its own. */
  readonly receivedAt: null;
}

export type Webhook =
  | WebhookClaim
  | ParkingNotification
  /** Sent whenever the webhook is set up or changed. Nothing to do but answer. */
  | { readonly type: 'ping'; readonly receivedAt: number | null }
  /** An event that we have no use for. `name` is the provider's. */
  | { readonly type: 'other'; readonly name: string; readonly receivedAt: number | null };

/** How a provider's webhooks are verified and read. Of headers a value that was sent exactly once, or undefined. */
export interface WebhookReader {
  /** The header that has the signature, or the token in its place, as its documents write it. */
  readonly signatureHeader: string;
  /** The header that has the id of the delivery; null: deliveries have none. */
  readonly deliveryHeader: string | null;
  /** The variables of its secrets: the one in use, and the one before it. */
  readonly secrets: readonly string[];
  /**
   * A message that changes nothing, as the provider would sign it: for a look whether webhooks arrive.
   *
   * @param at when the provider had it.
   */
  probe?(
    secret: string,
    at: Date,
  ): { readonly body: string; readonly headers: Readonly<Record<string, string>> };
  /** Whether a signature belongs to these bytes, by any of the secrets. */
  verify(body: Buffer, signature: string | undefined, secrets: readonly string[]): boolean;
  /** Reads a body that was verified. @throws VinError `WEBHOOK_MALFORMED`, naming the field; never a value of it. */
  parse(body: Buffer): Webhook;
}

/** What an application is at its provider: the same for all of its workers, another for those of another one. */
export interface Account {
  /** Where the provider is, for example `https://sandbox.api.high-mobility.com`. */
  readonly baseUrl: string;
  /** The provider's own id of the application: no secret. */
  readonly clientId: string;
}

export type ProviderClient = ClearanceProvider & ClearanceLister & Contact;

/** What a client tells while it works. */
export interface ClientEvents {
  /** A row of a list could not be read as it should. */
  readonly onSkipped?: (row: { readonly index: number; readonly problem: string }) => void;
}

/**
 * Everything that is known of a provider. Its folder has it, `registry.ts` has its name in one line, and no other file
 * knows of it.
 */
export interface ProviderProfile {
  /** In ids, addresses, lists and filters: `high-mobility`. In front of variables in capitals: `HIGH_MOBILITY_`. */
  readonly id: string;
  /** As people write it. */
  readonly name: string;
  /** Whom to write to. */
  readonly support: string;
  /** What its brands and reasons mean; a file of the user's is laid over it. */
  readonly catalogue: Omit<CatalogueFile, 'version' | 'traits' | 'support'>;
  /** What it can and cannot do. */
  readonly traits: ProviderTraits;
  /** Its endpoints, and how many calls a minute each may have where nothing else is set (`VIN_BUDGETS`). */
  readonly budgets: Budgets;
  /** Checks what names a vehicle there, as far as it can be checked without asking anybody. */
  checkVehicle(text: string, options: VehicleCheckOptions): VinCheck;
  readonly variables: Readonly<Record<string, SettingsVariable>>;
  /** The variable that says where it is. */
  readonly address: string;
  /** What its tokens have to be good for, by the scope's name, and what does not go without it. */
  readonly scopes?: Readonly<Record<string, string>>;
  /** The variables that are read before anything is asked of it. */
  readonly credentials: readonly string[];
  /**
   * What its credentials say against each other, in sentences.
   *
   * @param name the whole name of a variable.
   */
  readonly contradictions?: (settings: Settings, name: (part: string) => string) => readonly string[];
  account(settings: Settings): Account;
  /** Whether an address is its sandbox, or a server on this machine, where test VINs are allowed. */
  isSandbox(address: string): boolean;
  connect(settings: Settings, events?: ClientEvents): ProviderClient;
  /** Absent: it sends none. */
  readonly webhook?: WebhookReader;
}
