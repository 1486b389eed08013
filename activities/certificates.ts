import { setTimeout } from 'node:timers/promises';
import { VinError } from '../src/base/errors';
import type { Stub } from '../src/certificates/chain';
import type { CertificateDesk, SigningOrder } from '../src/certificates/desk';
import type {
  CertificateFacts,
  IssuedCertificate,
  SignedStatement,
  StatementFacts,
} from '../src/certificates/facts';
import type { Head, Leaving } from '../src/certificates/store';
import type { LedgerHead } from '../workflows/contract/certificates';
import { failureOf } from './failures';

/** What a defleeting asks of certificates. On the task queue of defleetings. */
export interface CertificateActivities {
  /**
   * Issues the certificate of a defleeting that has ended, and waits until its number and its files are kept. Asked twice with
   * the same `defleeting` it is the same certificate. It takes a second; give an attempt a minute.
   *
   * @returns null where this installation issues no certificates (`VIN_CERTIFICATES` is not set).
   * @throws ApplicationFailure `CERTIFICATE_NOT_SIGNED`, to be tried again, where no worker signs now.
   */
  issueCertificate(facts: CertificateFacts): Promise<IssuedCertificate | null>;
  /**
   * Signs what is still open at a deadline, and keeps it. It has no number.
   *
   * @returns null where this installation issues no certificates.
   */
  signStatement(facts: StatementFacts): Promise<SignedStatement | null>;
}

/** What the ledger has done. On its own task queue. */
export interface SigningActivities {
  signCertificates(order: SigningOrder): Promise<LedgerHead | null>;
}

/** What is asked from outside, of workers that have the store. Activities of their own, without a workflow. */
export interface CertificateQuestions {
  /** What each of these vehicles has left with; null where it has no certificate. */
  vehiclesThatLeft(vins: readonly string[]): Promise<(Leaving | null)[]>;
  /** The files of one vehicle, newest first; of all, from a number on, where none is named. */
  certificateFiles(wanted: WantedFiles): Promise<FoundCertificate[]>;
  /** The statements about a vehicle. */
  vehicleStatements(vin: string): Promise<string[]>;
  /** Erases all that names a vehicle. @returns the numbers of its certificates */
  eraseVehicle(vin: string): Promise<number[]>;
  /** Every public key that ever signed here, as PEM. */
  certificateKeys(): Promise<string[]>;
}

export interface WantedFiles {
  readonly vin?: string;
  /** Behind this number. @default from the first */
  readonly after?: number;
}

/** A certificate, with its files. */
export interface FoundCertificate extends Head {
  readonly issuedAt: string;
  readonly endedAt: string;
  /** Null where they were erased. */
  readonly files: { readonly full: string; readonly buyer: string } | null;
  /** What is left of it, where its files were erased. */
  readonly stub?: Stub | null;
}

/** How a certificate is asked for. */
export interface LedgerAsked {
  /** Starts the ledger where it does not run. */
  request(id: string): Promise<void>;
  /** Whether this installation issues certificates, though this worker has no store. */
  isOn(): Promise<boolean>;
}

/** Milliseconds. */
const PATIENCE = 20_000;
const LOOKS = { first: 20, longest: 500 };

/** @param desk null where this worker has no store. */
export function createCertificateActivities(
  desk: CertificateDesk | null,
  ledger: LedgerAsked,
): CertificateActivities {
  /** @returns null where there are no certificates at all. */
  async function withDesk<T>(work: (desk: CertificateDesk) => Promise<T>): Promise<T | null> {
    try {
      if (desk) return await work(desk);
      if (!(await ledger.isOn())) return null;
    } catch (error) {
      throw failureOf(error);
    }
    throw failureOf(notSigned('this worker has no certificates (VIN_CERTIFICATES), while others have'));
  }

  return {
    issueCertificate: (facts) =>
      withDesk(async (here) => {
        const known = await here.issued(facts);
        if (known) return known;
        await ledger.request(await here.keep(facts));
        return whenIssued(here, facts);
      }),
    signStatement: (facts) => withDesk((here) => here.statement(facts)),
  };
}

/**
 * The ledger's own, and the answers to questions: none by a folder that has not what the ledger has signed. It would say of a
 * vehicle which has left that it has not.
 *
 * @param head the newest certificate that the ledger knows.
 */
export function createSigningActivities(
  desk: CertificateDesk,
  head: () => Promise<LedgerHead | null>,
): SigningActivities & CertificateQuestions {
  const { store } = desk;
  const asked = async <T>(answer: () => Promise<T>): Promise<T> => {
    const known = await head();
    await desk.requireToFollow(known).catch((error: unknown) => {
      throw failureOf(error);
    });
    return answer();
  };
  return {
    signCertificates: (order) =>
      desk.sign(order).catch((error: unknown) => {
        throw failureOf(error);
      }),
    vehiclesThatLeft: (vins) => asked(() => store.ofVehicles(vins)),
    certificateFiles: async ({ vin, after = 0 }) => {
      const entries = await asked(() => (vin === undefined ? desk.page(after) : store.allOfVehicle(vin)));
      return Promise.all(
        entries.map(async ({ number, sha256, issuedAt, endedAt }) => ({
          ...{ number, sha256, issuedAt, endedAt },
          files: await store.read(number),
          stub: await store.stub(number),
        })),
      );
    },
    eraseVehicle: (vin) => asked(() => store.erase(vin)),
    vehicleStatements: (vin) => asked(() => store.statementsOf(vin)),
    certificateKeys: async () => desk.publicKeys(),
  };
}

/** The ledger signs soon; what it has signed is in the store that this worker has too. */
async function whenIssued(desk: CertificateDesk, facts: CertificateFacts): Promise<IssuedCertificate> {
  const until = Date.now() + PATIENCE;
  for (let pause = LOOKS.first; Date.now() < until; pause = Math.min(2 * pause, LOOKS.longest)) {
    const issued = await desk.issued(facts);
    if (issued) return issued;
    await setTimeout(pause);
  }
  throw notSigned('no worker has signed it in time');
}

function notSigned(why: string): VinError {
  return new VinError(
    'CERTIFICATE_NOT_SIGNED',
    `The certificate is not signed yet: ${why}`,
    'It is asked for again by itself. See that a worker runs that has VIN_CERTIFICATES and a key.',
  );
}
