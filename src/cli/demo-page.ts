import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { changeTokens } from '../gateway/api/token-file';
import { makeToken } from '../gateway/api/tokens';

/**
 * What the demo's gateway is started with, so that it has a fleet page and prints a link that opens it once.
 *
 * @param folder for its files, which only we may read.
 */
export async function demoPage(
  folder: string,
): Promise<{ readonly args: readonly string[]; readonly variables: NodeJS.ProcessEnv }> {
  const { text, token } = makeToken(
    { name: 'demo', role: 'operate', fleets: '*', expiresAt: null },
    Date.now(),
  );
  const tokens = join(folder, 'tokens.json');
  const file = join(folder, 'page-token');
  await changeTokens(tokens, () => [token]);
  writeFileSync(file, text, { mode: 0o600 });
  return { args: ['--page-link', file], variables: { VIN_API_TOKENS: tokens } };
}
