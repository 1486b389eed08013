import type { ActivationReport } from '../../activations/reports';
import type { DefleetingReport } from '../../defleetings/defleetings';
import type { OpenActivation } from '../../snapshot/snapshot';
import { sinceOf } from '../../snapshot/topics';
import { type Html, html, link } from './html';
import { type ListedParking, parkingLines, parkingTable, type ShownParking } from './parkings';
import { ago, due, inWords, ownerIn, plural } from './words';

/** What can be done, as the forms name it. */
export const ACTIONS = {
  acknowledge: 'Stop reminders for 3 days',
  retry: 'Retry: it is done',
  defleet: 'Defleet',
} as const;
export type Action = keyof typeof ACTIONS;

/** Rows of one page: 50 of them have less than 60 KB. */
export const PAGE_ROWS = 50;

export interface VehicleList {
  readonly title: string;
  /** All that match. */
  readonly rows: readonly OpenActivation[];
  /** All parkings that match. */
  readonly parkings: readonly ListedParking[];
  /** The first row that is shown. */
  readonly from: number;
  /** The filters, as in the address. */
  readonly query: Readonly<Record<string, string>>;
  readonly now: number;
  readonly mayAct: boolean;
  /** The same list in the Temporal UI; null where nobody has said where that is, or it cannot be told. */
  readonly temporal: string | null;
}

/** One page of the vehicles that match, and what can be done with all of them. */
export function vehicleList(list: VehicleList): Html {
  const { title, rows, parkings, from, query, now, mayAct, temporal } = list;
  const shown = rows.slice(from, from + PAGE_ROWS);
  const action = rows.every((row) => row.action === rows[0]?.action) ? rows[0]?.action : null;
  const lines = shown.map(
    (
      row,
    ) => html`<tr><td><a class="vin" href="/vehicle/${row.vin}">${row.vin}</a></td><td>${row.brand}</td><td class="more">${row.fleet}</td>
<td>${row.status}</td><td class="words">${row.reason}</td><td>${row.owner && ownerIn(row.owner)}</td><td class="number since">${ago(sinceOf(row), now)}</td><td>${due(row.deadlineAt, now)}</td></tr>`,
  );
  return html`<h1>${title}</h1>
<p>${plural(rows.length, 'vehicle')}${temporal && html` · <a href="${temporal}" rel="noreferrer">in the Temporal UI</a>`}</p>
${action && html`<p><b>What to do:</b> ${action}</p>`}
${mayAct && rows.length > 0 && actions(query, rows.length)}
<div class="wide stack"><table>
<thead><tr><th>VIN</th><th>Brand</th><th class="more">Fleet</th><th>Status</th><th>Reason</th><th>Whose turn</th><th class="number">Since</th><th>Deadline</th></tr></thead>
<tbody>${lines}</tbody></table></div>
${pager(list)}
${parkingTable(parkings, now)}`;
}

function pager({ rows, from, query }: VehicleList): Html {
  const to = Math.min(rows.length, from + PAGE_ROWS);
  const before =
    from > 0 &&
    html`<a href="${link('/vehicles', { ...query, from: String(Math.max(0, from - PAGE_ROWS)) })}">before</a> `;
  const after =
    to < rows.length && html` <a href="${link('/vehicles', { ...query, from: String(to) })}">after</a>`;
  return html`<p class="note">${before}${rows.length > 0 && `${from + 1} to ${to} of ${rows.length}`}${after}</p>`;
}

/** Buttons that lead to the dry run: nothing is done before that was seen. */
function actions(target: Readonly<Record<string, string>>, count: number): Html {
  const fields = Object.entries(target).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  const buttons = Object.entries(ACTIONS).map(
    ([action, says]) =>
      html`<button name="action" value="${action}">${says}${count > 1 && `, all ${count}`} …</button> `,
  );
  return html`<form class="actions" action="/act">${fields}${buttons}</form>`;
}

export interface Vehicle {
  readonly row: OpenActivation | null;
  /** Null where nobody has answered. */
  readonly report: ActivationReport | null;
  readonly defleeting: DefleetingReport | null;
  readonly parkings: readonly ShownParking[];
  /** Its VIN, or its plate where nobody has said whose it is. */
  readonly called: string;
  readonly now: number;
  readonly mayAct: boolean;
  readonly temporal: string | null;
}

/** One vehicle: how it stands, what to do, and all that happened, each fact with its source. */
export function vehiclePage(vehicle: Vehicle): Html {
  const { report, row, now, mayAct, temporal } = vehicle;
  const known = report ?? row;
  if (!known) {
    return html`<h1>${vehicle.called}</h1><p>No access to its data is under way.</p>
${parkingLines(vehicle.parkings, now)}
${timeline(vehicle)}`;
  }
  const facts: [string, Html | string | null][] = [
    ['Status', known.reason ? `${known.status}: ${known.reason}` : known.status],
    ['Since', known.since && html`${inWords(known.since)} (${ago(known.since, now)})`],
    ['Whose turn', known.owner && ownerIn(known.owner)],
    ['What to do', known.action],
    ['Until', known.deadlineAt && due(known.deadlineAt, now)],
    ['Step', known.step],
    ['Waits for', report?.waitingFor ?? null],
    ['Next look', report?.nextAt ? inWords(report.nextAt) : null],
    ['Can a retry help?', report && (report.canRetry ? 'yes' : `no: ${report.whyNoRetry ?? 'not known'}`)],
    [
      'Trouble',
      report?.trouble
        ? `${report.trouble.command}, attempt ${report.trouble.attempt}: ${report.trouble.message}`
        : null,
    ],
    ['Reminders', report?.acknowledgedUntil ? `silent until ${inWords(report.acknowledgedUntil)}` : null],
    ['Application', `${known.provider}:${known.application}`],
    [
      'Workflow',
      temporal && html`<a href="${temporal}" rel="noreferrer">${known.workflowId} in the Temporal UI</a>`,
    ],
  ];
  const list = facts.flatMap(([name, says]) => (says ? [html`<dt>${name}</dt><dd>${says}</dd>`] : []));
  const isAlive = known.execution === 'RUNNING';
  return html`<h1>${known.vin} <span class="note">${known.brand}${known.fleet && ` · fleet ${known.fleet}`}</span></h1>
${row?.isFaulty && html`<p class="bad" role="alert">A fault of this program keeps it from going on: docs/stuck.md.</p>`}
${!report && html`<p class="bad" role="alert">Temporal has not answered: this is what the last list showed.</p>`}
${report && !report.complete && html`<p class="bad" role="alert">No worker has answered in time, so the history is missing.</p>`}
<dl>${list}</dl>
${mayAct && isAlive && actions({ vin: known.vin }, 1)}
${parkingLines(vehicle.parkings, now)}
${report?.letter && html`<h2>Letter to the provider's support</h2><pre>${report.letter}</pre>`}
${timeline(vehicle)}`;
}

interface Fact {
  readonly at: string;
  readonly source: string;
  readonly says: string;
}

/** What happened, the newest first: of the access to data, of parking and of leaving together. */
function timeline({ report, defleeting, parkings }: Vehicle): Html {
  const facts: Fact[] = [
    ...(report?.history ?? []).map(({ at, source, status, reason, note }) => ({
      at,
      source: `data · ${source}`,
      says: note ?? (reason ? `${status} (${reason})` : status),
    })),
    ...(defleeting?.history ?? []).map(({ at, note }) => ({ at, source: 'leaving', says: note })),
    ...parkings.flatMap(({ row: { plate }, history }) =>
      history.map(({ at, note }) => ({ at, source: `parking · ${plate}`, says: note })),
    ),
  ];
  if (facts.length === 0) return html``;
  const rows = facts
    .toSorted((a, b) => b.at.localeCompare(a.at))
    .map(
      ({ at, source, says }) =>
        html`<tr><td><time datetime="${at}">${inWords(at)}</time></td><td>${source}</td><td class="words">${says}</td></tr>`,
    );
  return html`<section aria-labelledby="timeline"><h2 id="timeline">What happened</h2><div class="wide stack"><table>
<thead><tr><th>When</th><th>Source</th><th>What</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}
