import type { Client } from '@temporalio/client';
import { Command } from 'commander';
import type { NoticeRecord } from '../../workflows/contract/notices';
import { dataLine, lineOf } from '../../workflows/lifecycle/view';
import type { Activations } from '../activations/activations';
import type { ActivationReport } from '../activations/reports';
import { VinError } from '../base/errors';
import { visible } from '../base/visible';
import { applicationWords } from './application-option';
import { sayWhereNoWorker } from './no-worker';
import { linesOf } from './notice-lines';
import { hasOtherRules } from './other-rules';
import { type Format, outputOption, printAnswer, say } from './output';
import { type KnownVin, whereItIs, withActivations } from './session';
import { inSeconds } from './times';
import {
  type AroundVehicle,
  around,
  aroundLines,
  parkingsOf,
  readVehicleName,
  type VehicleName,
} from './vehicle';

export function statusCommand(): Command {
  return new Command('status')
    .description(
      'Show everything that is known of a vehicle: status, reason, whose turn it is, history; where else it is, its parking, how it leaves.',
    )
    .argument('<vin>', 'the vehicle identification number, or a plate with its country')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Examples:
  vin status WBA8E9G50GNT00001
  vin status NO-AA12345
  vin status WBA8E9G50GNT00001 -o json | jq .settled`,
    )
    .action(async (text: string, { output }: { output: Format }) => {
      const name = readVehicleName(text);
      const found = await withActivations((activations, client) => statusOf(name, activations, client));
      printAnswer(output, found, (vehicle) =>
        'vin' in vehicle ? asText(vehicle) : aroundLines(vehicle).join('\n'),
      );
    });
}

/** All of a vehicle; where only its parking is known, that. @throws VinError `ACTIVATION_UNKNOWN`, `PARKING_UNKNOWN`. */
async function statusOf(
  name: VehicleName,
  activations: Activations,
  client: Client,
): Promise<StatusReport | AroundVehicle> {
  if ('known' in name) return statusOfVin(name.known, activations, client);
  const parkings = await parkingsOf(client, name);
  const vin = parkings[0]?.vin ?? null;
  const alone = { elsewhere: [], parkings, defleeting: null };
  return vin === null ? alone : statusOfVin({ vin }, activations, client, alone);
}

async function statusOfVin(
  known: KnownVin,
  activations: Activations,
  client: Client,
  alone: AroundVehicle | null = null,
): Promise<StatusReport | AroundVehicle> {
  try {
    return await whereItIs(known, activations, (there) => reportAt(there, known.vin, client));
  } catch (error) {
    if (!(error instanceof VinError && ['ACTIVATION_UNKNOWN', 'VIN_INVALID'].includes(error.code)))
      throw error;
    const beside = await around(client, known.vin, null);
    const isKnown = beside.elsewhere.length > 0 || beside.parkings.length > 0;
    // At several others, and not where it was asked for: each is told, with how to ask for it.
    if (isKnown && applicationWords() === '') return beside;
    if (alone) return { ...beside, parkings: alone.parkings };
    throw error;
  }
}

async function reportAt(activations: Activations, vin: string, client: Client): Promise<StatusReport> {
  const { noticesOf } = require('../activations/notices') as typeof import('../activations/notices');
  // Who waits for no worker twice waits no longer.
  const told = noticesOf(client, activations.app, { vin }).catch(() => null);
  const report = await activations.report(vin);
  const beside = await around(client, vin, report);
  const found = { ...report, ...beside, otherRules: hasOtherRules(report), notices: await told };
  if (!found.complete) {
    say('warning: No worker has answered in time, so the history is missing.');
    await sayWhereNoWorker(client);
  } else if (!found.notices) say('warning: What became of its notices was not answered in time.');
  return found;
}

/** What is known of a vehicle, and what became of its notices, newest first; null where nobody has answered. */
export type StatusReport = ActivationReport &
  Partial<AroundVehicle> & {
    readonly notices: readonly NoticeRecord[] | null;
    /** Whether the catalogue here is another than the one that governs it; null: not known. */
    readonly otherRules: boolean | null;
  };

/** Which rules govern it. */
function rulesOf({ vin, catalogueVersion, rulesSince, otherRules }: StatusReport): string | null {
  // A life that a former version has closed has not said since when.
  if (!catalogueVersion || !rulesSince) return null;
  const other = otherRules ? `; the catalogue here is another one: vin refresh ${vin}` : '';
  return `catalogue ${catalogueVersion}, since ${inSeconds(rulesSince)}${other}`;
}

function pauseOf({ at, by }: NonNullable<StatusReport['suspended']>): string {
  return `asked at ${inSeconds(at)}${by ? ` by ${by}` : ''}`;
}

/** A report for a person, most important first. */
export function asText(report: StatusReport): string {
  const rows: [string, string | null][] = [
    ['Vehicle', `${report.vin} · ${report.brand}${report.fleet ? ` · fleet ${report.fleet}` : ''}`],
    ['External id', report.externalId],
    ['Status', `${report.status}${report.reason ? `: ${report.reason}` : ''}`],
    ['Since', report.since && inSeconds(report.since)],
    ['Reason since', report.reasonSince && inSeconds(report.reasonSince)],
    ['Approved', report.approvedAt && inSeconds(report.approvedAt)],
    ['Step', `${report.step}${report.settled ? ' (nothing more will happen by itself)' : ''}`],
    ['Whose turn', report.owner],
    ['To do', report.action],
    ['Turn since', report.ownerSince && inSeconds(report.ownerSince)],
    ['Retry', report.owner && report.whyNoRetry],
    ['Deadline', report.deadlineAt && inSeconds(report.deadlineAt)],
    ['Waiting for', report.waitingFor],
    ['Next look', report.nextAt && inSeconds(report.nextAt)],
    ['Data', dataLine(report)],
    ['Escalation', report.escalationLevel > 0 ? `level ${report.escalationLevel}` : null],
    ['Acknowledged', report.acknowledgedUntil && `until ${inSeconds(report.acknowledgedUntil)}`],
    ['Paused', report.suspended && pauseOf(report.suspended)],
    ['Leaving', report.defleet && `asked at ${inSeconds(report.defleet.at)}`],
    ['Rules', rulesOf(report)],
    [
      'Trouble',
      report.trouble &&
        `${report.trouble.command}, attempt ${report.trouble.attempt}: ${report.trouble.message}`,
    ],
    ['Workflow', `${report.workflowId} (${report.execution.toLowerCase()})`],
  ];
  const facts = report.history.map(
    (fact) => `  ${inSeconds(fact.at)}  ${fact.source.padEnd(10)} ${visible(lineOf(fact))}`,
  );
  return [
    ...rows.flatMap(([name, value]) => (value ? [`${name.padEnd(12)} ${visible(value)}`] : [])),
    ...aroundLines(report),
    ...(report.letter
      ? ["Letter to the provider's support", ...report.letter.split('\n').map((line) => `  ${visible(line)}`)]
      : []),
    ...(facts.length > 0 ? ['History', ...facts] : []),
    ...(report.notices && report.notices.length > 0 ? ['Notices', ...report.notices.flatMap(linesOf)] : []),
  ].join('\n');
}
