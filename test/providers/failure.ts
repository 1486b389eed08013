import { inspect } from 'node:util';
import { ProviderError } from '../../src/providers/provider-error';

/** The ProviderError with which a call ends; checks that nothing secret is anywhere in it. */
export async function failureWithout(
  secrets: readonly string[],
  call: Promise<unknown>,
): Promise<ProviderError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProviderError);
  const shown = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true });
  for (const secret of secrets) expect(shown).not.toContain(secret);
  return error as ProviderError;
}
