import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/**
 * What an operator can search and see as columns in the Temporal UI. Not called `Status`: the UI
 * keeps that word for the workflow's own state.
 */
export const VIN = defineSearchAttributeKey('VIN', SearchAttributeType.KEYWORD);
export const BRAND = defineSearchAttributeKey('Brand', SearchAttributeType.KEYWORD);
export const FLEET = defineSearchAttributeKey('Fleet', SearchAttributeType.KEYWORD);
/** The caller's own reference to the vehicle. */
export const EXTERNAL_ID = defineSearchAttributeKey('ExternalId', SearchAttributeType.KEYWORD);
export const PROVIDER = defineSearchAttributeKey('Provider', SearchAttributeType.KEYWORD);
export const APPLICATION = defineSearchAttributeKey('Application', SearchAttributeType.KEYWORD);
export const CLEARANCE_STATUS = defineSearchAttributeKey('ClearanceStatus', SearchAttributeType.KEYWORD);
export const CLEARANCE_REASON = defineSearchAttributeKey('ClearanceReason', SearchAttributeType.KEYWORD);
export const NEEDS_ATTENTION = defineSearchAttributeKey('NeedsAttention', SearchAttributeType.BOOL);

/** Names and types as the server wants them registered. */
export const SEARCH_ATTRIBUTES = {
  VIN: 'Keyword',
  Brand: 'Keyword',
  Fleet: 'Keyword',
  ExternalId: 'Keyword',
  Provider: 'Keyword',
  Application: 'Keyword',
  ClearanceStatus: 'Keyword',
  ClearanceReason: 'Keyword',
  NeedsAttention: 'Bool',
} as const;
