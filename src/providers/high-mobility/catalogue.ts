import type { CatalogueFile } from '../../catalogue/schema';
import type { ProviderTraits } from '../../domain/traits';
import { REASONS } from './reasons';

type Brand = CatalogueFile['brands'][string];
type Group = Omit<Brand, 'name' | 'aliases'>;

// What a group's brands have in common. Who can cancel: "High Mobility, Activation Process"; who has an
// eligibility check: "Eligibility API reference"; one project only: "Activation Process", reject reasons;
// clocks: "High Mobility OEM guides, Clearance lifecycle".
const STELLANTIS = {
  group: 'stellantis',
  canCancelPending: true,
  eligibilityCheck: true,
  clocks: { noData: '10d' },
} satisfies Group;

const VW_GROUP = {
  group: 'vw-group',
  canCancelPending: true,
  requiredTags: ['vw-group-customer-name'],
  oneProjectOnly: true,
  clocks: { privacyModeRetries: '15d', noData: '10d' },
} satisfies Group;

const BMW_GROUP = { group: 'bmw-group', eligibilityCheck: true, oneProjectOnly: true } satisfies Group;
const TOYOTA_GROUP = { group: 'toyota-group', eligibilityCheck: true, oneProjectOnly: true } satisfies Group;
const RENAULT_GROUP = { group: 'renault-group', eligibilityCheck: true } satisfies Group;

/** Every brand of the "Fleet Clearance API reference". What is not said is the cautious answer: no. */
const BRANDS = {
  alfaromeo: { name: 'Alfa Romeo', ...STELLANTIS },
  citroen: { name: 'Citroën', ...STELLANTIS },
  ds: { name: 'DS', aliases: ['DS Automobiles'], ...STELLANTIS },
  fiat: { name: 'Fiat', ...STELLANTIS },
  jeep: { name: 'Jeep', ...STELLANTIS },
  maserati: { name: 'Maserati', ...STELLANTIS, eligibilityCheck: false },
  opel: { name: 'Opel', ...STELLANTIS },
  peugeot: { name: 'Peugeot', ...STELLANTIS },
  vauxhall: { name: 'Vauxhall', ...STELLANTIS },

  audi: { name: 'Audi', ...VW_GROUP },
  cupra: { name: 'CUPRA', ...VW_GROUP },
  seat: { name: 'SEAT', ...VW_GROUP },
  skoda: { name: 'Škoda', ...VW_GROUP },
  // The API has no word of its own for the commercial vehicles.
  volkswagen: { name: 'Volkswagen', aliases: ['VW', 'Volkswagen Commercial Vehicles'], ...VW_GROUP },

  bmw: { name: 'BMW', ...BMW_GROUP },
  mini: { name: 'MINI', ...BMW_GROUP },
  lexus: { name: 'Lexus', ...TOYOTA_GROUP },
  toyota: { name: 'Toyota', ...TOYOTA_GROUP },
  dacia: { name: 'Dacia', ...RENAULT_GROUP },
  renault: { name: 'Renault', ...RENAULT_GROUP },

  ford: {
    name: 'Ford',
    group: 'ford',
    eligibilityCheck: true,
    clocks: { consentCheckEvery: '12h', consentPatience: '10d' },
  },
  kia: { name: 'Kia', group: 'kia' },
  'mercedes-benz': {
    name: 'Mercedes-Benz',
    aliases: ['Mercedes'],
    group: 'mercedes-benz',
    canCancelPending: true,
    eligibilityCheck: true,
  },
  nissan: { name: 'Nissan', group: 'nissan' },
  polestar: { name: 'Polestar', group: 'polestar', oneProjectOnly: true },
  porsche: { name: 'Porsche', group: 'porsche' },
  tesla: { name: 'Tesla', group: 'tesla' },
  'volvo-cars': { name: 'Volvo Cars', aliases: ['Volvo'], group: 'volvo-cars', eligibilityCheck: true },
  sandbox: { name: 'Sandbox', group: 'sandbox', eligibilityCheck: true },
} satisfies CatalogueFile['brands'];

/** How long we wait, and who is told when. A person is told before a carmaker's own clock runs out. */
const POLICY = {
  pollInterval: '6h',
  sweptPollInterval: '30d',
  withdrawPollInterval: '30m',
  transitionRetry: '15m',
  lostAfter: '24h',
  // After it the activation hears of a call that does not get through.
  patience: '3d',
  eligibility: 'off',
  drift: 'park',
  // "You will start to receive data as soon as the vehicle is being driven the next time": Activation Process.
  firstData: { ask: true, delay: '1h', backoff: 2, maximum: '1d', within: '14d', every: '7d' },
  // "could only be canceled after 1 day": "Fleet Clearance API reference", DELETE.
  cancelPendingAfter: '24h',
  defaultTags: {},
  ladders: {
    /** Somebody has to do something, and no clock of a carmaker is known. */
    default: [
      { after: '0s', audience: 'owner', every: '2d' },
      { after: '4d', audience: 'fleet-manager', every: '2d' },
      { after: '10d', audience: 'operations', every: '7d' },
    ],
    /** Ford gives up after 10 days. */
    consent: [
      { after: '0s', audience: 'owner', every: '1d' },
      { after: '4d', audience: 'fleet-manager', every: '1d' },
      { after: '8d', audience: 'operations', every: '2d' },
    ],
    /** Volkswagen gives up after 15 days; earlier editions of its guide said 10 and 5. */
    privacy: [
      { after: '0s', audience: 'owner', every: '1d' },
      { after: '3d', audience: 'fleet-manager', every: '2d' },
      { after: '8d', audience: 'operations', every: '3d' },
    ],
    /** A vehicle that stands for a day is nothing; Stellantis and Volkswagen give up after 10 days. */
    driving: [
      { after: '1d', audience: 'owner', every: '2d' },
      { after: '5d', audience: 'fleet-manager', every: '2d' },
      { after: '8d', audience: 'operations', every: '2d' },
    ],
    /** The provider's support has to do something. */
    support: [
      { after: '0s', audience: 'owner', every: '2d' },
      { after: '4d', audience: 'fleet-manager', every: '3d' },
      { after: '7d', audience: 'operations', every: '7d' },
    ],
    /** Nothing is wrong, but it should not last for ever. */
    waiting: [
      { after: '5d', audience: 'fleet-manager', every: '5d' },
      { after: '15d', audience: 'operations', every: '5d' },
    ],
    /** Nothing can be done: said once. */
    final: [{ after: '0s', audience: 'fleet-manager' }],
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
  action: 'Ask the support of the provider what this reason means, follow the answer, then confirm.',
  retry: { kind: 'owner' },
  ladder: 'unknown',
} satisfies CatalogueFile['unknownReason'];

export const SUPPORT = 'support@high-mobility.com';

/** What High Mobility can. */
export const TRAITS = {
  filteredList: true,
  firstData: true,
  enableStep: null,
  endsAs: 'revoked',
} as const satisfies ProviderTraits;

/** What brands and reasons mean at High Mobility, and our own policy. Its version is a digest (src/catalogue/version.ts). */
export const CATALOGUE = {
  policy: POLICY,
  brands: BRANDS,
  reasons: REASONS,
  unknownReason: UNKNOWN_REASON,
} satisfies Omit<CatalogueFile, 'version' | 'traits'>;
