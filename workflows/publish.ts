import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import * as attributes from './search-attributes';
import type { ActivationState } from './state';
import { detailsOf, viewOf } from './view';

/**
 * Shows the state in the Temporal UI: the page's details, and the search attributes that have changed.
 *
 * @param always whether one is told again where none has changed, so that the workflow task has a command.
 */
export function publish(state: ActivationState, always: boolean): void {
  const view = viewOf(state);
  setCurrentDetails(detailsOf(view));
  const known = workflowInfo().typedSearchAttributes;
  const wanted = [
    { key: attributes.VIN, value: view.vin },
    { key: attributes.BRAND, value: view.brand },
    { key: attributes.PROVIDER, value: view.provider },
    { key: attributes.APPLICATION, value: view.application },
    { key: attributes.FLEET, value: view.fleet },
    { key: attributes.EXTERNAL_ID, value: view.externalId },
    { key: attributes.CLEARANCE_STATUS, value: view.status },
    { key: attributes.CLEARANCE_REASON, value: view.reason?.slice(0, 200) ?? null },
    { key: attributes.NEEDS_ATTENTION, value: view.owner !== null && view.owner !== 'nobody' },
  ];
  const changed = wanted.filter(({ key, value }) => (known.get(key as never) ?? null) !== value);
  const told = changed.length === 0 && always ? wanted.slice(0, 1) : changed;
  if (told.length > 0) upsertSearchAttributes(told as SearchAttributeUpdatePair[]);
}
