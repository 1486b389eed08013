import type { Api, ErrorReply, Problem } from '../shared/errors';
import { oneLine } from '../shared/text';

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

/**
 * Words that are about the application: "the application is not configured" (422, Fleet Clearance API), "this service account is
 * not associated with a fleet". What is said of a field of the request is about the request.
 */
const OF_APPLICATION =
  /\b(?:application|app|service account|client)\b.*\bnot\b.*\b(?:configured|associated|activated|active|enabled|allowed|authori[sz]ed|permitted)\b/i;

/** What is said of one of these is about some vehicles only. */
const OF_SOME = /\b(?:vin|vehicle|brand|make|tag)s?\b/i;

/** Whether a refusal is about the application as a whole, and no vehicle's. */
export function isAboutApplication(problems: readonly Problem[]): boolean {
  return problems.some(
    ({ title, detail, source }) =>
      OF_APPLICATION.test(`${title} ${detail}`) && !OF_SOME.test(`${title} ${detail} ${source}`),
  );
}

/** High Mobility, as errors tell of it. */
export const API: Api = {
  name: 'High Mobility',
  address: 'HIGH_MOBILITY_BASE_URL',
  credentials:
    'Check HIGH_MOBILITY_CLIENT_ID and HIGH_MOBILITY_CLIENT_SECRET (or the private key and its id): all from the same application, of the environment that HIGH_MOBILITY_BASE_URL names.',
  forbidden: 'Ask the support of High Mobility to give the application access to its fleet.',
  readErrors: readErrorReply,
  isWord: (body) => readWord(body) !== null,
  isAboutApplication,
};
