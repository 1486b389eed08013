import type { Snapshot } from '../../src/snapshot/snapshot';
import { seenBy } from '../../src/snapshot/wall';

const at = (application: string, vin: string, fleet: string) => ({
  provider: 'high-mobility',
  application,
  vin,
  fleet,
});
const SNAPSHOT = {
  activations: [at('default', 'HERE', 'acme'), at('second', 'HERE', 'acme'), at('second', 'THERE', 'acme')],
  defleetings: [
    { vin: 'HERE', fleet: 'acme' },
    { vin: 'THERE', fleet: 'acme' },
    { vin: 'NOWHERE', fleet: 'acme' },
    { vin: 'OTHERS', fleet: 'globex' },
  ],
  parkings: [
    { vin: null, fleet: 'acme' },
    { vin: null, fleet: null },
    { vin: 'HERE', fleet: 'acme' },
    { vin: 'THERE', fleet: 'acme' },
    { vin: 'NOWHERE', fleet: 'acme' },
  ],
  credentials: [{ application: 'autopay:default' }],
} as unknown as Snapshot;

test.each([
  ['*', ['HERE', 'NOWHERE', 'OTHERS'], [null, null, 'HERE', 'NOWHERE'], 1],
  [['acme'], ['HERE', 'NOWHERE'], [null, 'HERE', 'NOWHERE'], 0],
] as const)(
  'a token of the fleets %j sees nothing that is of other applications alone',
  (fleets, leaving, parkings, credentials) => {
    const seen = seenBy(SNAPSHOT, 'high-mobility:default', fleets);
    expect(seen.activations.map(({ vin }) => vin)).toEqual(['HERE']);
    expect(seen.defleetings.map(({ vin }) => vin)).toEqual(leaving);
    expect(seen.parkings.map(({ vin }) => vin)).toEqual(parkings);
    expect(seen.credentials).toHaveLength(credentials);
  },
);
