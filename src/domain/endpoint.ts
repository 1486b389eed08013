/** What calls are for: each has a budget of its own at a provider that has such an endpoint. The most urgent first. */
export const ENDPOINTS = ['withdraw', 'submit', 'enable', 'list', 'data', 'eligibility'] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** Calls a minute at each endpoint that a provider has. */
export type Budgets = Readonly<
  Record<'withdraw' | 'submit' | 'list', number> & Partial<Record<Endpoint, number>>
>;
