/** Exit codes of `vin`, by what was the cause: `vin help exit-codes` lists them. */
const TABLE = {
  ok: [0, 'It is done, or the answer was given.'],
  failed: [1, 'It failed, and for none of the causes below: the error says why.'],
  usage: [2, 'Wrong use: no such command or option, or a value that cannot be.'],
  notFound: [3, 'There is no such vehicle, batch, defleeting or certificate.'],
  credentials: [4, 'Temporal or the provider does not accept our credentials, or they do not allow it.'],
  rowsFailed: [5, 'Of many, some failed; the others are done.'],
  away: [
    6,
    'Temporal, the provider or every worker is away. Ask again later; with the same --id a message is the same one.',
  ],
  pending: [8, 'Still pending: the message is kept, and no worker has taken it in yet.'],
  interrupted: [130, 'Interrupted from the keyboard (SIGINT, Ctrl-C).'],
  terminated: [143, 'Told to stop (SIGTERM).'],
} as const;

type Cause = keyof typeof TABLE;

export const EXIT = Object.fromEntries(Object.entries(TABLE).map(([cause, [code]]) => [cause, code])) as {
  readonly [C in Cause]: (typeof TABLE)[C][0];
};

/** Each code with its meaning, in the order of the codes. */
export const EXIT_CODES: readonly { readonly code: number; readonly means: string }[] = Object.values(
  TABLE,
).map(([code, means]) => ({ code, means }));
