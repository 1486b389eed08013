import { z } from 'zod';
import type { FoundCertificate } from '../../../activities/certificates';
import type { Certificate } from '../../certificates/certificate';
import { unverified } from '../../certificates/jws';
import { type Application, applicationKey } from '../../domain/application';
import { evenly } from './evenly';
import { operation } from './operation';
import { ApiError } from './problem';
import { registry, textOrNull, time } from './registry';
import type { Token } from './tokens';

const hash = z.string().register(registry, {
  pattern: '^[0-9a-f]{64}$',
  description: 'SHA-256 of the first file, in hex',
});

export const CertificateFound = z.object({
  number: z.number().int().min(1),
  sha256: hash,
  issuedAt: time,
  endedAt: time,
  fleet: textOrNull('The fleet that it left'),
  full: textOrNull('The first file, a compact JWS; null where it was erased'),
  buyer: textOrNull('The copy for the buyer, a compact JWS; null where it was erased'),
});

export const VehicleCertificates = z
  .object({ vin: z.string(), certificates: z.array(CertificateFound) })
  .register(registry, {
    id: 'VehicleCertificates',
    description: 'What a vehicle has left with, newest first',
    example: {
      vin: 'WBA8E9G50GNT00001',
      certificates: [
        {
          number: 12,
          sha256: 'a3'.repeat(32),
          issuedAt: '2026-12-02T08:00:01.000Z',
          endedAt: '2026-12-02T08:00:00.000Z',
          fleet: 'acme',
          full: 'eyJhbGciOiJFZDI1NTE5In0.e30.c2ln',
          buyer: 'eyJhbGciOiJFZDI1NTE5In0.e30.c2ln',
        },
      ],
    },
  });

export const readCertificates = operation({
  id: 'readCertificates',
  method: 'GET',
  path: '/certificates/{vin}',
  summary: 'Read the certificates with which a vehicle has left',
  description:
    'The signed files, as they were issued. Verify them with the public keys at `/.well-known/jwks.json`. Those of other fleets are the same as absent.',
  role: 'read',
  success: { status: 200, description: 'At least one', schema: VehicleCertificates },
  problems: ['CERTIFICATE_UNKNOWN', 'CERTIFICATES_NOT_ANSWERED'],
  handle: async ({ api, token, use, vin, signal }) => {
    const certificates = await use.lookInTurn(
      () =>
        evenly(token, async () => {
          const seen = (await api.certificates.of(vin)).flatMap((found) => shownTo(token, api.app, found));
          if (seen.length > 0) return seen;
          throw unknown(vin);
        }),
      signal,
    );
    return { body: { vin, certificates } };
  },
});

/** A certificate as far as a token may see it: it is of its fleets, and says something of its application. */
function shownTo(
  { fleets }: Token,
  app: Application,
  { number, sha256, issuedAt, endedAt, files }: FoundCertificate,
): z.output<typeof CertificateFound>[] {
  const content = files && (unverified(files.full)?.payload as Certificate & { readonly kind: 'full' });
  const facts = { number, sha256, issuedAt, endedAt };
  // Of whom an erased one was, nobody knows any more.
  if (!content) return fleets === '*' ? [{ ...facts, fleet: null, full: null, buyer: null }] : [];
  const { fleet, accesses } = content;
  const isOfFleet = fleets === '*' || (fleet !== null && fleets.includes(fleet));
  const isOfApplication = accesses.some((access) => applicationKey(access) === applicationKey(app));
  return isOfFleet && isOfApplication ? [{ ...facts, fleet, full: files.full, buyer: files.buyer }] : [];
}

function unknown(vin: string): ApiError {
  return new ApiError(
    'CERTIFICATE_UNKNOWN',
    `There is no certificate of ${vin}`,
    'Look with GET /v1/defleetings whether it has left.',
  );
}
