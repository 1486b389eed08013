import { VinError } from '../base/errors';
import type { Leaving } from '../certificates/store';
import type { Activations } from './activations';
import type { Certificates } from './certificates';

/** Vehicles that have left with a certificate, and have not come back since. */
export class LeftVehicles {
  private readonly known = new Map<string, Leaving>();

  constructor(
    private readonly certificates: Pick<Certificates, 'left'>,
    private readonly activations: Pick<Activations, 'row'>,
  ) {}

  /**
   * Asks about vehicles, all at once, before they are started.
   *
   * @throws VinError `CERTIFICATES_NOT_ANSWERED`: then nobody knows whether they have left.
   */
  async ask(vins: readonly string[]): Promise<void> {
    const answers = await this.certificates.left(vins);
    for (const [index, leaving] of answers.entries()) {
      if (leaving) this.known.set(vins[index] as string, leaving);
    }
  }

  /** With what a vehicle has left that was asked about; null where it has not, or lives again. */
  async of(vin: string): Promise<Leaving | null> {
    const leaving = this.known.get(vin);
    return leaving && !(await this.isAlive(vin)) ? leaving : null;
  }

  private async isAlive(vin: string): Promise<boolean> {
    try {
      return (await this.activations.row(vin)).execution === 'RUNNING';
    } catch (error) {
      if (error instanceof VinError && error.code === 'ACTIVATION_UNKNOWN') return false;
      throw error;
    }
  }
}

/** When and with what a vehicle left, in words. */
export function leftInWords({ number, endedAt }: Leaving): string {
  return `it left on ${endedAt.slice(0, 10)}, with certificate ${number}`;
}

/** It is not started by itself. */
export function hasLeft(vin: string, leaving: Leaving): VinError {
  return new VinError(
    'VEHICLE_HAS_LEFT',
    `${vin} was not started: ${leftInWords(leaving)}`,
    'If it has come back, start it with --again (in the API: "again": true).',
    { vin },
  );
}
