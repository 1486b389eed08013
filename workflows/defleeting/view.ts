import { markdownOf } from '../../src/domain/markdown';
import type { DefleetingListed, DefleetingStep, DefleetingView, PartView } from '../contract/defleetings';
import { iso, isoOrNull } from './facts';
import type { DefleetingState, Part } from './state';

/** The whole view of a defleeting: what its query and its end answer. */
export function defleetingViewOf(state: DefleetingState): DefleetingView {
  return {
    ...listedOf(state),
    answers: state.answers,
    history: state.history.map(({ at, note }) => ({ at: iso(at), note })),
  };
}

/** What lists show of it. */
export function listedOf(state: DefleetingState): DefleetingListed {
  const { order, plan } = state;
  const { vin, id, fleet, reason, note, role, onBehalfOf, channel, askedAt } = order;
  return {
    ...{ vin, id, fleet, reason, note, role, onBehalfOf, channel, askedAt },
    eventDate: plan?.eventDate ?? order.eventDate,
    zone: plan?.zone ?? null,
    beginsAt: isoOrNull(plan?.beginsAt ?? null),
    deadlineAt: isoOrNull(plan?.deadlineAt ?? null),
    step: stepOf(state),
    outcome: state.outcome,
    parts: state.parts.map(partView),
    statementAt: isoOrNull(state.statementAt),
    certificate: state.certificate,
  };
}

function stepOf({ step, parts }: DefleetingState): DefleetingStep {
  if (step !== 'open') return step;
  return parts.some(({ state }) => state === 'to-ask') ? 'asking' : 'watching';
}

function partView({
  kind,
  provider,
  application,
  state,
  status,
  reason,
  owner,
  action,
  askedAt,
  readBack,
}: Part): PartView {
  return {
    ...{ provider, application, state, status, reason, owner, action },
    ...(kind && { kind }),
    askedAt: isoOrNull(askedAt),
    readBackAt: isoOrNull(state === 'gone' ? (readBack?.at ?? null) : null),
  };
}

/** The view as the Temporal UI shows it on the workflow's page, in Markdown. */
export function detailsOf(view: DefleetingView): string {
  const rows: [string, string | null][] = [
    ['Vehicle', plain(view.vin)],
    ['Leaves', plain(`${view.reason}${view.note ? `: ${view.note}` : ''}, ${view.eventDate ?? 'today'}`)],
    ['Step', view.outcome ?? view.step],
    ['Begins', view.beginsAt],
    ['Deadline', view.deadlineAt],
    ['Statement', view.statementAt && `signed at ${view.statementAt}`],
    ['Certificate', view.certificate && String(view.certificate.number)],
    ...view.parts.map((part): [string, string] => [
      `${part.provider}:${part.application}`,
      plain(lineOf(part)),
    ]),
  ];
  const table = rows.filter(([, value]) => value).map(([name, value]) => `| ${name} | ${value} |`);
  const last = view.history.slice(-5).map(({ at, note }) => `- ${at} ${plain(note)}`);
  return ['| | |', '|---|---|', ...table, '', 'Last facts:', '', ...last].join('\n');
}

/** One application in a few words. */
export function lineOf({ state, status, reason, action, readBackAt }: PartView): string {
  if (state === 'gone') return `gone (${status}), read back at ${readBackAt}`;
  const known = status ? `${status}${reason ? `: ${reason}` : ''}` : (reason ?? 'not asked yet');
  return `open (${known})${action ? `. ${action}` : ''}`;
}

function plain(text: string): string {
  return markdownOf(text);
}
