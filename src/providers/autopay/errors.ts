import { readRetryAfter } from '../../http/retry-after';
import type { ProviderError, ProviderErrorCode } from '../provider-error';
import { type Api, callError, type ErrorReply, statusError, wordsOf } from '../shared/errors';
import { oneLine } from '../shared/text';
import type { Reply, Route } from '../shared/transport';

/** Autopay, as errors tell of it. */
export const API: Api = {
  name: 'Autopay',
  address: 'AUTOPAY_BASE_URL',
  credentials: 'Check AUTOPAY_CLIENT_ID and AUTOPAY_CLIENT_SECRET: both of the same operator.',
  // A 403 is one for a token that is missing, has ended or lacks the scope: it proves no level (Fleet API, "Error handling").
  forbidden:
    'It may be a right that the credential lacks, or the level of the agreement: ask your Autopay representative, with its words.',
  readErrors,
  isWord: (body) => errorIdOf(body) !== null,
  waitOf,
};

/** Milliseconds to wait where Autopay says that there are too many calls: it names no time (no 429 and no Retry-After). */
const PAUSE = 60_000;

/** What an error id means, whatever the status beside it. Others are judged by their status. */
const MEANING: Readonly<Record<string, ProviderErrorCode>> = {
  authentication_error: 'PROVIDER_CREDENTIALS',
  forbidden: 'PROVIDER_FORBIDDEN',
  query_limit_error: 'PROVIDER_RATE_LIMITED',
  internal_server_error: 'PROVIDER_UNAVAILABLE',
  // A 400, although the fault is behind Autopay.
  server_communication_error: 'PROVIDER_UNAVAILABLE',
  fleet_vehicle_get_error: 'PROVIDER_UNAVAILABLE',
  // Whether the vehicle was saved or removed all the same is not said: its list decides.
  fleet_vehicle_save_error: 'PROVIDER_UNSETTLED',
  fleet_vehicle_delete_error: 'PROVIDER_UNSETTLED',
};

/** The error of a reply that is no success, by its error id. */
export function errorOf(endpoint: Route, reply: Reply): ProviderError {
  return waitOf(endpoint, reply) ?? statusError(endpoint, reply, MEANING[errorIdOf(reply.body) ?? '']);
}

/** Too many calls, under any status; null: it says something else. The token service has the word in its own field. */
function waitOf(endpoint: Route, reply: Reply): ProviderError | null {
  const value = parse(reply.body);
  const meaning = MEANING[text(value?.['error_id'] ?? value?.['error'])];
  if (meaning !== 'PROVIDER_RATE_LIMITED') return null;
  const words = wordsOf(readErrors(reply.body)?.problems ?? []);
  return callError('PROVIDER_RATE_LIMITED', endpoint, `answered ${reply.status}: ${words}`, {
    status: reply.status,
    retryAfter: readRetryAfter(reply.headers) ?? PAUSE,
    ...(reply.requestId !== undefined && { requestId: reply.requestId }),
  });
}

/** The `error_id` of a reply, or null where it is no word of Autopay. */
export function errorIdOf(body: string | null): string | null {
  const id = parse(body)?.['error_id'];
  return typeof id === 'string' && id !== '' ? id : null;
}

/** What an error says to people, in one text. */
export function wordsIn(body: string | null): string {
  const value = parse(body);
  return [value?.['message'], value?.['description']].map(text).join(' ');
}

/** `{error_id, message, description}` of the API, `{error, error_description}` of its token service. */
function readErrors(body: string | null): ErrorReply | null {
  if (body?.trim() === '') return { problems: [], requestId: undefined };
  const value = parse(body);
  if (!value) return null;
  const title = text(value['error_id'] ?? value['error']);
  const words = [value['message'], value['description'] ?? value['error_description']]
    .map(text)
    .filter(Boolean);
  if (title === '' && words.length === 0) return null;
  // The id says what the words only tell, so it is shown with them.
  const detail = [title, words.join(' ')].filter(Boolean).join(': ');
  return { problems: [{ title, detail, source: '' }], requestId: undefined };
}

function parse(body: string | null): Record<string, unknown> | null {
  // Lists are long, and no errors.
  if (!/^\s*\{/.test(body ?? '')) return null;
  try {
    const value: unknown = JSON.parse(body ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? oneLine(value) : '';
}
