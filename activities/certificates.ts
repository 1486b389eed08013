import type {
  CertificateFacts,
  IssuedCertificate,
  SignedStatement,
  StatementFacts,
} from '../src/certificates/facts';

/** What a defleeting asks of certificates. On the task queue of every application. */
export interface CertificateActivities {
  /**
   * Issues the certificate of a defleeting that has ended, and waits until its number and its files are kept. Asked twice with
   * the same `defleeting` it is the same certificate.
   *
   * @returns null where this installation issues no certificates (`VIN_CERTIFICATES` is not set).
   * @throws ApplicationFailure to be tried again, where no worker signs now.
   */
  issueCertificate(facts: CertificateFacts): Promise<IssuedCertificate | null>;
  /**
   * Signs what is still open at a deadline, and keeps it. It has no number.
   *
   * @returns null where this installation issues no certificates.
   */
  signStatement(facts: StatementFacts): Promise<SignedStatement | null>;
}
