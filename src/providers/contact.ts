/** What a provider's token is good for. */
export interface Granted {
  /** The scopes that the provider names (RFC 6749, 3.3); null where it names none. */
  readonly scopes: readonly string[] | null;
}

/** A client that can also be asked whether the provider is there and lets us in, before there is anything to ask. */
export interface Contact {
  /**
   * @param time milliseconds.
   * @throws ProviderError `PROVIDER_UNREACHABLE`, `PROVIDER_TIMEOUT`, `PROVIDER_CREDENTIALS`, …
   */
  contact(time: number): Promise<Granted>;
}
