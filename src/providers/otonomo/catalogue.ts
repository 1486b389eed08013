import type { CatalogueFile } from '../../catalogue/schema';
import { textKey } from '../../domain/text-key';
import { PROOF, REASONS } from './reasons';

type Brand = CatalogueFile['brands'][string];

/**
 * Its makes. No list of them is published and an upload names none, so these are our names for what fleets have; `other` is for
 * the rest. Removing is tried in every status, and every VIN can be asked for its connectivity.
 */
const NAMES: Readonly<Record<string, Pick<Brand, 'name' | 'aliases'>>> = {
  alfaromeo: { name: 'Alfa Romeo' },
  audi: { name: 'Audi' },
  bmw: { name: 'BMW' },
  citroen: { name: 'Citroën' },
  cupra: { name: 'CUPRA' },
  dacia: { name: 'Dacia' },
  ds: { name: 'DS', aliases: ['DS Automobiles'] },
  fiat: { name: 'Fiat' },
  ford: { name: 'Ford' },
  hyundai: { name: 'Hyundai' },
  jeep: { name: 'Jeep' },
  kia: { name: 'Kia' },
  lexus: { name: 'Lexus' },
  'mercedes-benz': { name: 'Mercedes-Benz', aliases: ['Mercedes'] },
  mini: { name: 'MINI' },
  nissan: { name: 'Nissan' },
  opel: { name: 'Opel' },
  peugeot: { name: 'Peugeot' },
  polestar: { name: 'Polestar' },
  porsche: { name: 'Porsche' },
  renault: { name: 'Renault' },
  seat: { name: 'SEAT' },
  skoda: { name: 'Škoda' },
  tesla: { name: 'Tesla' },
  toyota: { name: 'Toyota' },
  vauxhall: { name: 'Vauxhall' },
  volkswagen: { name: 'Volkswagen', aliases: ['VW'] },
  'volvo-cars': { name: 'Volvo Cars', aliases: ['Volvo'] },
  'otonomo-demo': { name: 'Otonomo demo' },
  other: { name: 'Another make' },
};

const BRANDS: Readonly<Record<string, Brand>> = Object.fromEntries(
  Object.entries(NAMES).map(([id, names]) => [
    id,
    { ...names, group: id, canCancelPending: true, eligibilityCheck: true },
  ]),
);

const BY_KEY: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).flatMap(([id, { name, aliases = [] }]) =>
    [id, name, ...aliases].map((spelling): [string, string] => [textKey(spelling), id]),
  ),
);

/** Our brand for the make that a list names, or null. */
export function brandOfMake(make: string): string | null {
  return BY_KEY.get(textKey(make)) ?? null;
}

/** How long we wait, and who is told when. Otonomo publishes no clock of a carmaker. */
const POLICY = {
  pollInterval: '6h',
  sweptPollInterval: '30d',
  withdrawPollInterval: '30m',
  transitionRetry: '15m',
  lostAfter: '24h',
  patience: '3d',
  eligibility: 'off',
  drift: 'park',
  // It is not asked (`traits.firstData`); the waits are those of a provider that is.
  firstData: { ask: false, delay: '1h', backoff: 2, maximum: '1d', within: '14d' },
  // No age is documented from which on a pending vehicle can be removed.
  cancelPendingAfter: '0s',
  defaultTags: {},
  ladders: {
    /** Somebody has to do something. */
    default: [
      { after: '0s', audience: 'owner', every: '2d' },
      { after: '4d', audience: 'fleet-manager', every: '2d' },
      { after: '10d', audience: 'operations', every: '7d' },
    ],
    /** A vehicle that stands for a day is nothing. */
    driving: [
      { after: '1d', audience: 'owner', every: '2d' },
      { after: '5d', audience: 'fleet-manager', every: '2d' },
      { after: '10d', audience: 'operations', every: '7d' },
    ],
    /** Operations ask the provider's support. */
    support: [
      { after: '0s', audience: 'operations', every: '3d' },
      { after: '7d', audience: 'fleet-manager', every: '7d' },
    ],
    /** Nothing is wrong, but it should not last for ever. */
    waiting: [
      { after: '5d', audience: 'fleet-manager', every: '5d' },
      { after: '15d', audience: 'operations', every: '5d' },
    ],
    /** Nobody has read this before. */
    unknown: [
      { after: '0s', audience: 'fleet-manager', every: '2d' },
      { after: '1d', audience: 'operations', every: '3d' },
    ],
  },
} satisfies CatalogueFile['policy'];

/** A text that nobody has described yet: it is kept as it is, shown, and a person decides. */
const UNKNOWN_REASON = {
  class: 'unknown',
  owner: 'fleet-manager',
  action: `Ask the support of Otonomo what this means, follow the answer, then confirm. ${PROOF}`,
  retry: { kind: 'owner' },
  ladder: 'unknown',
} satisfies CatalogueFile['unknownReason'];

/** What makes and words mean at Otonomo, and our own policy. */
export const CATALOGUE = {
  policy: POLICY,
  brands: BRANDS,
  reasons: REASONS,
  unknownReason: UNKNOWN_REASON,
} satisfies Omit<CatalogueFile, 'version' | 'traits'>;
