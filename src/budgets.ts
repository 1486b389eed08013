import { z } from 'zod';
import { ENDPOINTS, type Endpoint } from './domain/endpoint';

/** Calls a minute at each endpoint. */
export type Budgets = Readonly<Record<Endpoint, number>>;

/**
 * High Mobility limits only single reads, which we do not use, and asks for moderate use of the others (Fleet
 * Clearance API reference): these are our own modest figures. A `submit` or `list` carries up to 100 vehicles.
 */
const DEFAULTS: Budgets = { withdraw: 60, submit: 60, list: 60, data: 60, eligibility: 60 };

/** The server lets a few more through when a queue was idle: what it is told stays below what was asked for. */
const CAUTION = 0.9;

/** `submit=30,list=20`; those that are not named keep their default. */
export const budgetsText = z.string().transform((text, context): Budgets => {
  const budgets: Record<Endpoint, number> = { ...DEFAULTS };
  for (const part of text.split(',').filter((piece) => piece.trim() !== '')) {
    const [name = '', value = ''] = part.split('=').map((piece) => piece.trim());
    const perMinute = Number(value);
    if (!isEndpoint(name) || !(perMinute > 0)) {
      context.addIssue({
        code: 'custom',
        message: `"${part.trim()}" is none of ${ENDPOINTS.join(', ')} with calls a minute, such as submit=30`,
      });
      return z.NEVER;
    }
    budgets[name] = perMinute;
  }
  return budgets;
});

/** What the server is told for each endpoint: a little less, and more in a trial whose minutes pass faster. */
export function allowed(budgets: Budgets, speed: number): Budgets {
  const scaled = ENDPOINTS.map((endpoint) => [endpoint, budgets[endpoint] * CAUTION * speed] as const);
  return Object.fromEntries(scaled) as Record<Endpoint, number>;
}

function isEndpoint(name: string): name is Endpoint {
  return (ENDPOINTS as readonly string[]).includes(name);
}
