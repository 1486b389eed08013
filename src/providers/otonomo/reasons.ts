import type { CatalogueFile } from '../../catalogue/schema';

const PAGE = 'Otonomo, Vehicle Management For Fleets';
const WHEN_DONE = { kind: 'owner' } as const;
const NEVER = { kind: 'never' } as const;

/** It may be demanded in words that no document names. */
export const PROOF =
  'Where a proof of ownership is demanded, upload it in the platform (or POST it to file-verification).';

/** What its words mean. It gives no reasons: the words for a status are all that there is. */
export const REASONS: CatalogueFile['reasons'] = [
  {
    id: 'in-progress',
    on: ['pending'],
    texts: ['', 'Pending'],
    brands: ['*'],
    class: 'progress',
    owner: 'nobody',
    action: `Nothing to do yet: Otonomo and the carmaker have to approve the vehicle. ${PROOF}`,
    retry: NEVER,
    ladder: 'waiting',
    later: [
      {
        level: 1,
        owner: 'driver',
        action: `Drive the vehicle: its odometer may have to be compared. ${PROOF}`,
      },
      { level: 2, owner: 'provider-support', action: 'Ask why the vehicle is neither approved nor refused.' },
    ],
    source: PAGE,
  },
  {
    id: 'verification',
    on: ['pending'],
    texts: ['Pending Verification'],
    brands: ['*'],
    class: 'progress',
    owner: 'driver',
    action: `Drive the vehicle: its odometer is compared with the one that was sent. Where none was sent, an odometer may be asked for: defleet the vehicle and import it again with its odometer. ${PROOF}`,
    retry: NEVER,
    ladder: 'driving',
    source: `${PAGE}, newest edition`,
  },
  {
    id: 'enablement',
    on: ['pending'],
    texts: ['Pending Enablement'],
    brands: ['*'],
    class: 'progress',
    owner: 'provider-support',
    action: 'Nothing to do yet: Otonomo is enabling the vehicle. Where it stays so, ask its support.',
    retry: NEVER,
    ladder: 'waiting',
    source: `${PAGE}, newest edition`,
  },
  {
    id: 'make-not-activated',
    on: ['pending'],
    texts: ['Incomplete'],
    brands: ['*'],
    class: 'configuration',
    owner: 'fleet-manager',
    action:
      'Activate the make of the vehicle in the platform of Otonomo. Its vehicles then go on by themselves.',
    retry: NEVER,
    ladder: 'default',
    source: PAGE,
  },
  {
    id: 'failed',
    on: ['rejected'],
    texts: ['', 'Error'],
    brands: ['*'],
    class: 'carmaker-fault',
    owner: 'provider-support',
    action:
      'Find out from Otonomo why the vehicle failed: it gives no reason. Then retry: it is removed and uploaded again.',
    retry: WHEN_DONE,
    ladder: 'support',
    source: PAGE,
  },
];
