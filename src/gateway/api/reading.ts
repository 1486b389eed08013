import type { z } from 'zod';
import type { ActivationReport } from '../../activations/reports';
import { queryOf } from '../../activations/search';
import type { Catalogue } from '../../catalogue/schema';
import { parseDuration } from '../../domain/duration';
import { Activation } from './activation-schema';
import { Page } from './answer-schemas';
import { readCursor, writeCursor } from './cursor';
import { evenly } from './evenly';
import { filterFrom } from './filtering';
import { operation } from './operation';
import { ApiError, invalidFields, LATER } from './problem';
import { ListQuery, ReadQuery } from './request-schemas';
import { summaryOf } from './starting';
import { requireFleet } from './vehicle';

/** Milliseconds that Temporal has for one look. */
const DEADLINE = 10_000;

export const readActivation = operation({
  id: 'readActivation',
  method: 'GET',
  path: '/activations/{vin}',
  summary: 'Read everything that is known of an activation',
  description:
    'With `wait` the answer comes when the clearance has one of the given statuses, or when `timeout` is over: then it is what is known at that time, also with 200. Look at `status`.',
  role: 'read',
  query: ReadQuery,
  success: { status: 200, description: 'The activation, alive or ended', schema: Activation },
  problems: ['TOO_MANY_WAITS'],
  handle: async ({ api, activations, token, use, vin, query: { wait, timeout }, signal }) => {
    // Until the beat a turn is kept: else its end would tell how long a vehicle of others took.
    const inTurn = <T>(look: () => Promise<T>): Promise<T> =>
      use.lookInTurn(() => evenly(token, look), signal);
    if (!wait) return { body: resourceOf(await inTurn(() => activations.report(vin)), api.catalogue) };
    if (api.waiting.count >= api.mostWaits) throw tooManyWaits(api.waiting.count);
    const giveBack = use.takeWait();
    api.waiting.count += 1;
    try {
      return {
        body: resourceOf(
          await activations.wait(vin, wait, parseDuration(timeout), { signal, inTurn }),
          api.catalogue,
        ),
      };
    } finally {
      api.waiting.count -= 1;
      giveBack();
    }
  },
});

export const listActivations = operation({
  id: 'listActivations',
  method: 'GET',
  path: '/activations',
  summary: 'List activations',
  description:
    'Those alive, newest first; with `all=true` then those that have ended. The list is a search: a change shows in it within a second or so.',
  role: 'read',
  query: ListQuery,
  success: { status: 200, description: 'One page', schema: Page },
  problems: ['FLEET_FORBIDDEN'],
  handle: async ({ api, activations, token, use, query, signal }) => {
    if (query.fleet) requireFleet(token, query.fleet);
    const { all, limit: _limit, cursor: _cursor, ...filters } = query;
    const filter = { ...filterFrom(filters, api, (parameter) => ({ parameter })), all: all === 'true' };
    // Of any time, so that the next page belongs to the same search.
    const search = queryOf(filter, token.fleets, 0);
    const from = query.cursor === undefined ? null : readCursor(search, token, query.cursor);
    if (query.cursor !== undefined && from === null) throw badCursor();
    use.takePage(query.limit);
    const page = await use.inTurn(
      () => activations.within(DEADLINE, () => activations.page(filter, { limit: query.limit, from })),
      signal,
    );
    return {
      body: {
        activations: page.rows.map(summaryOf),
        next: page.next && writeCursor(search, token, page.next),
      },
    };
  },
});

/** The whole view, without what is Temporal's own. */
function resourceOf(report: ActivationReport, { version }: Catalogue): z.output<typeof Activation> {
  const { workflowId: _id, execution, ...view } = report;
  const active = execution === 'RUNNING';
  const rules = view.catalogueVersion;
  const otherRules = active && rules !== null ? rules !== version : null;
  const rulesSince = view.rulesSince ?? null;
  // What a former version has closed says neither.
  const begunAt = view.begunAt ?? null;
  const troubleKind = view.troubleKind ?? null;
  return {
    ...view,
    rulesSince,
    begunAt,
    troubleKind,
    otherRules,
    active,
    tags: { ...view.tags },
    history: [...view.history],
  };
}

export function badCursor(): ApiError {
  return invalidFields([
    {
      parameter: 'cursor',
      code: 'FIELD_INVALID',
      detail: 'is not a cursor of this search',
      next: 'Take "next" of the page before, with the same filters; or begin without a cursor.',
    },
  ]);
}

function tooManyWaits(waits: number): ApiError {
  return new ApiError('TOO_MANY_WAITS', `${waits} requests are waiting already`, LATER);
}
