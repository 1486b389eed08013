import type { History } from '@temporalio/common/lib/proto-utils';

type Event = NonNullable<History['events']>[number];

/** Attributes and summaries are payloads: JSON of ours, or a text of the SDK's own. */
function textOf(payload: { readonly data?: Uint8Array | null } | null | undefined): string {
  return Buffer.from(payload?.data ?? []).toString();
}

function activityOf(event: Event): string | undefined {
  const scheduled = event.activityTaskScheduledEventAttributes?.activityType?.name;
  if (scheduled) return scheduled;
  const marker = event.markerRecordedEventAttributes?.details?.['data']?.payloads?.[0];
  return /"activity_type":"(\w+)"/.exec(textOf(marker))?.[1];
}

/** The workflow that a run is of. */
export function typeOf({ events }: History): string {
  return events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name ?? '';
}

/**
 * What happened in a run, in its order: the types of its events, with the names of activities and messages. Workflow tasks are
 * left out: where they begin and end is a matter of milliseconds.
 */
export function sequenceOf({ events }: History): string {
  return (events ?? [])
    .map((event) => {
      const attributes = Object.keys(event).filter(
        (name) => name.endsWith('EventAttributes') && event[name as keyof Event],
      );
      const signal = event.workflowExecutionSignaledEventAttributes?.signalName;
      return [...attributes, activityOf(event) ?? signal ?? ''].join(' ');
    })
    .filter((line) => !line.startsWith('workflowTask'))
    .join('\n');
}

/**
 * What the plan (workflows/plan.ts) has wanted in a run: the commands that it gave, and what it waited for, without the
 * names of brands and what a person has to do.
 */
export function plansIn({ events }: History): string[] {
  return (events ?? []).flatMap((event) => {
    const activity = activityOf(event);
    if (activity) return [activity];
    if (event.activityTaskCancelRequestedEventAttributes) return ['stop submitting'];
    if (!event.timerStartedEventAttributes) return [];
    const waiting = /^"Waiting for (.*)"$/.exec(textOf(event.userMetadata?.summary))?.[1];
    return waiting === undefined ? [] : [waiting.replace(/ \(.*?\)/, '').replace(/: .*/, '')];
  });
}
