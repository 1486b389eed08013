import type { ParkingPolicy } from '../../workflows/contract/parking';
import { VinError } from '../base/errors';
import { type Application, applicationKey } from '../domain/application';
import type { KnownCredential, NotificationReader, ParkingProfile } from '../providers/parking';
import type { Settings } from '../providers/profile';
import { PARKINGS } from '../providers/registry';
import { readSettings } from '../providers/settings';
import { type Environment, readConfig } from './config';

/** A credential, and what its variables say. */
export interface ParkingCredential extends KnownCredential {
  readonly settings: Settings;
}

/** The credentials that an environment names, each once; the first of a provider is its default. @throws VinError `CONFIG_INVALID`. */
export function parkingCredentials(
  environment: Environment,
  providers: readonly ParkingProfile[] = PARKINGS,
): KnownCredential[] {
  const { VIN_PARKING: named = [] } = readConfig(environment, ['VIN_PARKING']);
  const once = new Map(named.map((app) => [applicationKey(app), app]));
  return [...once.values()].map((app) => {
    const profile = providers.find(({ id }) => id === app.provider);
    if (profile) return { app, profile };
    const ids = providers.map(({ id }) => id).join(', ');
    throw new VinError(
      'CONFIG_INVALID',
      `The configuration is not usable:\n  - VIN_PARKING is not usable: there is no provider of parking "${app.provider}" (there are: ${ids}).`,
      'Set the variables named above (README, "Configuration") and start again.',
    );
  });
}

/** The provider of the parkings that commands and the API mean. @throws VinError `CONFIG_INVALID`. */
export function parkingProvider(environment: Environment): string {
  const [first] = parkingCredentials(environment);
  return first?.app.provider ?? PARKINGS[0]?.id ?? '';
}

/** The same with what signs in. @throws VinError `CONFIG_INVALID`, naming each bad variable; never a value of a secret. */
export function readParkingCredentials(
  environment: Environment,
  providers?: readonly ParkingProfile[],
): ParkingCredential[] {
  return parkingCredentials(environment, providers).map(({ app, profile }) => ({
    app,
    profile,
    settings: readSettings(profile, app, environment, profile.credentials),
  }));
}

/** An address at which notifications of a credential come in. */
export interface NotificationDoor {
  readonly app: Application;
  readonly reader: NotificationReader;
  /** What stands behind the address of the credential. */
  readonly under: string;
  /** Its tokens: two while one is being changed. */
  readonly secrets: readonly string[];
}

/** Where notifications of parking come in; nothing for a credential that has no token for them. @throws VinError `CONFIG_INVALID` */
export function notificationDoors(
  environment: Environment,
  providers?: readonly ParkingProfile[],
): NotificationDoor[] {
  return parkingCredentials(environment, providers).flatMap(({ app, profile }) => {
    const { notifications: reader } = profile;
    const [first] = reader?.doors ?? [];
    if (!reader || !first) return [];
    const parts = reader.doors.flatMap(({ tokens }) => tokens);
    const settings = readSettings(profile, app, environment, parts);
    const given = (names: readonly string[]): string[] =>
      names.flatMap((name) => (typeof settings[name] === 'string' ? [settings[name]] : []));
    return reader.doors.flatMap(({ under, tokens }) => {
      const own = given(tokens);
      const secrets = own.length > 0 ? own : given(first.tokens);
      return secrets.length > 0 ? [{ app, reader, under, secrets }] : [];
    });
  });
}

/** What is read where parkings are begun: by the gateway, the worker and commands. */
export const PARKING_VARIABLES = [
  'VIN_PARKING_DETACH',
  'VIN_PARKING_DECLINE',
  'VIN_PARKING_LONG_STAY',
  'VIN_PARKING_PATIENCE',
] as const;

/** How parkings that are begun here are looked after. @throws VinError `CONFIG_INVALID`. */
export function readParkingPolicy(environment: Environment): ParkingPolicy {
  const config = readConfig(environment, [...PARKING_VARIABLES, 'VIN_SPEED']);
  return {
    detachOnAdding: config.VIN_PARKING_DETACH,
    declineOnLeaving: config.VIN_PARKING_DECLINE,
    longStay: config.VIN_PARKING_LONG_STAY,
    runningPatience: config.VIN_PARKING_PATIENCE,
    ...(config.VIN_SPEED !== 1 && { speed: config.VIN_SPEED }),
  };
}
