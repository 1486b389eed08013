import { VinError } from '../base/errors';
import { readPrivate, UnreadableFile } from '../base/private-files';
import { type Environment, readConfig } from './config';

/** What a worker reads for certificates. */
export const CERTIFICATE_VARIABLES = [
  'VIN_CERTIFICATES',
  'VIN_CERTIFICATE_KEY_FILE',
  'VIN_CERTIFICATE_KEY',
] as const;

/** Where certificates are kept, and what signs them. */
export interface CertificateSettings {
  readonly folder: string;
  /** The private key. */
  readonly pem: string;
}

/** @returns null where no certificates are issued. @throws VinError `CONFIG_INVALID` where only half of it is set. */
export function readCertificateSettings(environment: Environment): CertificateSettings | null {
  const config = readConfig(environment, CERTIFICATE_VARIABLES);
  const { VIN_CERTIFICATES: folder, VIN_CERTIFICATE_KEY_FILE: file, VIN_CERTIFICATE_KEY: pem } = config;
  if (!folder && !file && !pem) return null;
  if (!folder) throw invalid('VIN_CERTIFICATES is not set, and the key of certificates is. Set both or none');
  if (pem && file) {
    throw invalid('VIN_CERTIFICATE_KEY and VIN_CERTIFICATE_KEY_FILE are both set. Set one of them');
  }
  // A variable of one line has the ends of lines as two characters.
  if (pem) return { folder, pem: pem.replaceAll('\\n', '\n') };
  if (!file) throw invalid('VIN_CERTIFICATES is set, and no key is');
  try {
    return { folder, pem: readPrivate(file) };
  } catch (error) {
    if (error instanceof UnreadableFile)
      throw invalid(`VIN_CERTIFICATE_KEY_FILE is not usable: ${error.message}`);
    throw error;
  }
}

function invalid(problem: string): VinError {
  return new VinError(
    'CONFIG_INVALID',
    `The configuration is not usable: ${problem}`,
    'Make a key with `vin certificate create-key`, set VIN_CERTIFICATES and VIN_CERTIFICATE_KEY_FILE, and start again.',
  );
}
