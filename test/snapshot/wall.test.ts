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
  parkings: [{ fleet: 'acme' }, { fleet: null }],
  credentials: [{ application: 'autopay:default' }],
} as unknown as Snapshot;

test.each([
  ['*', ['HERE', 'NOWHERE', 'OTHERS'], 2, 1],
  [['acme'], ['HERE', 'NOWHERE'], 1, 0],
] as const)(
  'a token of the fleets %j sees nothing that is of other applications alone',
  (fleets, leaving, parkings, credentials) => {
    const seen = seenBy(SNAPSHOT, 'high-mobility:default', fleets);
    expect(seen.activations.map(({ vin }) => vin)).toEqual(['HERE']);
    expect(seen.defleetings.map(({ vin }) => vin)).toEqual(leaving);
    expect([seen.parkings.length, seen.credentials.length]).toEqual([parkings, credentials]);
  },
);
