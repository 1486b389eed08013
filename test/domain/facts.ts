/**
 * What the documents say, typed from them and not from the catalogue, so that the catalogue can be
 * held against it. Brands: "Fleet Clearance API reference". Reasons: the two tables of "High
 * Mobility, Activation Process", their groups written out.
 */
export const API_BRANDS = [
  'bmw',
  'citroen',
  'ds',
  'mercedes-benz',
  'mini',
  'opel',
  'peugeot',
  'vauxhall',
  'jeep',
  'fiat',
  'alfaromeo',
  'ford',
  'renault',
  'dacia',
  'toyota',
  'lexus',
  'porsche',
  'maserati',
  'kia',
  'tesla',
  'volvo-cars',
  'skoda',
  'audi',
  'volkswagen',
  'seat',
  'cupra',
  'polestar',
  'nissan',
  'sandbox',
] as const;

export const STELLANTIS = [
  'alfaromeo',
  'citroen',
  'ds',
  'fiat',
  'jeep',
  'maserati',
  'opel',
  'peugeot',
  'vauxhall',
] as const;
export const VW_GROUP = ['volkswagen', 'audi', 'skoda', 'seat', 'cupra'] as const;
const BMW_GROUP = ['bmw', 'mini'] as const;
const TOYOTA_GROUP = ['toyota', 'lexus'] as const;
const RENAULT_GROUP = ['renault', 'dacia'] as const;

/** "The brands that support clearance cancelation are". */
export const CAN_CANCEL_PENDING = [...STELLANTIS, 'mercedes-benz', ...VW_GROUP];

/** "Multiple project activation is not possible for these brands." */
export const ONE_PROJECT_ONLY = [...BMW_GROUP, ...TOYOTA_GROUP, ...VW_GROUP, 'polestar'];

/** "Eligibility API reference", and dacia of the Vehicle Eligibility page. */
export const HAS_ELIGIBILITY_CHECK = [
  'mercedes-benz',
  'ford',
  ...BMW_GROUP,
  ...STELLANTIS.filter((brand) => brand !== 'maserati'),
  ...RENAULT_GROUP,
  ...TOYOTA_GROUP,
  'volvo-cars',
  'sandbox',
];

type Row = readonly [
  status: 'pending' | 'rejected',
  text: string,
  brands: readonly string[],
  id: string,
  retry: string,
];

/** Each documented reason, with the rule that we gave it. */
export const DOCUMENTED_REASONS: readonly Row[] = [
  ['pending', 'consent assignment missing', ['ford'], 'consent-missing', 'owner'],
  ['pending', 'no data received', [...STELLANTIS, ...VW_GROUP], 'no-data', 'owner'],
  ['pending', 'privacy mode is enabled', VW_GROUP, 'privacy-mode', 'owner'],
  ['rejected', 'unspecified', API_BRANDS, 'unspecified', 'never'],
  ['rejected', 'invalid client configuration', API_BRANDS, 'client-configuration', 'owner'],
  ['rejected', 'invalid VIN', API_BRANDS, 'vin-not-recognised', 'never'],
  ['rejected', 'ineligible VIN', API_BRANDS, 'ineligible', 'never'],
  ['rejected', 'VIN is assigned to a different OEM fleet', API_BRANDS, 'other-fleet', 'owner'],
  ['rejected', 'VIN is assigned to a different app or project', ONE_PROJECT_ONLY, 'other-project', 'owner'],
  ['rejected', 'consent assignment missing', ['ford', 'tesla'], 'consent-missing', 'owner'],
  ['rejected', 'invalid OEM state: VIN revoke in progress', ['ford'], 'revoke-in-progress', 'after'],
  ['rejected', 'VIN activation timeout', ['mercedes-benz'], 'activation-timeout', 'after'],
  ['rejected', 'telematics hardware error', STELLANTIS, 'telematics-hardware', 'owner'],
  ['rejected', 'invalid OEM state', RENAULT_GROUP, 'renault-state-invalid', 'owner'],
  [
    'rejected',
    'OEM fleet assignment failed',
    [...VW_GROUP, ...RENAULT_GROUP, 'volvo-cars', 'polestar'],
    'fleet-assignment-failed',
    'owner',
  ],
  ['rejected', 'customer name tag missing', VW_GROUP, 'customer-name-tag-missing', 'amend'],
  ['rejected', 'privacy mode is enabled', VW_GROUP, 'privacy-mode', 'owner'],
  ['rejected', 'ineligible or constrained VIN', VW_GROUP, 'ineligible-or-constrained', 'never'],
  ['rejected', 'vehicle platform not supported', VW_GROUP, 'platform-unsupported', 'never'],
  ['rejected', 'primary user enrolled', VW_GROUP, 'primary-user-enrolled', 'owner'],
  ['rejected', 'software version incompatible', VW_GROUP, 'software-incompatible', 'owner'],
  ['rejected', 'activation timeout: no data', [...STELLANTIS, 'volvo-cars'], 'no-data', 'owner'],
  ['rejected', 'in-vehicle connectivity settings are disabled', ['kia'], 'connectivity-off', 'owner'],
  ['rejected', 'VIN activation not allowed by OEM', ['kia'], 'not-allowed-by-carmaker', 'never'],
  // Not in the tables, but seen in live replies.
  ['rejected', 'not added to ford portal', ['ford'], 'not-in-ford-portal', 'owner'],
];
