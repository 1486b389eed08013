import { plainVin } from '../../domain/vin';
import { statusError, wordsOf } from '../shared/errors';
import type { Reply, Request, Route } from '../shared/transport';
import { API, messageOf, namedVins, readErrorReply } from './errors';

export const VEHICLES = '/v2/vehicle-management/vehicles/';

export const ACTIONS = ['enable', 'disable', 'remove'] as const;
export type Action = (typeof ACTIONS)[number];

/** Makes one call. */
export type CallOf = (request: Request) => Promise<Reply>;

/** What became of one vehicle of an action. */
export type ActionAnswer =
  | { readonly outcome: 'done' }
  /** The workspace has no such vehicle. */
  | { readonly outcome: 'absent'; readonly detail: string }
  /** Its status does not allow it, or what Otonomo says of it. */
  | { readonly outcome: 'refused'; readonly detail: string }
  /** A refusal without words. */
  | { readonly outcome: 'unclear'; readonly detail: '' };

/**
 * Enables, disables or removes vehicles, all in one call. Where the call is refused for some that it names, the others go on
 * without them; where it names none, each goes on its own. Whether a refused call has been carried out for the others
 * is documented nowhere: doing it once more does no harm.
 *
 * @param call makes one call.
 * @param by milliseconds since 1970: later than that no call begins.
 * @returns an answer for each for which there was time.
 * @throws ProviderError for what is not Otonomo's own word on the vehicles.
 */
export async function act(
  call: CallOf,
  action: Action,
  vins: readonly string[],
  by = Number.POSITIVE_INFINITY,
): Promise<Map<string, ActionAnswer>> {
  const answers = new Map<string, ActionAnswer>();
  let rest = vins;
  while (rest.length > 0 && Date.now() <= by) {
    const [only] = rest.length === 1 ? rest : [];
    const endpoint = {
      api: API,
      name: `POST ${VEHICLES}${action}`,
      ...(only !== undefined && { vin: only }),
    };
    const reply = await call({
      endpoint,
      method: 'POST',
      path: VEHICLES + action,
      body: { vins: rest },
      maxBytes: 1024 * 1024,
    });
    const isDone = reply.status >= 200 && reply.status < 300;
    const answer = isDone ? ({ outcome: 'done' } as const) : refusalOf(endpoint, reply);
    const names = isDone ? [] : namedVins(reply.body).map(plainVin);
    const named = rest.filter((vin) => names.includes(plainVin(vin)));
    if (!isDone && named.length === 0 && rest.length > 1) {
      for (const vin of rest)
        for (const [key, one] of await act(call, action, [vin], by)) answers.set(key, one);
      return answers;
    }
    const settled = named.length > 0 ? named : rest;
    for (const vin of settled) answers.set(plainVin(vin), answer);
    rest = rest.filter((vin) => !settled.includes(vin));
  }
  return answers;
}

/** Django's own word for a call that the service may not make: it is not about vehicles. */
const NOT_ALLOWED = /^forbidden\b|permission|authenticat/i;

/** Statuses of a refusal in words: 400 is documented. */
const IN_WORDS: readonly number[] = [400, 409, 422];

/** A refusal in Otonomo's own words. An API gateway's 403 or 404 has a `message` too. */
function refusalOf(endpoint: Route, reply: Reply): ActionAnswer {
  const { status, body } = reply;
  const message = messageOf(body);
  const isSilent = readErrorReply(body)?.problems.length === 0;
  if (status === 400 && isSilent) return { outcome: 'unclear', detail: '' };
  const isNaming = namedVins(body).length > 0;
  const isRefusal =
    (IN_WORDS.includes(status) && API.isWord(body)) ||
    (status === 403 && (message !== null || isNaming)) ||
    (status === 404 && isNaming);
  const isOfService = status === 403 && message !== null && !isNaming && NOT_ALLOWED.test(message);
  if (!isRefusal || isOfService) throw statusError(endpoint, reply);
  const detail = wordsOf(readErrorReply(body)?.problems ?? []);
  return { outcome: /\bnot found\b/i.test(detail) ? 'absent' : 'refused', detail };
}
