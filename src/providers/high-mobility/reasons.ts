import type { CatalogueFile } from '../../catalogue/schema';

const PROCESS = 'High Mobility, Activation Process';
const REFERENCE = 'Fleet Clearance API reference';
const VW_GUIDE = 'High Mobility OEM guide: Volkswagen Group';

const NEVER = { kind: 'never' } as const;
const WHEN_DONE = { kind: 'owner' } as const;

type Reason = CatalogueFile['reasons'][number];
type ReasonRow = Omit<Reason, 'on' | 'source'> & Partial<Pick<Reason, 'on' | 'source'>>;

const ROWS: ReasonRow[] = [
  // Nothing is wrong yet, or nothing was said.
  {
    id: 'in-progress',
    on: ['pending'],
    texts: [''],
    brands: ['*'],
    class: 'progress',
    owner: 'nobody',
    action: 'Nothing to do yet. It helps to drive the vehicle, with its privacy mode off.',
    retry: NEVER,
    ladder: 'waiting',
    later: [
      {
        level: 1,
        owner: 'driver',
        action:
          'Drive the vehicle several times: over-the-air updates may need more than one drive. Look in its settings that privacy mode is off. Then confirm.',
      },
      {
        level: 2,
        owner: 'provider-support',
        action: 'Ask why the carmaker has neither approved this vehicle nor given a reason.',
      },
    ],
  },
  {
    id: 'unspecified',
    on: ['rejected'],
    texts: ['unspecified'],
    brands: ['*'],
    class: 'eligibility',
    owner: 'fleet-manager',
    action: 'Treat the vehicle as not eligible, or ask the support of the provider about it.',
    retry: NEVER,
    ladder: 'final',
  },

  // Consent and settings: a person can put it right.
  {
    id: 'consent-missing',
    texts: ['consent assignment missing'],
    brands: ['ford', 'tesla'],
    class: 'consent',
    owner: 'fleet-manager',
    action: "Give High Mobility consent for this vehicle in the carmaker's fleet portal, then confirm.",
    retry: WHEN_DONE,
    ladder: 'consent',
    clock: 'consentPatience',
  },
  {
    id: 'not-in-ford-portal',
    texts: ['not added to ford portal'],
    brands: ['ford'],
    class: 'consent',
    owner: 'fleet-manager',
    action: 'Add the vehicle in the Ford Pro portal, with consent to High Mobility, then confirm.',
    retry: WHEN_DONE,
    ladder: 'consent',
    clock: 'consentPatience',
    source: 'Seen in live replies; in no document',
  },
  {
    id: 'privacy-mode',
    texts: ['privacy mode is enabled'],
    brands: ['vw-group'],
    class: 'privacy',
    owner: 'driver',
    action: 'Turn privacy mode off in the settings of the vehicle, then confirm.',
    retry: WHEN_DONE,
    ladder: 'privacy',
    clock: 'privacyModeRetries',
  },
  {
    id: 'connectivity-off',
    texts: ['in-vehicle connectivity settings are disabled'],
    brands: ['kia'],
    class: 'privacy',
    owner: 'driver',
    action: 'Turn connectivity on in the settings of the vehicle, then confirm.',
    retry: WHEN_DONE,
    ladder: 'privacy',
  },
  {
    id: 'primary-user-enrolled',
    texts: ['primary user enrolled'],
    brands: ['vw-group'],
    class: 'conflict',
    owner: 'driver',
    action: 'Deregister the primary user of the vehicle and reset its head unit, then confirm.',
    retry: WHEN_DONE,
    ladder: 'default',
  },

  // The vehicle has not been heard of.
  {
    id: 'no-data',
    texts: ['no data received', 'activation timeout: no data'],
    brands: ['stellantis', 'vw-group', 'volvo-cars'],
    class: 'no-data',
    owner: 'driver',
    action: 'Drive the vehicle where there is mobile reception, privacy mode off, then confirm.',
    retry: WHEN_DONE,
    ladder: 'driving',
    clock: 'noData',
  },
  {
    id: 'activation-timeout',
    texts: ['VIN activation timeout'],
    brands: ['mercedes-benz'],
    class: 'timeout',
    owner: 'driver',
    action: 'Drive the vehicle where there is mobile reception: the carmaker cannot reach it.',
    // The carmaker has tried for days already, so a few more attempts are all that makes sense.
    retry: { kind: 'after', delay: '1d', backoff: 2, maximum: '4d', attempts: 3 },
    ladder: 'driving',
  },

  // The request or the project is not right.
  {
    id: 'customer-name-tag-missing',
    texts: ['customer name tag missing'],
    brands: ['vw-group'],
    class: 'request',
    owner: 'fleet-manager',
    action: 'Give the business name of the fleet operator in the tag vw-group-customer-name.',
    retry: { kind: 'amend', tag: 'vw-group-customer-name' },
    ladder: 'default',
  },
  {
    id: 'vin-malformed',
    on: ['error'],
    texts: ['vin should be 17 character(s)'],
    brands: ['*'],
    class: 'request',
    owner: 'fleet-manager',
    action: 'Compare the VIN with the registration document and activate the right one.',
    retry: NEVER,
    ladder: 'final',
    source: REFERENCE,
  },
  {
    id: 'brand-invalid',
    on: ['error'],
    texts: ['The brand is invalid'],
    brands: ['*'],
    class: 'request',
    owner: 'fleet-manager',
    action: 'Correct the brand of the vehicle.',
    retry: { kind: 'amend' },
    ladder: 'default',
    source: REFERENCE,
  },
  {
    id: 'client-configuration',
    on: ['pending', 'rejected', 'error'],
    texts: ['invalid client configuration'],
    brands: ['*'],
    class: 'configuration',
    owner: 'provider-support',
    action: 'Ask them to set up our project for the brand of this vehicle, then confirm.',
    retry: WHEN_DONE,
    ladder: 'support',
  },

  // Somebody else holds the vehicle.
  {
    id: 'other-fleet',
    texts: ['VIN is assigned to a different OEM fleet'],
    brands: ['*'],
    class: 'conflict',
    owner: 'fleet-manager',
    action: 'Have the previous holder (owner, leasing company) release the vehicle, then confirm.',
    retry: WHEN_DONE,
    ladder: 'default',
  },
  {
    id: 'other-project',
    texts: ['VIN is assigned to a different app or project'],
    brands: ['bmw-group', 'toyota-group', 'vw-group', 'polestar'],
    class: 'conflict',
    owner: 'fleet-manager',
    action: 'End the clearance in the other project: this brand allows one only. Then confirm.',
    retry: WHEN_DONE,
    ladder: 'default',
  },
  {
    id: 'fleet-assignment-failed',
    texts: ['OEM fleet assignment failed'],
    brands: ['vw-group', 'renault-group', 'volvo-cars', 'polestar'],
    class: 'conflict',
    owner: 'provider-support',
    action:
      'Ask which other customer of the carmaker holds this vehicle and who can release it, then confirm.',
    retry: WHEN_DONE,
    ladder: 'support',
  },
  {
    id: 'revoke-in-progress',
    texts: ['invalid OEM state: VIN revoke in progress'],
    brands: ['ford'],
    class: 'transition',
    owner: 'carmaker',
    action: 'Finish the earlier revocation of this vehicle; it is sent again without anybody asking.',
    // No document says how long Ford takes: 12h, 24h and then every other day, about two weeks in all.
    retry: { kind: 'after', delay: '12h', backoff: 2, maximum: '2d', attempts: 8 },
    ladder: 'waiting',
  },

  // Something is broken.
  {
    id: 'telematics-hardware',
    texts: ['telematics hardware error'],
    brands: ['stellantis'],
    class: 'hardware',
    owner: 'provider-support',
    action:
      'Ask what the telematics unit of this vehicle reports and what a workshop has to do, then confirm.',
    retry: WHEN_DONE,
    ladder: 'support',
  },
  {
    id: 'software-incompatible',
    texts: ['software version incompatible'],
    brands: ['vw-group'],
    class: 'software',
    owner: 'provider-support',
    action: 'Ask which software this vehicle needs and how it gets it, then confirm.',
    retry: WHEN_DONE,
    ladder: 'support',
  },
  {
    id: 'renault-state-invalid',
    texts: ['invalid OEM state'],
    brands: ['renault-group'],
    class: 'carmaker-fault',
    owner: 'provider-support',
    action: 'Ask them to have Renault put right the state of this vehicle in its API, then confirm.',
    retry: WHEN_DONE,
    ladder: 'support',
  },

  // The vehicle cannot be activated.
  {
    id: 'vin-not-recognised',
    texts: ['invalid VIN'],
    brands: ['*'],
    class: 'eligibility',
    owner: 'fleet-manager',
    action: 'Check VIN and brand: if both are right, the carmaker does not offer this vehicle.',
    retry: NEVER,
    ladder: 'final',
  },
  {
    id: 'ineligible',
    texts: ['ineligible VIN'],
    brands: ['*'],
    class: 'eligibility',
    owner: 'fleet-manager',
    action: 'Take the vehicle off the list: it is not eligible for activation.',
    retry: NEVER,
    ladder: 'final',
  },
  {
    id: 'ineligible-or-constrained',
    texts: ['ineligible or constrained VIN'],
    brands: ['vw-group'],
    class: 'eligibility',
    owner: 'fleet-manager',
    action: 'Treat the vehicle as not eligible. Ask the support of the provider if VW may block it.',
    retry: NEVER,
    ladder: 'final',
    source: `${PROCESS}; ${VW_GUIDE}`,
  },
  {
    id: 'platform-unsupported',
    texts: ['vehicle platform not supported'],
    brands: ['vw-group'],
    class: 'eligibility',
    owner: 'fleet-manager',
    action: 'Take the vehicle off the list: its platform does not support fleet activation.',
    retry: NEVER,
    ladder: 'final',
  },
  {
    id: 'not-allowed-by-carmaker',
    texts: ['VIN activation not allowed by OEM'],
    brands: ['kia'],
    class: 'eligibility',
    owner: 'fleet-manager',
    action: 'Take the vehicle off the list: Kia does not allow its activation.',
    retry: NEVER,
    ladder: 'final',
  },
];

/**
 * Every pending and reject reason that High Mobility documents, and those seen in the wild. Where a
 * text is documented for one of the two statuses only, it is read the same way on the other.
 */
export const REASONS: Reason[] = ROWS.map((row) => ({
  on: ['pending', 'rejected'],
  source: PROCESS,
  ...row,
}));
