import { z } from 'zod';
import { ENDPOINTS, type Endpoint } from './domain/endpoint';

/** Calls a minute at each endpoint. */
export type Budgets = Readonly<Record<Endpoint, number>>;

/**
 * High Mobility limits only single reads, which we do not use, and asks for moderate use of the others (Fleet
 * Clearance API reference): these are our own modest figures. A `submit` or `list` carries up to 100 vehicles.
 */
const DEFAULTS: Budgets = { withdraw: 60, submit: 60, list: 60, data: 60, eligibility: 60 };

/**
 * What a Temporal server lets through in a minute besides the rate that it is told: one call at once for each
 * partition of an idle task queue (4 as delivered), or a second's worth where that is more; and calls whose way from
 * the turn to the provider took up to two seconds less than that of those before them
 * (docs/decisions/0007-budgets.md, where it is measured).
 */
const AT_ONCE = 4;
const SECONDS = 60 + 1 + 2;

const PART = /^([a-z]+) *= *(\d{1,6}(?:\.\d{1,3})?)$/;

/** `submit=30,list=20`; those that are not named keep their default. */
export const budgetsText = z.string().transform((text, context): Budgets => {
  const named = new Map<Endpoint, number>();
  for (const part of text.split(',').map((piece) => piece.trim())) {
    if (part === '') continue;
    const [, name = '', perMinute] = PART.exec(part) ?? [];
    if (!isEndpoint(name) || named.has(name) || !(Number(perMinute) > 0)) {
      const what = isEndpoint(name) && named.has(name) ? 'a second one' : 'none';
      context.addIssue({
        code: 'custom',
        message: `"${part}" is ${what} of ${ENDPOINTS.join(', ')} with calls a minute, such as submit=30`,
      });
      return z.NEVER;
    }
    named.set(name, Number(perMinute));
  }
  return { ...DEFAULTS, ...Object.fromEntries(named) };
});

/**
 * What the server is told for each endpoint, in calls a minute, so that no sliding minute has more than the budget.
 * A budget under 8 is halved: on a server with 4 partitions it can be exceeded by up to 4 calls after an idle time.
 *
 * @param speed of a trial, whose minutes pass faster.
 */
export function allowed(budgets: Budgets, speed: number): Budgets {
  const told = (budget: number): number => (Math.max(budget - AT_ONCE, budget / 2) / SECONDS) * 60 * speed;
  return Object.fromEntries(ENDPOINTS.map((endpoint) => [endpoint, told(budgets[endpoint])])) as Record<
    Endpoint,
    number
  >;
}

function isEndpoint(name: string): name is Endpoint {
  return (ENDPOINTS as readonly string[]).includes(name);
}
