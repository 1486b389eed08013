import { applicationOf } from '../../src/domain/application';
import { markdownOf } from '../../src/domain/markdown';
import type { Shown } from '../contract/columns';
import type { ActivationView, HistoryEntry, Step } from '../contract/messages';
import { attentionOf, letterFor, whyNoRetry } from './attention';
import { dataOf } from './data';
import { isFinal } from './leaving';
import { awaitsData, listedStep, reasonKeyOf } from './listed';
import type { ActivationState, Fact } from './state';
import { isPaused } from './suspension';

/** The whole view of an activation, in words and ISO times: what the `status` query answers. */
export function viewOf(state: ActivationState): ActivationView {
  const { vehicle, clearance, deadline, defleet, rules } = state;
  const attention = attentionOf(state);
  const started = state.history.length > 0;
  const topic = attention ? state.topics[attention.topic] : undefined;
  const silent = topic?.silentUntil ?? 0;
  return {
    vin: vehicle.vin,
    ...applicationOf(vehicle),
    brand: vehicle.brand,
    fleet: vehicle.fleet,
    externalId: vehicle.externalId,
    fleetSince: isoOrNull(state.fleetSince ?? null),
    tags: vehicle.tags,
    status: clearance.status,
    reason: clearance.reason,
    reasonKey: reasonKeyOf(state),
    reasonSince: isoOrNull(state.reasonSince),
    since: started ? iso(clearance.since) : null,
    approvedAt: isoOrNull(state.approvedAt),
    begunAt: iso(state.startedAt),
    changedAt: iso(state.listedAt),
    deadlineAt: isoOrNull(attention?.until ?? null),
    step: stepOf(state),
    settled: isSettled(state),
    owner: attention?.owner ?? null,
    action: attention?.owner ? attention.action : null,
    letter: attention && state.rules ? letterFor(state, attention) : null,
    ownerSince: isoOrNull(attention?.since ?? null),
    canRetry: whyNoRetry(state) === null,
    whyNoRetry: whyNoRetry(state),
    inTrouble: (state.parked?.failed !== undefined || Boolean(state.trouble)) && !state.ended,
    troubleKind: troubleKindOf(state),
    waitingFor: deadline?.for ?? null,
    nextAt: deadline ? iso(deadline.at) : null,
    attempts: {
      submit: state.attempts.submit,
      read: state.attempts.read,
      withdraw: state.attempts.withdraw,
    },
    escalationLevel: topic?.level ?? 0,
    acknowledgedUntil: silent > 0 ? iso(silent) : null,
    data: dataOf(state),
    dataAskedAt: isoOrNull(state.data?.askedAt ?? null),
    dataSeenAt: isoOrNull(state.data?.seenAt ?? null),
    eligibility: state.eligibility,
    defleet: defleet && {
      at: iso(defleet.at),
      by: defleet.by,
      reason: defleet.reason,
      isFinal: isFinal(state),
    },
    suspended: state.suspended ? { at: iso(state.suspended.at), by: state.suspended.by } : null,
    catalogueVersion: rules?.catalogueVersion ?? null,
    rulesSince: rules && iso(state.rulesSince ?? state.startedAt),
    history: state.history.map(entryOf),
  };
}

/** What columns and memo are made of. */
export function shownOf(state: ActivationState): Shown {
  return { ...viewOf(state), step: listedStep(state) };
}

export function stepOf(state: ActivationState): Step {
  if (state.ended) return 'ended';
  if (state.parked) return 'parked';
  if (state.defleet) return 'withdrawing';
  if (isPaused(state)) return 'suspended';
  if (!state.ownClearance) return state.isAdopting ? 'waiting' : 'submitting';
  if (state.clearance.status !== 'approved') return 'waiting';
  return awaitsData(state) ? 'first-data' : 'quiet';
}

/** Only of what is in the way of all vehicles. */
function troubleKindOf({ trouble, parked, ended }: ActivationState): ActivationView['troubleKind'] {
  return trouble && trouble.ownSince === null && !parked && !ended ? trouble.kind : null;
}

/**
 * True when nothing more will happen to the clearance by itself. An approved one is settled once it was read or swept,
 * also while its first data is looked for, and while people are reminded of what they have to do.
 */
export function isSettled(state: ActivationState): boolean {
  const { ended, parked, clearance, ownClearance: own, defleet, needsRead: doubt, suspended } = state;
  if (isPaused(state) && !parked) return true;
  if (suspended && !defleet && !parked) return false;
  if (ended || (parked && (parked.until ?? null) === null)) return true;
  return own !== null && clearance.status === 'approved' && clearance.confirmed && !defleet && !doubt;
}

function entryOf({ at, providerTime, ...fact }: Fact): HistoryEntry {
  return { ...fact, at: iso(at), providerTime: providerTime === null ? null : iso(providerTime) };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function isoOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : iso(milliseconds);
}

/** The view as the Temporal UI shows it on the workflow's page, in Markdown. */
export function detailsOf(view: ActivationView): string {
  const rows: [string, string | null][] = [
    ['Vehicle', plain(`${view.vin} (${view.brand}${view.fleet ? `, fleet ${view.fleet}` : ''})`)],
    ['Status', view.reason ? `**${view.status}**: ${plain(view.reason)}` : `**${view.status}**`],
    ['Since', view.since],
    ['Reason since', view.reasonSince],
    ['Step', view.step],
    ['Whose turn', view.owner],
    ['To do', plain(view.action)],
    ['Deadline', view.deadlineAt],
    ['Trouble', view.inTrouble ? 'a command of it failed' : null],
    ['Waiting for', plain(view.waitingFor)],
    ['Next look', view.nextAt],
    [
      'Paused',
      view.suspended &&
        plain(`asked at ${view.suspended.at}${view.suspended.by ? ` by ${view.suspended.by}` : ''}`),
    ],
    ['Eligibility', view.eligibility],
    ['Data', dataLine(view)],
    ['Escalation', view.escalationLevel > 0 ? `level ${view.escalationLevel}` : null],
    ['Acknowledged', view.acknowledgedUntil && `until ${view.acknowledgedUntil}`],
    ['Rules', view.catalogueVersion && `catalogue ${plain(view.catalogueVersion)}, since ${view.rulesSince}`],
    [
      'Leaving',
      view.defleet && plain(`asked at ${view.defleet.at}${view.defleet.by ? ` by ${view.defleet.by}` : ''}`),
    ],
  ];
  const table = rows.filter(([, value]) => value).map(([name, value]) => `| ${name} | ${value} |`);
  const last = view.history.slice(-5).map((fact) => `- ${fact.at} ${fact.source}: ${plain(lineOf(fact))}`);
  return ['| | |', '|---|---|', ...table, '', 'Last facts:', '', ...last].join('\n');
}

/** What is known of the data, and since when: when the provider was asked last, or who reads it has seen it. */
export function dataLine({
  data,
  dataAskedAt: asked,
  dataSeenAt: seen,
}: Pick<ActivationView, 'data' | 'dataAskedAt' | 'dataSeenAt'>): string | null {
  const times = [...(asked ? [`asked ${asked}`] : []), ...(seen ? [`seen ${seen}`] : [])];
  return data && times.length > 0 ? `${data} (${times.join(', ')})` : data;
}

/** One fact of the history in a few words. */
export function lineOf({ status, reason, note }: HistoryEntry): string {
  return note ?? (reason ? `${status} (${reason})` : status);
}

/** The words of others as plain text: nothing in them becomes a link, a picture, a cell or a line of its own. */
function plain(value: string | null): string {
  return markdownOf(value ?? '');
}
