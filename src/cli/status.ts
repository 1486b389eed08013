import { Command } from 'commander';
import type { NoticeRecord } from '../../workflows/contract/notices';
import { dataLine, lineOf } from '../../workflows/lifecycle/view';
import type { ActivationReport } from '../activations/reports';
import { visible } from '../base/visible';
import { sayWhereNoWorker } from './no-worker';
import { linesOf } from './notice-lines';
import { hasOtherRules } from './other-rules';
import { type Format, outputOption, printAnswer, say } from './output';
import { checkedKnownVin, whereItIs, withActivations } from './session';
import { inSeconds } from './times';

export function statusCommand(): Command {
  return new Command('status')
    .description('Show everything that is known of a vehicle: status, reason, whose turn it is, history.')
    .argument('<vin>', 'the vehicle identification number')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Examples:
  vin status WBA8E9G50GNT00001
  vin status WBA8E9G50GNT00001 -o json | jq .settled`,
    )
    .action(async (text: string, { output }: { output: Format }) => {
      const known = checkedKnownVin(text);
      const { vin } = known;
      const report = await withActivations((activations, client) =>
        whereItIs(known, activations, async (activations) => {
          const { noticesOf } = require('../activations/notices') as typeof import('../activations/notices');
          // Who waits for no worker twice waits no longer.
          const told = noticesOf(client, activations.app, { vin }).catch(() => null);
          const report = await activations.report(vin);
          const found = { ...report, otherRules: hasOtherRules(report), notices: await told };
          if (!found.complete) {
            say('warning: No worker has answered in time, so the history is missing.');
            await sayWhereNoWorker(client);
          } else if (!found.notices) say('warning: What became of its notices was not answered in time.');
          return found;
        }),
      );
      printAnswer(output, report, asText);
    });
}

/** What is known of a vehicle, and what became of its notices, newest first; null where nobody has answered. */
export type StatusReport = ActivationReport & {
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
    ...(report.letter
      ? ["Letter to the provider's support", ...report.letter.split('\n').map((line) => `  ${visible(line)}`)]
      : []),
    ...(facts.length > 0 ? ['History', ...facts] : []),
    ...(report.notices && report.notices.length > 0 ? ['Notices', ...report.notices.flatMap(linesOf)] : []),
  ].join('\n');
}
