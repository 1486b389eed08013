import { FORDS, STRANGE, SUPPORTED } from './fleet';

/** Each kind of page, by its address. */
export const KINDS: Readonly<Record<string, string>> = {
  'the front': '/',
  'a group': '/vehicles?topic=consent-missing&owner=fleet-manager',
  'a list': '/vehicles',
  'an empty list': '/vehicles?brand=none',
  'a vehicle that waits': `/vehicle/${FORDS[0]}`,
  'a vehicle that is parked': `/vehicle/${SUPPORTED}`,
  'a vehicle with strange words': `/vehicle/${STRANGE}`,
  'a dry run for many': '/act?action=acknowledge&fleet=service',
  'a dry run of a leaving': `/act?action=defleet&vin=${FORDS[0]}`,
  'what is not found': '/vehicle/WBA00000000000000',
};
/** What people look at it on. Barriers are looked for once in each colour and in each layout: what the colour is changes no layout. */
export const SCREENS = [
  { colorScheme: 'light', viewport: { width: 1280, height: 800 }, isWhole: true },
  { colorScheme: 'dark', viewport: { width: 1280, height: 800 }, isWhole: true },
  { colorScheme: 'light', viewport: { width: 360, height: 740 }, isWhole: true },
  { colorScheme: 'dark', viewport: { width: 360, height: 740 }, isWhole: false },
  { colorScheme: 'light', viewport: { width: 700, height: 900 }, isWhole: false },
] as const;
