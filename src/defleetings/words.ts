import type { DefleetingView } from '../../workflows/contract/defleetings';
import { lineOf } from '../../workflows/defleeting/view';

/** A defleeting for a person, a line for each thing that is known. */
export function detailsLines(view: DefleetingView & { readonly complete: boolean }): string {
  const rows: [string, string | null][] = [
    ['Vehicle', `${view.vin}${view.fleet ? `, fleet ${view.fleet}` : ''}`],
    ['Why', view.note ? `${view.reason}: ${view.note}` : view.reason],
    ['Event', view.eventDate && `${view.eventDate}${view.zone ? ` (${view.zone})` : ''}`],
    ['Asked', `${view.askedAt} by ${view.role}${view.onBehalfOf ? `, on behalf of ${view.onBehalfOf}` : ''}`],
    ['Step', view.outcome ?? view.step],
    ['Begins', view.step === 'scheduled' ? view.beginsAt : null],
    ['Deadline', view.deadlineAt],
    ['Statement', view.statementAt && `signed at ${view.statementAt}`],
    ['Certificate', view.certificate && `${view.certificate.number}, issued at ${view.certificate.issuedAt}`],
    ...view.parts.map((part): [string, string] => [`${part.provider}:${part.application}`, lineOf(part)]),
  ];
  return [
    ...rows.flatMap(([name, value]) => (value ? [`${name.padEnd(12)} ${value}`] : [])),
    ...(view.history.length > 0
      ? ['History', ...view.history.map(({ at, note }) => `  ${at}  ${note}`)]
      : []),
    ...(view.complete ? [] : ['No worker answered: only what the server stores is shown.']),
  ].join('\n');
}
