import { inOrder, SOON } from '../../snapshot/grouping';
import { type ParkingTurn, turnOf } from '../../snapshot/parking-turns';
import type { OpenParking } from '../../snapshot/parkings';
import type { Snapshot } from '../../snapshot/snapshot';
import { OWN_TOPICS } from '../../snapshot/topics';
import { type Html, html } from './html';
import type { Selection } from './select';
import { ago, due, ownerIn, plural } from './words';

/** A parking of a vehicle, and what happened to it. */
export interface ShownParking {
  readonly row: OpenParking;
  /** Empty where no worker has answered. */
  readonly history: readonly { readonly at: string; readonly note: string }[];
}

/** A parking of a list, and whose turn it is. */
export interface ListedParking {
  readonly row: OpenParking;
  readonly turn: ParkingTurn | null;
}

/** Parkings of one page. */
const SHOWN = 50;

/** Those that match the filters of a list of vehicles, which wait longest first. What has a brand or a status is no parking. */
export function parkingsIn({ parkings, at }: Snapshot, asked: Selection, now: number): ListedParking[] {
  const { owner, topic, brand, fleet, status, attention, soon, overdue, late, vin } = asked;
  if (brand || status || late) return [];
  const isPartial = Boolean(owner || topic || attention || soon || overdue);
  const left = (turn: ParkingTurn | null): number =>
    turn?.deadlineAt ? Date.parse(turn.deadlineAt) - now : Number.NaN;
  return parkings
    .map((row) => ({ row, turn: turnOf(row, at) }))
    .filter(
      ({ row, turn }) =>
        (!vin || row.vin === vin) &&
        (!fleet || row.fleet === fleet) &&
        (!isPartial ||
          (turn !== null && (!owner || turn.owner === owner) && (!topic || turn.topic === topic))) &&
        (!soon || (left(turn) >= 0 && left(turn) < SOON)) &&
        (!overdue || left(turn) < 0),
    )
    .toSorted((a, b) => inOrder(a.turn?.since ?? '9', b.turn?.since ?? '9'));
}

/** Below the vehicles of a list. */
export function parkingTable(parkings: readonly ListedParking[], now: number): Html {
  if (parkings.length === 0) return html``;
  const lines = parkings.slice(0, SHOWN).map(
    ({ row: { plate, vin, fleet, step, waitingFor, trouble }, turn }) =>
      html`<tr><td><a href="/vehicle/${encodeURIComponent(vin ?? plate)}">${plate}</a></td><td class="vin">${vin}</td><td class="more">${fleet}</td>
<td>${step}</td><td class="words">${turn ? OWN_TOPICS[turn.topic] : (trouble ?? waitingFor)}</td><td>${turn && ownerIn(turn.owner)}</td><td class="number since">${turn && ago(turn.since, now)}</td><td>${due(turn?.deadlineAt ?? null, now)}</td></tr>`,
  );
  const more = parkings.length - SHOWN;
  return html`<section aria-labelledby="parking"><h2 id="parking">Parking: ${plural(parkings.length, 'plate')}</h2>
<div class="wide stack"><table>
<thead><tr><th>Plate</th><th>VIN</th><th class="more">Fleet</th><th>Step</th><th>What is the matter</th><th>Whose turn</th><th class="number">Since</th><th>Deadline</th></tr></thead>
<tbody>${lines}</tbody></table></div>
${more > 0 && html`<p class="note">and ${more} more: <code>vin parking list</code></p>`}</section>`;
}

/** On the page of a vehicle: a line for each of its parkings, and what to do. */
export function parkingLines(parkings: readonly ShownParking[], now: number): Html {
  if (parkings.length === 0) return html``;
  const lines = parkings.map(({ row }) => {
    const { plate, provider, step, waitingFor, trouble } = row;
    const turn = turnOf(row, now);
    const says = [step, waitingFor && `waits for ${waitingFor}`, trouble].filter(Boolean).join('; ');
    return html`<dt>${plate}</dt><dd>at ${provider}: ${says}${turn && html`<br><b>${OWN_TOPICS[turn.topic]}</b>, since ${ago(turn.since, now)}. Whose turn: ${ownerIn(turn.owner)}. ${turn.action}`}</dd>`;
  });
  return html`<section aria-labelledby="parking"><h2 id="parking">Parking</h2><dl>${lines}</dl></section>`;
}
