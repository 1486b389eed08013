import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import * as attributes from './search-attributes';
import type { ActivationState } from './state';
import { detailsOf, viewOf } from './view';

/** Shows the state in the Temporal UI: the page's details, and the search attributes that have changed. */
export function publish(state: ActivationState): void {
  const view = viewOf(state);
  setCurrentDetails(detailsOf(view));
  const known = workflowInfo().typedSearchAttributes;
  const wanted = [
    { key: attributes.VIN, value: view.vin },
    { key: attributes.BRAND, value: view.brand },
    { key: attributes.PROVIDER, value: view.provider },
    { key: attributes.FLEET, value: view.fleet },
    { key: attributes.CLEARANCE_STATUS, value: view.status },
    { key: attributes.CLEARANCE_REASON, value: view.reason?.slice(0, 200) ?? null },
    { key: attributes.NEEDS_ATTENTION, value: view.owner !== null && view.owner !== 'nobody' },
  ];
  const changed = wanted.filter(({ key, value }) => (known.get(key as never) ?? null) !== value);
  if (changed.length > 0) upsertSearchAttributes(changed as SearchAttributeUpdatePair[]);
}
