import { randomUUID } from 'node:crypto';
import { DEPARTURES } from '../../../workflows/contract/defleetings';
import { foresee } from '../../activations/foresee';
import { WHO_LENGTH } from '../../domain/name';
import type { OpenActivation } from '../../snapshot/snapshot';
import { askDefleeting } from '../api/defleeting-routes';
import { acknowledgeActivations, defleetActivations, retryActivations } from '../api/group-routes';
import { acknowledgeActivation, retryActivation } from '../api/message-routes';
import type { Operation } from '../api/operation';
import { BATCH_LIMIT } from '../api/request-schemas';
import { type Html, html, link } from './html';
import type { Selection } from './select';
import { type Session, WHO } from './sessions';
import { ACTIONS, type Action } from './vehicles';
import { plural } from './words';

/** How each action is sent: to one, and to all that match. */
export const OPERATIONS_OF: Readonly<Record<Action, { readonly one: Operation; readonly many: Operation }>> =
  {
    acknowledge: { one: acknowledgeActivation, many: acknowledgeActivations },
    retry: { one: retryActivation, many: retryActivations },
    defleet: { one: askDefleeting, many: defleetActivations },
  };

export function isAction(text: string | null): text is Action {
  return text !== null && Object.hasOwn(ACTIONS, text);
}

/** For how long an acknowledgement silences. */
const SILENCE = '3d';

/** The longest text of why: beside who asks it fits into what is kept (`WHO_LENGTH`). */
const WHY = WHO_LENGTH - WHO - ': '.length;

/** An action that somebody has confirmed, with what was typed. */
export interface Order {
  readonly action: Action;
  readonly rows: readonly OpenActivation[];
  /** One vehicle by its page, or all that match. */
  readonly isOne: boolean;
  readonly who: string;
  readonly why: string;
  readonly departure: string;
  /** Sent twice it is the same. */
  readonly id: string;
}

/** The body of the API's operation for an order. */
export function bodyOf({ action, rows, isOne, who, why, departure, id }: Order): object {
  const vins = rows.map(({ vin }) => vin);
  if (action === 'defleet') {
    // Who asks stands in the note: a certificate names a role, and no person.
    const note = `${why ? `${why}, ` : ''}asked by ${who}`;
    return { ...(isOne ? { vin: vins[0] } : { vins }), id, reason: departure, note };
  }
  const by = why ? `${who}: ${why}` : who;
  return { ...(isOne ? {} : { vins }), by, id, ...(action === 'acknowledge' && { until: SILENCE }) };
}

/** As many as one order may have; the oldest are first. */
export function bounded(rows: readonly OpenActivation[]): readonly OpenActivation[] {
  return rows.slice(0, BATCH_LIMIT);
}

export interface DryRun {
  readonly action: Action;
  readonly selection: Selection;
  /** All that match. */
  readonly rows: readonly OpenActivation[];
  readonly session: Session;
  /** What has changed since the last dry run; null at the first. */
  readonly changed: string | null;
}

/** What would happen, and the form that has it done. */
export function dryRunPage({ action, selection, rows: all, session, changed }: DryRun): Html {
  const rows = bounded(all);
  const sums = new Map<string, number>();
  for (const row of rows) {
    const { says } = foresee(action, row);
    const what = `${row.brand}: ${says}`;
    sums.set(what, (sums.get(what) ?? 0) + 1);
  }
  const lines = [...sums].map(
    ([what, count]) => html`<tr><td class="number">${count}</td><td>${what}</td></tr>`,
  );
  const fields = Object.entries({
    ...selection,
    action,
    csrf: session.csrf,
    id: randomUUID(),
    count: String(rows.length),
  }).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  const back = selection.vin ? `/vehicle/${encodeURIComponent(selection.vin)}` : link('/vehicles', selection);
  return html`<h1>${ACTIONS[action]}: ${plural(rows.length, 'vehicle')}</h1>
${changed && html`<p class="bad" role="alert">${changed}</p>`}
${all.length > rows.length && html`<p class="bad">${all.length} match. One order has at most ${rows.length}: these are the oldest. Do it again for the others.</p>`}
<p>Nothing has been done yet. This is what lists show would happen:</p>
${action === 'defleet' && html`<p>Each vehicle leaves: its access ends in <b>every</b> application, and its parking with it.</p>`}
<div class="wide"><table><thead><tr><th class="number">Vehicles</th><th>What would happen</th></tr></thead><tbody>${lines}</tbody></table></div>
<form class="card" method="post" action="/act">
${fields}
${action === 'defleet' && departureField()}
<p><label for="why">Why, for the record</label><input id="why" name="why" maxlength="${WHY}" autocomplete="off"${action === 'defleet' && html` required`}></p>
<button>Do it for ${plural(rows.length, 'vehicle')}</button> <a href="${back}">No, go back</a>
</form>`;
}

function departureField(): Html {
  const options = DEPARTURES.map((one) => html`<option>${one}</option>`);
  return html`<p><label for="departure">It leaves because it was or has</label><select id="departure" name="departure">${options}</select></p>`;
}

/** What came of it. */
export function donePage({ action, rows, isOne }: Order, body: unknown): Html {
  const { next, id } = body as { readonly next?: string; readonly id?: string };
  const [row] = rows;
  if (isOne && row) {
    const says = action === 'defleet' ? 'It leaves: its access ends in every application.' : next;
    return html`<h1>${ACTIONS[action]}</h1><p>${row.vin}: ${says ?? 'It is done.'}</p><p><a href="/vehicle/${row.vin}">Back to the vehicle</a></p>`;
  }
  const what =
    action === 'defleet'
      ? `${plural(rows.length, 'vehicle')} ${rows.length === 1 ? 'leaves' : 'leave'} in every application`
      : `${plural(rows.length, 'vehicle')} ${rows.length === 1 ? 'gets' : 'get'} the message`;
  return html`<h1>${ACTIONS[action]}</h1><p>${what}, one after the other, also when this page is closed.</p>
<p>How far it is: <code>vin batch ${id}</code></p><p><a href="/">Back to the front</a></p>`;
}
