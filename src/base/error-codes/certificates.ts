import type { ErrorCodes } from './error-code';

/** Of certificates. */
export const CERTIFICATE_ERRORS = {
  CERTIFICATE_NOT_SIGNED: {
    means:
      'A certificate was asked for, and no worker has signed it yet. It is signed once, whenever that is.',
    next: 'Nothing at first. If it stays so, see that a worker runs that has `VIN_CERTIFICATES` and a key, and look at the workflow `certificates` in Temporal.',
    isRetryable: true,
  },
  CERTIFICATE_STORE_DIFFERS: {
    means:
      'The folder of certificates of a worker is not the one that the ledger knows: a certificate is missing there, or another one has its number. Nothing is signed.',
    next: 'Give every worker the same folder (`VIN_CERTIFICATES`), or restore it, with all that was ever in it.',
    isRetryable: true,
  },
  CERTIFICATE_FACTS_INVALID: {
    means: 'What a defleeting knows does not make a certificate.',
    next: 'Report it, with the history of the defleeting.',
  },
  CERTIFICATE_KEY_UNUSABLE: {
    means: 'A key that certificates are signed or verified with cannot be read, or is of another kind.',
    next: 'Take the file that `vin certificate create-key` has written.',
  },
  CERTIFICATES_NOT_ANSWERED: {
    means:
      'No worker that keeps certificates has answered in time, so nobody can tell what was asked. Nothing was changed.',
    next: 'See that a worker runs that has `VIN_CERTIFICATES`, then ask again.',
    exit: 6,
    isRetryable: true,
    http: 503,
  },
  CERTIFICATE_UNKNOWN: {
    means: 'There is no certificate of this vehicle, or none that may be seen with this token.',
    next: 'Look with `vin defleet list` whether its defleeting has ended.',
    exit: 3,
    http: 404,
  },
  CERTIFICATE_UNREADABLE: {
    means: 'A file of a certificate, of a key, or a folder of them cannot be read.',
    next: 'Check its path and its permissions.',
  },
  CERTIFICATE_NOT_WRITTEN: {
    means: 'A file of a certificate or of a key cannot be written, or a key of this name is there already.',
    next: 'Name another place with `--to`, or another file for the key.',
  },
  VEHICLE_HAS_LEFT: {
    means:
      'The vehicle has left with a certificate, and is not started again by itself. Nothing was started.',
    next: 'If it has come back: start it with `--again` (`again` in the API).',
    http: 409,
  },
} as const satisfies ErrorCodes;
