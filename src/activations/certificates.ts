import { randomUUID } from 'node:crypto';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { CertificateQuestions, FoundCertificate } from '../../activities/certificates';
import { CERTIFICATES, certificatesQueue } from '../../workflows/contract/certificates';
import { VinError } from '../base/errors';
import { type PublicKey, readPublicKeys } from '../certificates/keys';
import type { Leaving } from '../certificates/store';

/** VINs in one question: Temporal takes two megabytes. */
const AT_ONCE = 5_000;
/** Questions at a time. */
const QUESTIONS = 4;

/** Milliseconds until somebody must have answered. */
const PATIENCE = 6_000;

/** Milliseconds for which "none are issued here" is believed. That they are is true for ever. */
const BELIEVED = 10_000;

/** What the outside asks about certificates. The workers that keep them answer, wherever who asks is. */
export class Certificates {
  private issued: { readonly is: boolean; readonly at: number } | undefined;

  constructor(
    private readonly client: Client,
    private readonly taskQueue?: string,
  ) {}

  /** Whether this installation issues certificates. */
  async areIssued(): Promise<boolean> {
    const { issued } = this;
    if (issued && (issued.is || Date.now() - issued.at < BELIEVED)) return issued.is;
    const is = await this.ledgerIsKnown();
    this.issued = { is, at: Date.now() };
    return is;
  }

  private async ledgerIsKnown(): Promise<boolean> {
    try {
      await this.client.workflow.getHandle(CERTIFICATES).describe();
      // It never ends by itself: whoever has ended it by force has not made the certificates untrue.
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  /**
   * With what each of these vehicles has left; null where it has no certificate. In their order.
   *
   * @throws VinError `CERTIFICATES_NOT_ANSWERED`.
   */
  async left(vins: readonly string[]): Promise<(Leaving | null)[]> {
    if (vins.length === 0 || !(await this.areIssued())) return vins.map(() => null);
    const parts = Array.from({ length: Math.ceil(vins.length / AT_ONCE) }, (_, index) =>
      vins.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
    );
    const answers: (Leaving | null)[][] = [];
    for (let from = 0; from < parts.length; from += QUESTIONS) {
      const some = parts.slice(from, from + QUESTIONS);
      answers.push(...(await Promise.all(some.map((part) => this.ask('vehiclesThatLeft', part)))));
    }
    return answers.flat();
  }

  /** The certificates of a vehicle with their files, newest first. @throws VinError `CERTIFICATES_NOT_ANSWERED`. */
  async of(vin: string): Promise<FoundCertificate[]> {
    return (await this.areIssued()) ? this.ask('certificateFiles', { vin }) : [];
  }

  /** The statements that were signed about a vehicle while something was open. @throws VinError `CERTIFICATES_NOT_ANSWERED`. */
  async statementsOf(vin: string): Promise<string[]> {
    return (await this.areIssued()) ? this.ask('vehicleStatements', vin) : [];
  }

  /**
   * Erases all that names a vehicle, where certificates are kept. Asked again it finds nothing more.
   *
   * @returns the numbers of its certificates, whose stubs stay.
   * @throws VinError `CERTIFICATES_NOT_ANSWERED`.
   */
  async erase(vin: string): Promise<number[]> {
    return (await this.areIssued()) ? this.ask('eraseVehicle', vin) : [];
  }

  /** All of them, in their order, a page at a time. @throws VinError `CERTIFICATES_NOT_ANSWERED`. */
  async *pages(): AsyncGenerator<FoundCertificate[]> {
    if (!(await this.areIssued())) return;
    for (let after = 0; ; ) {
      const page = await this.ask('certificateFiles', { after });
      const last = page.at(-1);
      if (!last) return;
      yield page;
      after = last.number;
    }
  }

  /** Every public key that ever signed here. @throws VinError `CERTIFICATES_NOT_ANSWERED`. */
  async keys(): Promise<PublicKey[]> {
    if (!(await this.areIssued())) return [];
    return (await this.ask('certificateKeys')).flatMap(readPublicKeys);
  }

  private async ask<K extends keyof CertificateQuestions>(
    question: K,
    ...args: Parameters<CertificateQuestions[K]>
  ): Promise<Awaited<ReturnType<CertificateQuestions[K]>>> {
    try {
      const asked = this.client.activity.execute(question, {
        id: `question:${question}:${randomUUID()}`,
        taskQueue: certificatesQueue(this.taskQueue),
        args,
        startToCloseTimeout: PATIENCE,
        scheduleToCloseTimeout: PATIENCE,
        retry: { maximumAttempts: 1 },
        summary: 'A question about certificates',
      });
      return (await asked) as Awaited<ReturnType<CertificateQuestions[K]>>;
    } catch (cause) {
      throw new VinError(
        'CERTIFICATES_NOT_ANSWERED',
        'No worker that keeps certificates has answered in time',
        'See that a worker runs that has VIN_CERTIFICATES, then ask again.',
        { cause },
      );
    }
  }
}
