import { readRetryAfter } from '../../http/retry-after';
import { ProviderError, type ProviderErrorCode } from '../provider-error';
import { oneLine } from './text';
import type { Reply, Route } from './transport';

/** One error of a reply. */
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

/** Whose a call is: what errors say of it, and how its error replies are read. */
export interface Api {
  /** As people write it. */
  readonly name: string;
  /** The variable that says where it is. */
  readonly address: string;
  /** What to do where it refuses our credentials, as a sentence. */
  readonly credentials: string;
  /** What to do where it does not let the application in, as a sentence. */
  readonly forbidden: string;
  /** Reads whatever words an error reply has. Null when it has none of the forms that are known. */
  readErrors(body: string | null): ErrorReply | null;
  /** Whether a body is the provider's own word, which decides: anything else may come from something in between. */
  isWord(body: string | null): boolean;
  /** The wait that a reply asks for by its own word, whatever its status is and whatever was asked. @default none does */
  waitOf?(endpoint: Route, reply: Reply): ProviderError | null;
  /** Whether a refusal is about the application, whatever vehicle was asked for. @default never */
  isAboutApplication?(problems: readonly Problem[]): boolean;
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
const NEXT: Record<ProviderErrorCode, (api: Api) => string> = {
  PROVIDER_UNREACHABLE: ({ address }) =>
    `It is tried again by itself. If it stays so, check the network and ${address}.`,
  PROVIDER_TIMEOUT: watch,
  PROVIDER_RATE_LIMITED: () => 'It is tried again by itself after the wait that was asked for.',
  PROVIDER_BUSY: () => 'It is tried again by itself.',
  PROVIDER_UNSETTLED: () => 'It is looked for again by itself.',
  PROVIDER_UNAVAILABLE: watch,
  PROVIDER_BAD_REPLY: ({ name, address }) =>
    `Check that ${address} is the API of ${name}. If it is, give its support the request id.`,
  PROVIDER_CREDENTIALS: ({ credentials }) => credentials,
  PROVIDER_FORBIDDEN: ({ forbidden }) => forbidden,
  PROVIDER_APPLICATION_REFUSED: ({ name }) =>
    `Look at the application in the console of ${name}, or ask its support. All vehicles wait, and go on by themselves.`,
  PROVIDER_AWAY: watch,
  PROVIDER_REFUSED: () => 'Correct the request as the message says, then send it again.',
};

function watch({ name }: Api): string {
  return `It is tried again by itself. If it stays so, look at the status page of ${name}.`;
}

type Details = NonNullable<ConstructorParameters<typeof ProviderError>[3]>;

interface Words {
  /** Said behind the name of the endpoint, in the same brackets. */
  readonly note?: string;
  /** What to do besides what is always said. */
  readonly remedy?: string | undefined;
}

/** A ProviderError about one call. `what` completes "<the provider> …". */
export function callError(
  code: ProviderErrorCode,
  endpoint: Route,
  what: string,
  details: Omit<Details, 'vin'> = {},
  { note, remedy }: Words = {},
): ProviderError {
  const place = note ? `${endpoint.name}; ${note}` : endpoint.name;
  const next = NEXT[code](endpoint.api);
  return new ProviderError(
    code,
    `${endpoint.api.name} ${what} (${place}).`,
    remedy ? `${next} ${remedy}.` : next,
    {
      ...details,
      ...(endpoint.vin !== undefined && { vin: endpoint.vin }),
    },
  );
}

/** The ProviderError of a reply whose status is not a success. */
export function statusError(endpoint: Route, reply: Reply, code = codeOf(endpoint, reply)): ProviderError {
  const { problems = [], requestId } = endpoint.api.readErrors(reply.body) ?? {};
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

function codeOf({ api }: Route, { status, body }: Reply): ProviderErrorCode {
  if (status === 401) return 'PROVIDER_CREDENTIALS';
  const isOfApplication = api.isAboutApplication?.(api.readErrors(body)?.problems ?? []) ?? false;
  if (status === 403) return isOfApplication ? 'PROVIDER_APPLICATION_REFUSED' : 'PROVIDER_FORBIDDEN';
  if (status === 408) return 'PROVIDER_TIMEOUT';
  if (status === 429) return 'PROVIDER_RATE_LIMITED';
  if (status >= 500) return 'PROVIDER_UNAVAILABLE';
  // Only the provider's own word refuses a request for good; an unknown address says nothing of the request.
  if (status < 400 || status === 404 || !api.isWord(body)) return 'PROVIDER_BAD_REPLY';
  return isOfApplication ? 'PROVIDER_APPLICATION_REFUSED' : 'PROVIDER_REFUSED';
}
