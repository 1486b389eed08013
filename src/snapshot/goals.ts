import { CLEARANCE_STATUSES } from '../domain/status';

/** What can be waited for: a status, that data flows, or that the activation has ended. */
export const GOALS = [...CLEARANCE_STATUSES, 'data', 'ended'] as const;
export type Goal = (typeof GOALS)[number];
