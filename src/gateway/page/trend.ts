import type { Trend, TrendDay } from '../../days/trend';
import { ageingInWords, sumOfCounts } from '../../days/words';
import { type Html, html } from './html';

/** What is shown of each day. */
const LINES: readonly { readonly what: string; readonly of: (day: TrendDay) => number | null }[] = [
  { what: 'open', of: ({ open }) => sumOfCounts(open) },
  { what: 'waiting for a person', of: ({ waiting }) => sumOfCounts(waiting) },
  { what: 'pending, older than 85 % took', of: ({ old }) => old },
  { what: 'approved', of: ({ approved }) => approved },
  { what: 'rejected', of: ({ rejected }) => rejected },
  { what: 'ended', of: ({ ended }) => ended },
];

const STEP = 9;
const HEIGHT = 18;

/** The last days as workers have counted them, today last; nothing where nobody has counted. */
export function trendSection(trend: Trend | null): Html {
  const counted = trend?.days.filter(({ countedAt }) => countedAt !== null) ?? [];
  if (!trend || counted.length === 0) return html``;
  const rows = LINES.map(({ what, of }) => {
    const values = trend.days.map(of);
    return html`<tr><td class="number">${values.at(-1) ?? html`<span class="note">not counted</span>`}</td><td>${what}</td><td>${columns(values)}</td></tr>`;
  });
  const [first] = trend.days;
  const ageing = ageingInWords(trend);
  return html`<section aria-labelledby="trend"><h2 id="trend">Each day since ${first?.day}, in UTC</h2>
<table><thead class="sr"><tr><th>Today</th><th>What</th><th>Each day</th></tr></thead><tbody>${rows}</tbody></table>
${ageing !== '' && html`<p class="note">${ageing}</p>`}</section>`;
}

/** A small column for each day, and a gap where nobody counted. The same in words for those who do not see it. */
function columns(values: readonly (number | null)[]): Html {
  const most = Math.max(1, ...values.flatMap((value) => value ?? []));
  const pieces = values.map((value, at) => {
    if (value === null) return false;
    const height = (value / most) * (HEIGHT - 2) + 1;
    return html`<rect class="usual" x="${at * STEP}" y="${(HEIGHT - height).toFixed(1)}" width="7" height="${height.toFixed(1)}"/>`;
  });
  const width = values.length * STEP;
  const words = `each day, today last: ${values.map((value) => value ?? 'not counted').join(', ')}`;
  return html`<svg role="img" aria-label="${words}" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}"><title>${words}</title>${pieces}</svg>`;
}
