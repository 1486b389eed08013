/** How a pending clearance is given up at some age. */
export const GIVE_UP_WAYS = ['withdraw', 'park'] as const;
export type GiveUpWay = (typeof GIVE_UP_WAYS)[number];

/** What we do when an access has ended and nobody here asked for it. */
export const DRIFT_ANSWERS = ['park', 'resubmit'] as const;
export type DriftAnswer = (typeof DRIFT_ANSWERS)[number];
