import { CERTIFICATE_ERRORS } from './certificates';
import { COMMAND_ERRORS, LIST_ERRORS, TRIAL_ERRORS } from './commands';
import type { ErrorCodeFacts } from './error-code';
import { API_ERRORS, TOKEN_ERRORS, WEBHOOK_ERRORS } from './gateway';
import { MESSAGE_ERRORS, NOTICE_ERRORS, PROVIDER_ERRORS, TEMPORAL_ERRORS } from './work';

/** The error codes in the sections of docs/errors.md, which is made from them. */
export const SECTIONS = {
  commands: COMMAND_ERRORS,
  lists: LIST_ERRORS,
  temporal: TEMPORAL_ERRORS,
  provider: PROVIDER_ERRORS,
  notices: NOTICE_ERRORS,
  messages: MESSAGE_ERRORS,
  certificates: CERTIFICATE_ERRORS,
  api: API_ERRORS,
  tokens: TOKEN_ERRORS,
  webhooks: WEBHOOK_ERRORS,
  trial: TRIAL_ERRORS,
} as const;

const ALL = {
  ...COMMAND_ERRORS,
  ...LIST_ERRORS,
  ...TEMPORAL_ERRORS,
  ...PROVIDER_ERRORS,
  ...NOTICE_ERRORS,
  ...MESSAGE_ERRORS,
  ...CERTIFICATE_ERRORS,
  ...API_ERRORS,
  ...TOKEN_ERRORS,
  ...WEBHOOK_ERRORS,
  ...TRIAL_ERRORS,
} as const;

/** Every code that an error of ours can have. A code never changes: programs and people look for it. */
export type ErrorCode = keyof typeof ALL;

export const ERROR_CODES: Readonly<Record<ErrorCode, ErrorCodeFacts>> = ALL;
