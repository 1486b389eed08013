import { Command } from 'commander';
import { lineOf } from '../../workflows/lifecycle/view';
import type { ActivationReport } from '../activations/reports';
import { visible } from '../base/visible';
import { sayWhereNoWorker } from './no-worker';
import { type Format, outputOption, printAnswer, say } from './output';
import { readKnownVin, withActivations } from './session';
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
      const vin = readKnownVin(text);
      const report = await withActivations(async (activations, client) => {
        const found = await activations.report(vin);
        if (!found.complete) {
          say('warning: No worker has answered in time, so the history is missing.');
          await sayWhereNoWorker(client);
        }
        return found;
      });
      printAnswer(output, report, asText);
    });
}

/** A report for a person, most important first. */
export function asText(report: ActivationReport): string {
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
    ['Deadline', report.deadlineAt && inSeconds(report.deadlineAt)],
    ['Waiting for', report.waitingFor],
    ['Next look', report.nextAt && inSeconds(report.nextAt)],
    ['Data', report.data],
    ['Escalation', report.escalationLevel > 0 ? `level ${report.escalationLevel}` : null],
    ['Acknowledged', report.acknowledgedUntil && `until ${inSeconds(report.acknowledgedUntil)}`],
    ['Leaving', report.defleet && `asked at ${inSeconds(report.defleet.at)}`],
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
    ...(facts.length > 0 ? ['History', ...facts] : []),
  ].join('\n');
}
