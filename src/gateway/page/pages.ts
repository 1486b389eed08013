import { randomUUID } from 'node:crypto';
import { dayOf } from '../../../workflows/contract/days';
import type { ActivationReport } from '../../activations/reports';
import { queryOf } from '../../activations/search';
import { listLink, workflowLink } from '../../activations/ui-links';
import { VinError } from '../../base/errors';
import { type Trend, trendsOf } from '../../days/trend';
import type { DefleetingReport } from '../../defleetings/defleetings';
import { applicationKey } from '../../domain/application';
import { cutTo } from '../../domain/cut';
import { partsOf } from '../../snapshot/sentence';
import type { OpenActivation } from '../../snapshot/snapshot';
import { evenly } from '../api/evenly';
import { type Call, pointer, readPart } from '../api/operation';
import { ApiError } from '../api/problem';
import { allOf } from '../api/token-applications';
import type { Token } from '../api/tokens';
import { bodyOf, bounded, donePage, dryRunPage, isAction, OPERATIONS_OF, type Order } from './acting';
import { frontPage, type Sign } from './front';
import { html } from './html';
import { message, page } from './layout';
import { addressOfPlate, parkingsOf } from './plates';
import type { PageOptions, Shown, Visit } from './plugin';
import { chosen, chosenParkings, figuresOf, lookFor } from './seen';
import { filterOf, selectionIn, titleOf, topicIn } from './select';
import { vehicleList, vehiclePage } from './vehicles';
import { inWords } from './words';

type Show = (visit: Visit, params: Readonly<Record<string, string>>) => Promise<Shown | string>;

/** The pages of somebody who has signed in. A text is an address to go to. */
export function pagesOf({ look, days, signs, ui, log, nameOf = (application) => application }: PageOptions): {
  readonly reading: Readonly<Record<string, Show>>;
  readonly act: Show;
} {
  async function front(visit: Visit): Promise<Shown> {
    const { session, now } = visit;
    const seen = await lookFor(visit, look);
    if (!seen) return away(visit, await signs());
    const { activations } = seen.own;
    const { todo, brands, changes } = await visit.use.inTurn(
      async () => figuresOf(seen.own, now),
      visit.signal,
    );
    const first = new Map(activations.map((row) => [row.vin, row]));
    const body = frontPage({
      now,
      todo,
      sentence: partsOf(todo, { nameOf, timeOf: inWords }),
      saysOf: ({ topic, vins }) => topicIn(topic, first.get(vins[0] ?? '')),
      brands,
      signs: [...(await signs()), ...faults(activations)],
      changes,
      trend: await trendFor(visit),
    });
    return { html: page({ title: 'Fleet', session, numbers: seen.numbers, body, isLive: true }) };
  }

  /** Days are kept by application, and not by fleet: who sees some fleets only sees none. */
  async function trendFor({ token, api, now }: Visit): Promise<Trend | null> {
    const kept = token.fleets === '*' ? await days?.look() : null;
    if (!kept) return null;
    return trendsOf(kept, dayOf(now)).find((one) => one.application === applicationKey(api.app)) ?? null;
  }

  async function vehicles(visit: Visit): Promise<Shown> {
    const { session, token, api, given, now } = visit;
    const seen = await lookFor(visit, look);
    if (!seen) return away(visit, await signs());
    const query = selectionIn(given);
    const rows = await chosen(visit, seen.own, query);
    const parkings = await chosenParkings(visit, seen.own, query);
    const filter = filterOf(query);
    const title = titleOf(query, rows);
    const body = vehicleList({
      title,
      rows,
      from: Math.max(0, Math.trunc(Number(given.get('from') ?? 0)) || 0),
      query,
      now,
      parkings,
      mayAct: token.role === 'operate',
      temporal: ui && filter && listLink(ui, queryOf({ ...filter, ...api.app }, token.fleets)),
    });
    return { html: page({ title, session, numbers: seen.numbers, body, isLive: true }) };
  }

  async function vehicle(visit: Visit, { vin: text = '' }: Readonly<Record<string, string>>): Promise<Shown> {
    const { session, token, api, now } = visit;
    const check = api.checkVehicle(text, { sandbox: true });
    const vin = check.ok ? check.vin : text;
    const seen = await lookFor(visit, look).catch(() => null);
    const row = seen?.own.activations.find((one) => one.vin === vin) ?? null;
    // Temporal is asked for vehicles only: of some texts its search is asked again and again.
    const mayBeThere = check.ok || row !== null;
    const report = mayBeThere ? await readReport(visit, vin, row !== null) : null;
    const defleeting = mayBeThere ? await defleetingOf(visit, vin) : null;
    const parkings = await parkingsOf(visit, seen?.own.parkings ?? [], vin);
    if (!report && !row && parkings.length === 0) return nothing(visit, cutTo(vin, SHOWN));
    const workflowId = (report ?? row)?.workflowId ?? '';
    const body = vehiclePage({
      row,
      report,
      defleeting,
      parkings,
      called: vin,
      now,
      mayAct: token.role === 'operate',
      temporal: ui && workflowId !== '' ? workflowLink(ui, workflowId) : null,
    });
    return { html: page({ title: vin, session, numbers: seen?.numbers ?? null, body, isLive: true }) };
  }

  async function find(visit: Visit): Promise<Shown | string> {
    const { api, given } = visit;
    const text = given.get('vin') ?? '';
    const check = api.checkVehicle(text, { sandbox: true });
    const seen = check.ok ? null : await lookFor(visit, look).catch(() => null);
    const plate = addressOfPlate(seen?.own.parkings ?? [], text);
    if (plate) return plate;
    return check.ok ? `/vehicle/${encodeURIComponent(check.vin)}` : nothing(visit, cutTo(text, SHOWN));
  }

  /** What would happen. */
  async function ask(visit: Visit): Promise<Shown> {
    return dryRun(visit, null);
  }

  async function dryRun(visit: Visit, changed: string | null): Promise<Shown> {
    const { session, token, given } = visit;
    if (token.role !== 'operate') {
      throw new ApiError(
        'ROLE_MISSING',
        'This session may only look',
        'Sign in with a token of the role operate',
      );
    }
    const action = given.get('action');
    const seen = await lookFor(visit, look);
    if (!seen) return away(visit, await signs());
    const selection = selectionIn(given);
    const rows = await chosen(visit, seen.own, selection);
    if (!isAction(action) || rows.length === 0) return nothing(visit, 'what was chosen');
    const body = dryRunPage({ action, selection, rows, session, changed });
    return { html: page({ title: 'What would happen', session, numbers: seen.numbers, body }) };
  }

  async function act(visit: Visit): Promise<Shown> {
    const { session, token, given } = visit;
    const action = given.get('action');
    const seen = await lookFor(visit, look);
    if (!seen) return away(visit, await signs());
    const selection = selectionIn(given);
    const rows = bounded(await chosen(visit, seen.own, selection));
    const id = given.get('id') ?? '';
    if (!isAction(action) || rows.length === 0 || id === '') return nothing(visit, 'what was chosen');
    // What somebody has agreed to is what they saw.
    if (String(rows.length) !== given.get('count')) {
      return dryRun(
        visit,
        `${given.get('count')} matched before, and ${rows.length} do now. Nothing was done.`,
      );
    }
    const order: Order = {
      action,
      rows,
      isOne: selection.vin !== undefined,
      who: session.who,
      why: (given.get('why') ?? '').trim(),
      departure: given.get('departure') ?? 'other',
      id,
    };
    log.info(
      { token: token.id, who: order.who, why: order.why, action, vehicles: rows.length, id },
      'page: acted',
    );
    const answer = await carryOut(visit, order);
    return { html: page({ title: 'Done', session, body: donePage(order, answer) }) };
  }

  return {
    reading: {
      '/': async (visit) => (visit.given.has('kept') ? '/' : front(visit)),
      '/vehicles': vehicles,
      '/vehicle/:vin': vehicle,
      '/find': find,
      '/act': ask,
    },
    act,
  };
}

/** Characters that are shown of what is not there. */
const SHOWN = 60;

function faults(rows: readonly OpenActivation[]): Sign[] {
  const count = rows.filter(({ isFaulty }) => isFaulty).length;
  return [
    {
      name: 'faults of the program',
      says: count === 0 ? 'none' : `${count} cannot go on (docs/stuck.md)`,
      isGood: count === 0,
    },
  ];
}

/** Temporal has not given a single picture yet. */
function away({ session }: Visit, signs: readonly Sign[]): Shown {
  const lines = signs
    .filter(({ isGood }) => !isGood)
    .map(({ name, says }) => html`<li><b>${name}</b>: ${says}</li>`);
  const body = html`<h1>Temporal is away</h1><p class="bad" role="alert">No numbers can be read. Nothing is lost: what is under way goes on when it is back.</p><ul>${lines}</ul><p>Look with <code>vin doctor</code>. This page tries again by itself.</p>`;
  return { status: 503, html: page({ title: 'Temporal is away', session, body, isLive: true }) };
}

function nothing({ session }: Visit, what: string): Shown {
  const says = `There is nothing under way with ${what}, as far as this session may see.`;
  return {
    status: 404,
    html: message(
      'Not found',
      says,
      'Look whether the VIN is right, and whether the token is for its fleet.',
      session,
    ),
  };
}

/** @param isThere whether a list shows it: then a server that is away is no reason to show nothing. */
async function readReport(visit: Visit, vin: string, isThere: boolean): Promise<ActivationReport | null> {
  const { token, use, signal } = visit;
  try {
    return await use.lookInTurn(() => evenly(token, () => activationsOf(visit).report(vin)), signal);
  } catch (error) {
    if (error instanceof VinError && error.code === 'ACTIVATION_UNKNOWN') return null;
    if (isThere) return null;
    throw error;
  }
}

async function defleetingOf(
  { api, token, use, signal }: Visit,
  vin: string,
): Promise<DefleetingReport | null> {
  const ask = () => api.defleetings.forFleets(token.fleets, allOf(token, api.app)).report(vin);
  return use.lookInTurn(() => evenly(token, ask), signal).catch(() => null);
}

function activationsOf({ api, token, use, signal }: Pick<Visit, 'api' | 'token' | 'use' | 'signal'>) {
  return api.activations.forFleets(token.fleets as Token['fleets'], (search) =>
    use.searchInTurn(search, signal),
  );
}

/** Has the API do it: the same checks, the same shares, the same words. */
async function carryOut(visit: Visit, order: Order): Promise<unknown> {
  const { api, token, use, signal } = visit;
  const operation = OPERATIONS_OF[order.action][order.isOne ? 'one' : 'many'];
  const giveBack = operation.isBatch ? use.takeBatch() : () => undefined;
  try {
    const schema = operation.bodyReader ?? operation.body;
    const here = { api, activations: activationsOf(visit) };
    const call: Call<never, never> = {
      ...here,
      placeAt: () => here,
      token,
      use,
      vin: order.rows[0]?.vin ?? '',
      id: '',
      query: {} as never,
      body: (schema
        ? readPart(schema, bodyOf(order), (path) => ({ pointer: pointer(...path) }))
        : {}) as never,
      signal,
      requestId: randomUUID(),
    };
    return (await operation.handle(call)).body;
  } finally {
    giveBack();
  }
}
