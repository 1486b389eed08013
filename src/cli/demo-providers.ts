import { applicationKey } from '../domain/application';
import type { ElsewhereOptions, FleetListOptions } from '../fleet-list/fleet-list';
import { readSettings, variableName } from '../providers/settings';
import { DEMO, PLAYED, PLAYED_PARKING, type PlayedProvider } from '../trial/demo/stack';
import { applications } from './handed-in';
import { surroundingsOfMany } from './session';
import { DEMO_CREDENTIALS } from './simulator';
import { OTONOMO_DEMO_CREDENTIALS } from './simulator-otonomo';

/** The providers of the demo, each with what its simulator takes. */
export function demoProviders(): readonly PlayedProvider[] {
  const [first, second] = PLAYED;
  return [played(first, DEMO_CREDENTIALS), played(second, OTONOMO_DEMO_CREDENTIALS)];
}

function played(by: (typeof PLAYED)[number], credentials: PlayedProvider['credentials']): PlayedProvider {
  const { app } = by;
  const profile = applications().profileOf(app);
  const addressVariable = variableName(app, profile.address);
  const settingsAt = (address: string) =>
    readSettings(profile, app, { ...credentials, [addressVariable]: address }, profile.credentials);
  const account = (address: string) => profile.account(settingsAt(address));
  return { ...by, credentials, name: profile.name, addressVariable, account };
}

/** How a list of the demo is read: a row may name any application that the demo has. Its parkings begin in this process, at its speed. */
export function demoSurroundings(providers: readonly PlayedProvider[], speed: number): FleetListOptions {
  process.env['VIN_SPEED'] = String(speed);
  process.env['VIN_APPLICATION'] = applicationKey(DEMO);
  process.env['VIN_PARKING'] = PLAYED_PARKING.credentials.VIN_PARKING;
  const list = surroundingsOfMany(true, () => true);
  const keys = providers.map(({ app }) => applicationKey(app));
  const isPlayed = ({ application }: ElsewhereOptions): boolean => keys.includes(application);
  return {
    ...list,
    placeOf: (row) => {
      const place = list.placeOf?.(row) ?? null;
      if (place === null || typeof place === 'string' || isPlayed(place)) return place;
      return `is no application of the demo: it has ${keys.join(' and ')}`;
    },
  };
}

/** Whether an access that has ended leaves a record at the provider of this application. */
export function leavesRecord(providers: readonly PlayedProvider[], application: string): boolean {
  const app = providers.find((one) => applicationKey(one.app) === application)?.app ?? DEMO;
  return applications().profileOf(app).traits.endsAs === 'revoked';
}
