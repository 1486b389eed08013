import type { Trend } from '../../days/trend';
import type { BrandReport } from '../../snapshot/report';
import type { SentencePart } from '../../snapshot/sentence';
import type { Todo } from '../../snapshot/todo';
import { type Html, html, link } from './html';
import { trendSection } from './trend';
import { ageIn, ago, due, ownerIn, plural } from './words';

/** One part of the machine, and how it is. */
export interface Sign {
  readonly name: string;
  readonly says: string;
  readonly isGood: boolean;
}

/** What has changed within a day. */
export interface Change {
  readonly what: string;
  readonly count: number;
  /** Of each of the last seven days, the newest last; null where nobody can tell. */
  readonly days: readonly number[] | null;
}

export interface Front {
  readonly now: number;
  readonly todo: Todo;
  readonly sentence: readonly SentencePart[];
  /** What a topic is, in the words of the provider or in ours. */
  readonly saysOf: (group: Todo['groups'][number]) => string;
  readonly brands: readonly BrandReport[];
  readonly signs: readonly Sign[];
  readonly changes: readonly Change[];
  /** The last days as they are kept; null where nobody may see them, or nothing is kept. */
  readonly trend: Trend | null;
}

/** As many rows as one sees at once. */
const SHOWN = 12;

/** The five things that tell in ten seconds what is stuck, whose turn it is and what to do. */
export function frontPage(front: Front): Html {
  return html`${sentence(front)}
${reasons(front)}
${ageing(front)}
${machine(front)}
${changesTable(front)}
${trendSection(front.trend)}`;
}

function sentence({ sentence: parts, todo }: Front): Html {
  const said = parts.map(({ text, about }, at) => {
    const address = addressOf(about);
    const one = address ? html`<a href="${address}">${text}</a>` : html`${text}`;
    return at === 0 ? one : html` · ${one}`;
  });
  return html`<h1 id="turns">${parts.length === 0 ? 'Nothing needs you.' : said}</h1>
<p class="note"><a href="/vehicles">${plural(todo.vehicles, 'vehicle')}</a> under way${todo.parkings > 0 && `, ${plural(todo.parkings, 'parking')}`}.</p>`;
}

/** Where the vehicles are that a part of the sentence is about; null of those that leave, which no list here shows. */
function addressOf({ kind, of }: SentencePart['about']): string | null {
  switch (kind) {
    case 'owner':
      return link('/vehicles', { owner: of });
    case 'trouble':
      return link('/vehicles', { topic: of });
    case 'soon':
    case 'overdue':
      return link('/vehicles', { [kind]: 'yes' });
    default:
      return null;
  }
}

function reasons({ todo: { groups }, now, saysOf }: Front): Html {
  if (groups.length === 0) return html``;
  const rows = groups.slice(0, SHOWN).map((group) => {
    const { owner, action, count, oldestSince, deadlineAt } = group;
    const address = addressOfGroup(group);
    return html`<tr>
<td class="number"><a href="${address}">${count}</a></td>
<td class="words"><a href="${address}">${saysOf(group)}</a></td>
<td>${ownerIn(owner)}</td>
<td>${action}</td>
<td class="number since">${ago(oldestSince, now)}</td>
<td>${due(deadlineAt, now)}</td>
</tr>`;
  });
  const more = groups.length - SHOWN;
  return html`<section aria-labelledby="why"><h2 id="why">Why</h2>
<div class="wide stack groups"><table>
<thead><tr><th class="number">Vehicles</th><th>Reason</th><th>Whose turn</th><th>What to do</th><th class="number">Oldest</th><th>Next deadline</th></tr></thead>
<tbody>${rows}</tbody></table></div>
${more > 0 && html`<p class="note">and ${plural(more, 'smaller group')}: <a href="/vehicles?attention=yes">all of them</a></p>`}</section>`;
}

function addressOfGroup({ topic, status, owner, application, vins, plates }: Todo['groups'][number]): string {
  // Those that leave stand in no list here, and those that wait for a credential need no list.
  if (topic === 'credential-refused') return '/vehicles';
  const isListed = application !== null || plates.length > 0;
  return isListed ? link('/vehicles', { topic, status, owner }) : `/vehicle/${vins[0]}`;
}

function pendingIn({ pending: { young, usual, old } }: BrandReport): number {
  return young + usual + old;
}

function ageing({ brands }: Front): Html {
  const pending = brands
    .filter((one) => pendingIn(one) > 0)
    .toSorted((a, b) => b.pending.old - a.pending.old || pendingIn(b) - pendingIn(a));
  if (pending.length === 0) return html``;
  const most = Math.max(...pending.map(pendingIn));
  const rows = pending.slice(0, SHOWN).map((one) => ageingRow(one, most));
  return html`<section aria-labelledby="age"><h2 id="age">How old is what is pending</h2>
<div class="wide stack ages"><table>
<thead><tr><th>Brand</th><th>Pending, by age</th><th class="number">Half were approved within</th><th class="number">85 % within</th><th class="number">Older than that</th></tr></thead>
<tbody>${rows}</tbody></table></div></section>`;
}

function ageingRow({ brand, times, pending }: BrandReport, most: number): Html {
  const { young, usual, old } = pending;
  const none = html`<span class="note">none yet</span>`;
  const late = html`<a class="bad" href="${link('/vehicles', { brand, late: 'yes' })}">${old}</a>`;
  return html`<tr><td>${brand}</td><td>${bar([young, usual, old], most)}</td>
<td class="number">${times ? ageIn(times.p50) : none}</td>
<td class="number">${times ? ageIn(times.p85) : none}</td>
<td class="number">${old > 0 ? late : '0'}</td></tr>`;
}

const WIDTH = 240;
const KINDS = ['young', 'usual', 'late'] as const;
const SAYS = ['younger than half', 'older than half', 'older than 85 %'] as const;

/** A bar of three parts, which says the same in words for those who do not see it. */
function bar(parts: readonly number[], most: number): Html {
  const scale = WIDTH / Math.max(1, most);
  const words = parts.map((count, at) => `${count} ${SAYS[at]}`).join(', ');
  let x = 0;
  const pieces = parts.map((count, at) => {
    const width = count * scale;
    const piece = html`<rect class="${KINDS[at]}" x="${x.toFixed(1)}" y="0" width="${width.toFixed(1)}" height="14"/>`;
    x += width;
    return count > 0 && piece;
  });
  const total = parts.reduce((sum, count) => sum + count, 0);
  return html`<svg role="img" aria-label="${words}" width="${WIDTH}" height="14" viewBox="0 0 ${WIDTH} 14"><title>${words}</title>${pieces}</svg> <span class="note">${total}</span>`;
}

function machine({ signs }: Front): Html {
  const rows = signs.map(
    ({ name, says, isGood }) =>
      html`<li class="${isGood ? 'good' : 'bad'}"><span aria-hidden="true">${isGood ? '✓' : '✗'}</span> <b>${name}</b>: ${isGood ? '' : html`<span class="sr">not well, </span>`}${says}</li>`,
  );
  return html`<section aria-labelledby="machine"><h2 id="machine">Is the machine well?</h2><ul class="signs">${rows}</ul></section>`;
}

function changesTable({ changes }: Front): Html {
  const rows = changes.map(
    ({ what, count, days }) =>
      html`<tr><td class="number">${count}</td><td>${what}</td><td>${days && line(days)}</td></tr>`,
  );
  return html`<section aria-labelledby="changes"><h2 id="changes">Within the last 24 hours</h2>
<table><thead class="sr"><tr><th>How many</th><th>What</th><th>The last seven days</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

/** A small column for each day. */
function line(days: readonly number[]): Html {
  const most = Math.max(1, ...days);
  const columns = days.map((count, at) => {
    const height = (count / most) * 16;
    return html`<rect class="usual" x="${at * 9}" y="${(17 - height).toFixed(1)}" width="7" height="${(height + 1).toFixed(1)}"/>`;
  });
  const words = `the last seven days: ${days.join(', ')}`;
  return html`<svg role="img" aria-label="${words}" width="63" height="18" viewBox="0 0 63 18"><title>${words}</title>${columns}</svg>`;
}
