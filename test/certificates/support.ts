import type { CertificateFacts, EndedAccess, StatementFacts } from '../../src/certificates/facts';
import { makeFiles, type Signer, sha256 } from '../../src/certificates/issue';
import {
  generateKey,
  type PublicKey,
  publicPem,
  readSigningKey,
  type SigningKey,
} from '../../src/certificates/keys';

/** What tests of certificates share. */

export function newKey(): SigningKey & { readonly publicPem: string; readonly privatePem: string } {
  const { privatePem } = generateKey();
  const key = readSigningKey(privatePem);
  return { ...key, privatePem, publicPem: publicPem(key) };
}

export function signerWith(key: SigningKey = newKey()): Signer {
  return { key, version: '0.1.0' };
}

export const ACCESS: EndedAccess = {
  provider: 'high-mobility',
  application: 'default',
  asked: { at: '2026-12-01T23:00:00.000Z', words: 'DELETE of the clearance' },
  answer: { at: '2026-12-01T23:00:01.000Z', words: 'revoking' },
  calls: 1,
  outcome: 'ended',
  readBack: { at: '2026-12-02T08:00:00.000Z', words: 'revoked' },
};

/** @param index which of many: another vehicle, and another defleeting. */
export function facts(index = 0, change: Partial<CertificateFacts> = {}): CertificateFacts {
  const vin = vinOf(index);
  return {
    defleeting: `defleeting:${vin}:1`,
    vin,
    fleet: 'acme',
    event: { kind: 'sold', date: '2026-12-01' },
    deadline: '2026-12-03T23:00:00.000Z',
    asked: { at: '2026-12-01T22:59:00.000Z', by: 'fleet-manager', onBehalfOf: null, channel: 'cli' },
    accesses: [ACCESS],
    endedAt: '2026-12-02T08:00:00.000Z',
    ...change,
  };
}

export function statementFacts(index = 0): StatementFacts {
  const { accesses: _, endedAt: __, ...leaving } = facts(index);
  return {
    ...leaving,
    at: '2026-12-03T23:00:00.000Z',
    accesses: [
      ACCESS,
      {
        ...ACCESS,
        application: 'other',
        outcome: 'open',
        readBack: null,
        why: 'The carmaker has not answered',
      },
    ],
  };
}

export function vinOf(index: number): string {
  return `WBA8E9G50GNT${String(index).padStart(5, '0')}`;
}

export function publicOf({ kid, key }: SigningKey): PublicKey {
  return { kid, key };
}

/** Certificates one after the other, each with the hash of the one before. */
export function chainOf(count: number, key: SigningKey) {
  const files: { readonly full: string; readonly buyer: string }[] = [];
  for (let number = 1; number <= count; number += 1) {
    const previous = files.at(-1);
    const place = {
      number,
      previous: previous ? sha256(previous.full) : null,
      issuedAt: '2026-12-02T09:00:00.000Z',
    };
    files.push(makeFiles(facts(number), place, signerWith(key)));
  }
  return files;
}
