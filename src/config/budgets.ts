import { z } from 'zod';
import { VinError } from '../base/errors';
import { APPLICATION_NAME, type Application, applicationKey } from '../domain/application';
import { type Budgets, ENDPOINTS, type Endpoint } from '../domain/endpoint';

/** What VIN_BUDGETS says of one endpoint: of every application, of those of a provider, or of one. */
export interface BudgetOrder {
  readonly provider?: string | undefined;
  readonly application?: string | undefined;
  readonly endpoint: Endpoint;
  /** Calls a minute. */
  readonly perMinute: number;
}

/**
 * What a Temporal server lets through in a minute besides the rate that it is told: one call at once for each
 * partition of an idle task queue (4 by default), or a second's worth where that is more; and calls whose way from
 * the slot to the provider took up to two seconds less than that of those before them
 * (docs/decisions/0007-budgets.md, where it is measured).
 */
const AT_ONCE = 4;
const SECONDS = 60 + 1 + 2;

const PART = /^(?:([^/:=\s]+)(?::([^/:=\s]+))? *\/ *)?([a-z]+) *= *(\d{1,6}(?:\.\d{1,3})?)$/;

/** `submit=30,list=20,acme/list=2,acme:default/list=4`: the nearest one counts, and what nothing is said of keeps its default. */
export const budgetsText = z
  .string()
  .default('')
  .transform((text, context): readonly BudgetOrder[] => {
    const orders = new Map<string, BudgetOrder>();
    for (const part of text.split(',').map((piece) => piece.trim())) {
      if (part === '') continue;
      const [, provider, application, endpoint = '', perMinute] = PART.exec(part) ?? [];
      const key = [provider, application, endpoint].join(' ');
      const areNames = [provider, application].every(
        (name) => name === undefined || APPLICATION_NAME.test(name),
      );
      if (!isEndpoint(endpoint) || !areNames || orders.has(key) || !(Number(perMinute) > 0)) {
        const what = isEndpoint(endpoint) && orders.has(key) ? 'a second one' : 'none';
        context.addIssue({
          code: 'custom',
          message: `"${part}" is ${what} of ${ENDPOINTS.join(', ')} with calls a minute, such as submit=30`,
        });
        return z.NEVER;
      }
      orders.set(key, { provider, application, endpoint, perMinute: Number(perMinute) });
    }
    return [...orders.values()];
  });

/**
 * The budgets of an application: those of its provider, and what VIN_BUDGETS says in their place. Of an endpoint that the
 * provider does not have it says nothing.
 *
 * @param usual the provider's own.
 * @throws VinError `CONFIG_INVALID` where an order for just this provider names such an endpoint.
 */
export function budgetsFor(orders: readonly BudgetOrder[], app: Application, usual: Budgets): Budgets {
  const nearest = (endpoint: Endpoint): number | undefined => {
    const said = orders.filter((order) => order.endpoint === endpoint && concerns(order, app));
    return said.toSorted((a, b) => nearness(b) - nearness(a))[0]?.perMinute;
  };
  for (const { provider, endpoint } of orders.filter((order) => concerns(order, app))) {
    if (provider === undefined || usual[endpoint] !== undefined) continue;
    throw new VinError(
      'CONFIG_INVALID',
      `VIN_BUDGETS names ${endpoint} of ${applicationKey(app)}, which has no such endpoint`,
      `Take it out; there are ${Object.keys(usual).join(', ')}.`,
    );
  }
  const entries = Object.entries(usual) as [Endpoint, number][];
  return Object.fromEntries(
    entries.map(([endpoint, own]) => [endpoint, nearest(endpoint) ?? own]),
  ) as Budgets;
}

function concerns({ provider, application }: BudgetOrder, app: Application): boolean {
  return (
    (provider === undefined || provider === app.provider) &&
    (application === undefined || application === app.application)
  );
}

function nearness({ provider, application }: BudgetOrder): number {
  return (provider === undefined ? 0 : 1) + (application === undefined ? 0 : 1);
}

/**
 * What the server is told for each endpoint, in calls a minute, so that no sliding minute has more than the budget.
 * A budget under 8 is halved: on a server with 4 partitions it can be exceeded by up to 4 calls after an idle time.
 *
 * @param speed of a trial, whose minutes pass faster.
 */
export function allowed(budgets: Budgets, speed: number): Budgets {
  const told = (budget: number): number => (Math.max(budget - AT_ONCE, budget / 2) / SECONDS) * 60 * speed;
  return Object.fromEntries(
    Object.entries(budgets).map(([endpoint, budget]) => [endpoint, told(budget)]),
  ) as Budgets;
}

function isEndpoint(name: string): name is Endpoint {
  return (ENDPOINTS as readonly string[]).includes(name);
}
