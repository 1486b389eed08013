import { readRetryAfter } from '../../http/retry-after';
import { ProviderError, type ProviderErrorCode } from '../provider-error';
import type { Endpoint, Reply } from './transport';
import { oneLine } from './words';

/** One error of a reply, in the fields of the Fleet Clearance API's `Error`. */
export interface Problem {
  readonly title: string;
  readonly detail: string;
  /** The field or part that has the problem. */
  readonly source: string;
}

export interface ErrorReply {
  readonly problems: readonly Problem[];
  readonly requestId: string | undefined;
}

/**
 * The provider's own word on a call: `{errors: [{title, …}]}`, a list with at least one title (Fleet Clearance,
 * Vehicle Data and Eligibility APIs; a title is required there), also with lists in the list. Null for anything else,
 * an empty body included: then it may be something in between that answered, and no status decides anything.
 */
export function readWord(body: string | null): readonly Problem[] | null {
  const value = body === null ? undefined : parse(body);
  const errors = isRecord(value) ? value['errors'] : undefined;
  if (!Array.isArray(errors)) return null;
  const hasTitle = errors.flat(MAX_DEPTH - 1).some((item) => isRecord(item) && text(item['title']) !== '');
  return hasTitle ? problemsOf(errors) : null;
}

/** Whether a refusal says nothing at all, so that nobody can be told apart by it: an empty body, or no error in it. */
export function isSilent(body: string | null): boolean {
  return readErrorReply(body)?.problems.length === 0;
}

/**
 * Reads whatever words an error reply has, for messages to people and for the wait that it names: `{errors: [...]}`,
 * also with lists in the list, a bare list, and OAuth's `{error, error_description}`. An empty body is an error
 * without words. Null when the body is none of these or could not be read. What decides is `readWord`.
 */
export function readErrorReply(body: string | null): ErrorReply | null {
  if (body === null) return null;
  const value = body.trim() === '' ? {} : parse(body);
  if (Array.isArray(value)) return { problems: problemsOf(value), requestId: undefined };
  if (!isRecord(value)) return null;
  const id = value['request_id'];
  const problems = problemsOf('errors' in value ? value['errors'] : value);
  if (problems.length === 0 && !('errors' in value) && Object.keys(value).length > 0) return null;
  return {
    problems,
    requestId: typeof id === 'string' ? oneLine(id) : undefined,
  };
}

const MAX_DEPTH = 3;
const MAX_PROBLEMS = 20;

function problemsOf(value: unknown, depth = 0): Problem[] {
  if (Array.isArray(value)) {
    if (depth === MAX_DEPTH) return [];
    return value
      .slice(0, MAX_PROBLEMS)
      .flatMap((item) => problemsOf(item, depth + 1))
      .slice(0, MAX_PROBLEMS);
  }
  if (typeof value === 'string') return [{ title: oneLine(value), detail: '', source: '' }];
  if (!isRecord(value)) return [];
  const problem = {
    title: text(value['title'] ?? value['error']),
    detail: text(value['detail'] ?? value['error_description']),
    source: text(value['source']),
  };
  return problem.title || problem.detail ? [problem] : [];
}

/** The provider's own words, as one line, each with the field that it is about: `brand: is invalid`. Empty where it gave none. */
export function wordsOf(problems: readonly Problem[]): string {
  return oneLine(problems.map(wordOf).join('; '));
}

function wordOf({ title, detail, source }: Problem): string {
  const words = detail || title;
  // Some name the field themselves.
  return source && !words.toLowerCase().startsWith(source.toLowerCase()) ? `${source}: ${words}` : words;
}

/** What to do next, for each error. */
const NEXT: Record<ProviderErrorCode, string> = {
  PROVIDER_UNREACHABLE:
    'It is tried again by itself. If it stays so, check the network and HIGH_MOBILITY_BASE_URL.',
  PROVIDER_TIMEOUT: 'It is tried again by itself. If it stays so, look at the status page of High Mobility.',
  PROVIDER_RATE_LIMITED: 'It is tried again by itself after the wait that was asked for.',
  PROVIDER_BUSY: 'It is tried again by itself.',
  PROVIDER_UNSETTLED: 'It is looked for again by itself.',
  PROVIDER_UNAVAILABLE:
    'It is tried again by itself. If it stays so, look at the status page of High Mobility.',
  PROVIDER_BAD_REPLY:
    'Check that HIGH_MOBILITY_BASE_URL is the API of High Mobility. If it is, give its support the request id.',
  PROVIDER_CREDENTIALS:
    'Check HIGH_MOBILITY_CLIENT_ID and HIGH_MOBILITY_CLIENT_SECRET: both from the same application, of the environment that HIGH_MOBILITY_BASE_URL names.',
  PROVIDER_FORBIDDEN: 'Ask the support of High Mobility to give the application access to its fleet.',
  PROVIDER_REFUSED: 'Correct the request as the message says, then send it again.',
};

type Details = NonNullable<ConstructorParameters<typeof ProviderError>[3]>;

interface Words {
  /** Said behind the name of the endpoint, in the same brackets. */
  readonly note?: string;
  /** What to do besides what is always said. */
  readonly remedy?: string | undefined;
}

/** A ProviderError about one call. `what` completes "High Mobility …". */
export function callError(
  code: ProviderErrorCode,
  endpoint: Endpoint,
  what: string,
  details: Omit<Details, 'vin'> = {},
  { note, remedy }: Words = {},
): ProviderError {
  const place = note ? `${endpoint.name}; ${note}` : endpoint.name;
  const next = remedy ? `${NEXT[code]} ${remedy}.` : NEXT[code];
  return new ProviderError(code, `High Mobility ${what} (${place}).`, next, {
    ...details,
    ...(endpoint.vin !== undefined && { vin: endpoint.vin }),
  });
}

/** The ProviderError of a reply whose status is not a success. */
export function statusError(endpoint: Endpoint, reply: Reply, code = codeOf(reply)): ProviderError {
  const { problems = [], requestId } = readErrorReply(reply.body) ?? {};
  const words = wordsOf(problems);
  const retryAfter = readRetryAfter(
    reply.headers,
    problems.flatMap(({ title, detail }) => [title, detail]),
  );
  const id = reply.requestId ?? requestId;
  return callError(code, endpoint, `answered ${reply.status}${words && `: ${words}`}`, {
    status: reply.status,
    ...(retryAfter !== undefined && { retryAfter }),
    ...(id !== undefined && { requestId: id }),
  });
}

function codeOf({ status, body }: Reply): ProviderErrorCode {
  if (status === 401) return 'PROVIDER_CREDENTIALS';
  if (status === 403) return 'PROVIDER_FORBIDDEN';
  if (status === 408) return 'PROVIDER_TIMEOUT';
  if (status === 429) return 'PROVIDER_RATE_LIMITED';
  if (status >= 500) return 'PROVIDER_UNAVAILABLE';
  // Only the provider's own word refuses a request for good; an unknown address says nothing of the request.
  if (status < 400 || status === 404 || readWord(body) === null) return 'PROVIDER_BAD_REPLY';
  return 'PROVIDER_REFUSED';
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? oneLine(value) : '';
}
