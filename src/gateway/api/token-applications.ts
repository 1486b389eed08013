import { z } from 'zod';
import type { Defleetings } from '../../defleetings/defleetings';
import { APPLICATION_NAME, type Application, applicationKey } from '../../domain/application';
import type { Call } from './operation';
import { ApiError } from './problem';
import { registry } from './registry';
import type { Token } from './tokens';

/** At which of its applications a token is used. */

/** For the OpenAPI document as well. */
export const APPLICATION_PATTERN = `^${inside(APPLICATION_NAME)}(?::${inside(APPLICATION_NAME)})?$`;

function inside({ source }: RegExp): string {
  return source.slice(1, -1);
}

/** `otonomo:customer-7`; a provider alone means its application `default`, as in a list. */
export const applicationName = z
  .string()
  .max(81)
  .regex(new RegExp(APPLICATION_PATTERN), 'is no application: write provider:application')
  .transform((text) => (text.includes(':') ? text : `${text}:default`))
  .register(registry, {
    description:
      "One of the token's applications, as provider:application; a provider alone means its application `default`",
  });

/** The applications of one token. */
export type TokenApplications = Pick<Token, 'provider' | 'application' | 'others'>;

/** The key of a token's own application; null: the gateway's own. */
export function ownKey({ provider, application }: Pick<Token, 'provider' | 'application'>): string | null {
  return provider === undefined || application === undefined
    ? null
    : applicationKey({ provider, application });
}

/** The keys of all applications of a token. @param app that of the request, which is one of them */
export function allOf(token: TokenApplications, app: Application): readonly string[] {
  const own = ownKey(token);
  return [applicationKey(app), ...(own === null ? [] : [own]), ...(token.others ?? []).map(applicationKey)];
}

/** The defleetings of a token: of its fleets, and of vehicles that do not live at other applications alone. */
export function defleetingsOf({ api, token }: Pick<Call<unknown, unknown>, 'api' | 'token'>): Defleetings {
  return api.defleetings.forFleets(token.fleets, allOf(token, api.app));
}

/**
 * What a token works with.
 *
 * @param served those of this gateway; the first is that of tokens which name none.
 * @param named the key of the application that a request names. @default the token's own
 * @throws ApiError `APPLICATION_FORBIDDEN` for one that is not the token's, whether there is such a one or not, and `APPLICATION_OFF`
 *   for one of the token's that this gateway does not serve.
 */
export function ofToken<One extends { readonly app: Application }>(
  served: readonly One[],
  token: TokenApplications,
  named?: string,
): One {
  const usual = ownKey(token) ?? (served[0] ? applicationKey(served[0].app) : null);
  const key = named ?? usual;
  if (key !== usual && !(token.others ?? []).some((other) => applicationKey(other) === key)) {
    throw new ApiError(
      'APPLICATION_FORBIDDEN',
      `The application ${key} is not one of the token's`,
      "Leave it out for the token's own, or ask for a token that has it too (vin token create --also).",
    );
  }
  const found = served.find(({ app }) => applicationKey(app) === key);
  if (found) return found;
  throw new ApiError(
    'APPLICATION_OFF',
    `The token is for ${key ?? 'no application'}, which this gateway does not serve`,
    'Ask those who run this service to add the application to VIN_APPLICATIONS.',
  );
}
