import { randomUUID } from 'node:crypto';
import { seal } from '../src/base/seal';
import { type Application, applicationKey } from '../src/domain/application';
import type { MintedToken } from '../src/providers/parking';
import type { SealedToken } from '../workflows/contract/tokens';
import { failureOf } from './failures';
import { ofApplication } from './of-application';

/** What makes the tokens of a credential. */
export interface Mint {
  /** Asks for a token, once. @throws ProviderError */
  mint(): Promise<MintedToken>;
  /** What they are sealed with. */
  readonly secret: string;
}

export interface TokenActivities {
  /** Asks for a token, once, and seals it. */
  mintToken(app: Application): Promise<SealedToken>;
}

/**
 * @param mints by the key of the credential.
 * @param speed of a trial, whose tokens end sooner.
 */
export function createTokenActivities(mints: Readonly<Record<string, Mint>>, speed: number): TokenActivities {
  return {
    async mintToken(app) {
      try {
        const { mint, secret } = ofApplication(mints, app);
        const asked = Date.now();
        const { value, life } = await mint();
        return {
          id: randomUUID(),
          sealed: seal(value, secret, applicationKey(app)),
          until: Math.floor(asked + life / speed),
          from: asked,
        };
      } catch (error) {
        throw failureOf(error);
      }
    },
  };
}
