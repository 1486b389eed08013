/** How often and how long each kind of call is repeated, in milliseconds. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The worker's own catalogue: what it does not know it says at once. */
export const AT_HAND = { retry: { first: SECOND, longest: 10 * SECOND } } as const;

/**
 * One attempt at the provider takes seconds; Temporal repeats it until there is an answer, or the policy's patience
 * is at its end. Then, and where repeating cannot help, a `command-failed` event asks for a person.
 */
export const PATIENT = { by: 'queue', retry: { first: 2 * SECOND, longest: 5 * MINUTE } } as const;

/** Good to know: a few attempts, so that nothing waits behind them. */
export const FEW = {
  by: 'queue',
  patience: 2 * MINUTE,
  retry: { first: 5 * SECOND, longest: MINUTE, attempts: 3 },
} as const;

/** Something waits for the answer. The tries are counted, not the time: many wait for the budget of an endpoint. */
export const WAITED_FOR = { ...FEW, patience: 24 * 60 * MINUTE } as const;

/**
 * A DELETE whose reply never comes may have been carried out: after half an hour of tries the record is read. The wait for
 * the budget, and one that the provider asks for, is none of them.
 */
export const WITHDRAW_TRIES = 12;

/** A look that a vehicle which leaves waits for: when it cannot get through, DELETE goes on. */
export const LOOK_TRIES = 6;
/** In trouble that is known each try has a pause before it. */
export const LOOK_TRIES_IN_TROUBLE = 12;

/** A notice that nobody has taken is handed over again for as long as it takes: only Temporal itself can be in the way. */
export const HAND_OVER = { by: 'queue', retry: { first: 5 * SECOND, longest: 5 * MINUTE } } as const;
