import type { History } from '@temporalio/common/lib/proto-utils';

type Fields = NonNullable<
  NonNullable<
    NonNullable<NonNullable<History['events']>[number]['workflowExecutionStartedEventAttributes']>['memo']
  >['fields']
>;

/**
 * What lists would forget when a run goes on as a fresh one, or remember though it was taken away: columns and memo that the fresh run
 * begins otherwise with. Until a worker has done its first workflow task, lists would show those of the start.
 *
 * @returns a sentence for each name; none where the run has not gone on.
 */
export function forgottenInLists({ events }: History): string[] {
  const memo = new Map<string, string>();
  const columns = new Map<string, string>();
  for (const event of events ?? []) {
    const started = event.workflowExecutionStartedEventAttributes;
    keep(
      memo,
      started?.memo?.fields ?? event.workflowPropertiesModifiedEventAttributes?.upsertedMemo?.fields,
    );
    keep(
      columns,
      started?.searchAttributes?.indexedFields ??
        event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields,
    );
    const next = event.workflowExecutionContinuedAsNewEventAttributes;
    if (!next) continue;
    return [
      ...differing('memo', memo, next.memo?.fields),
      ...differing('column', columns, next.searchAttributes?.indexedFields),
    ];
  }
  return [];
}

/** What a name stands for: null and empty lists stand for nothing. */
function keep(known: Map<string, string>, fields: Fields | null | undefined): void {
  for (const [name, payload] of Object.entries(fields ?? {})) {
    const text = Buffer.from(payload.data ?? []).toString();
    if (['', 'null', '[]'].includes(text)) known.delete(name);
    else known.set(name, text);
  }
}

function differing(kind: string, known: Map<string, string>, fields: Fields | null | undefined): string[] {
  const kept = new Map<string, string>();
  keep(kept, fields);
  const names = new Set([...known.keys(), ...kept.keys()]);
  return [...names]
    .filter((name) => kept.get(name) !== known.get(name))
    .map((name) => `a fresh run does not begin with its ${kind} ${name} as it was`);
}
