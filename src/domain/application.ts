/**
 * An application at a provider: clearances are asked for by one, belong to it, and count on its budget. A platform may have
 * one for each of its customers; where there is one only, it is called `default`.
 */
export interface Application {
  /** The provider's name here, for example `high-mobility`. */
  readonly provider: string;
  /** What we call it: the provider's own id of it (a client id) is a setting. */
  readonly application: string;
}

/** The same for the same application, and for no other: `high-mobility:default`. */
export function applicationKey({ provider, application }: Application): string {
  return `${provider}:${application}`;
}

/** The application that a key is of. */
export function applicationFrom(key: string): Application {
  const [provider = '', application = ''] = key.split(':');
  return { provider, application };
}

/** What names of providers and applications may be: they stand in ids, addresses and variables. */
export const APPLICATION_NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** The part of something that belongs to an application. */
export function applicationOf({ provider, application }: Application): Application {
  return { provider, application };
}
