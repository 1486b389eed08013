/** The endpoints of a provider that have a budget of their own, the most urgent first. */
export const ENDPOINTS = ['withdraw', 'submit', 'list', 'data', 'eligibility'] as const;
export type Endpoint = (typeof ENDPOINTS)[number];
