import type { Shown } from '../../activities/parking';
import type { Locked, Stay, StayView } from '../../workflows/contract/parking';
import { countsOf, leftOutOf } from '../domain/named-stays';
import type { ParkingRow } from '../parkings/parking-rows';
import type { AddReply, ParkingReport, RemoveReply } from '../parkings/parkings';
import { tableOf } from './table';
import { inSeconds } from './times';

/** What is said of parkings to people. */

export function addedLine({ outcome, parking: { plate, step, fleet, vin } }: AddReply): string {
  const owner = fleet ? ` of ${fleet}` : '';
  return {
    added: `${plate}${owner} is added: vin parking show ${plate} says how far it is.`,
    already: `${plate} is here already (${step}); nothing was changed.`,
    named: `${plate} is here already (${step}), and is the plate of ${vin ?? 'this vehicle'}${owner} from now on.`,
    again: `${plate} is leaving, and begins again once it has left.`,
    transferred: `${plate} leaves for whoever had it, and begins again once it has left.`,
  }[outcome];
}

export function removedLine({ outcome, parking: { plate } }: RemoveReply): string {
  return {
    leaving: `${plate} leaves: vin parking show ${plate} says how far it is.`,
    'already-leaving': `${plate} is leaving already; nothing was changed.`,
    left: `${plate} has left before; nothing was changed.`,
  }[outcome];
}

export function tableOfParkings(rows: readonly ParkingRow[]): string {
  if (rows.length === 0) return 'There is no parking.';
  return tableOf(
    ['Plate', 'VIN', 'Fleet', 'Step', 'Added', 'Waiting for', 'In the way'],
    rows.map(({ plate, vin, fleet, step, addedAt, waitingFor, trouble }) => [
      plate,
      vin ?? '',
      fleet ?? '',
      step,
      addedAt ? inSeconds(addedAt) : '',
      waitingFor ?? '',
      trouble ?? '',
    ]),
  );
}

export function detailsOf(report: ParkingReport): string {
  const { plate, provider, vin, fleet, externalId, step, addedAt, waitingFor, nextAt, trouble } = report;
  const lines = [
    `${plate} at ${provider}: ${step}`,
    ...(vin ? [`VIN          ${vin}`] : []),
    ...(fleet ? [`Fleet        ${fleet}`] : []),
    ...(externalId ? [`External id  ${externalId}`] : []),
    ...(addedAt ? [`Added        ${inSeconds(addedAt)}`] : []),
    ...(waitingFor ? [`Waiting for  ${waitingFor}${nextAt ? `, until ${inSeconds(nextAt)}` : ''}`] : []),
    ...(trouble ? [`In the way   ${trouble}`] : []),
    ...(report.complete ? [] : ['No worker has answered: stays and history are not shown.']),
  ];
  const parts = [
    ...(report.stays.length > 0
      ? [
          '',
          tableOfStays(report.stays),
          ...report.totals.map(({ currency, gross, count }) => `${gross} ${currency} for ${count}`),
        ]
      : []),
    ...(report.locked.length > 0 ? ['', lockedLines(report.locked)] : []),
    ...(report.history.length > 0
      ? ['', ...report.history.map(({ at, note }) => `${inSeconds(at)}  ${note}`)]
      : []),
  ];
  return [...lines, ...parts].join('\n');
}

export function servicesLines(all: readonly Shown[]): string {
  return all
    .map(({ application, operator, outcome, words, services }) => {
      const name = operator ? `${application} (${operator})` : application;
      if (outcome !== 'shown') return `${name}: ${words}`;
      if (services.length === 0) return `${name}: nothing is unpaid.`;
      return [`${name}:`, tableOfStays(services), ...(words === null ? [] : [words])].join('\n');
    })
    .join('\n');
}

export function lockedLines(all: readonly Locked[]): string {
  return all
    .map((one) => {
      const { application, outcome, words, locked, unlocked } = one;
      if (outcome !== 'locked') return `${application}: ${words}`;
      const counts = countsOf([one]);
      const leftOut = leftOutOf([one]);
      const parts = [
        `${application}: ${counts.locked === 0 ? 'there was nothing to lock.' : `${counts.locked} locked.`}`,
        ...(locked.length > 0 ? [tableOfStays(locked)] : []),
        ...(unlocked.length > 0 ? ['Unpaid, and not listed as locked:', tableOfStays(unlocked)] : []),
        ...(leftOut > 0 ? [`${leftOut} more are too many to be shown here.`] : []),
      ];
      return parts.join('\n');
    })
    .join('\n');
}

const ENDS = { running: 'goes on', known: '', 'not-known': 'not known' } as const;

function tableOfStays(stays: readonly (Stay & Partial<StayView>)[]): string {
  return tableOf(
    ['Service', 'Type', 'Where', 'From', 'To', 'Amount', 'Invoice'],
    stays.map(({ id, type, place, operator, startedAt, endedAt, end, cost, invoicing }) => [
      id,
      type,
      place ?? operator ?? '',
      timeOf(startedAt) ?? '',
      timeOf(endedAt) ?? ENDS[end ?? 'running'],
      cost?.gross != null ? `${cost.gross} ${cost.currency}` : '',
      invoicing ?? '',
    ]),
  );
}

function timeOf(at: number | null): string | null {
  return at === null ? null : inSeconds(new Date(at).toISOString());
}
