import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VinError } from '../../src/base/errors';
import { readTokens } from '../../src/gateway/api/token-file';
import { findToken, makeToken, tokenFile } from '../../src/gateway/api/tokens';
import type { Target } from './kit/target';

const NOW = Date.UTC(2026, 0, 1);
const wish = { name: 'onboarding', role: 'operate', fleets: ['acme'], expiresAt: null } as const;
const { text, token } = makeToken(wish, NOW);
const fileOf = (...tokens: object[]): string => JSON.stringify({ version: 1, tokens }, null, 2);

export const target: Target = {
  about: 'the file of tokens',
  corpus: [
    fileOf(token),
    fileOf(token, makeToken({ ...wish, fleets: '*', expiresAt: NOW }, NOW).token),
    fileOf({ ...token, role: 'read', fleets: ['Köln', 'b'] }),
    fileOf(),
    `\uFEFF${fileOf(token)}`,
  ],
  words: [
    '"*"',
    '"fleets":',
    '"hash":',
    '"role":',
    '"operate"',
    '"expiresAt":',
    '"2026-01-01T00:00:00.000Z"',
    token.hash,
  ],
  holds: async (bytes) => {
    const folder = mkdtempSync(join(tmpdir(), 'vin-fuzz-'));
    const file = join(folder, 'tokens.json');
    try {
      writeFileSync(file, bytes);
      const tokens = await readTokens(file);
      if (!tokenFile.safeParse({ version: 1, tokens }).success)
        throw new Error('what was read is not a token');
      const found = findToken(tokens, text, NOW);
      if (found && found.hash !== token.hash) throw new Error('another token was found');
      findToken(tokens, bytes.toString('latin1'), NOW);
    } catch (error) {
      if (!(error instanceof VinError) || error.code !== 'TOKENS_INVALID') throw error;
      if (error.message.replace(file, '').length > 100)
        throw new Error('the message has something of the file');
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
