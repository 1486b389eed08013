import { VinError } from '../base/errors';
import { ownVersion } from '../base/version';
import { CertificateDesk } from '../certificates/desk';
import { openFolderStore } from '../certificates/folder-store';
import { readSigningKey, type SigningKey, UnusableKey } from '../certificates/keys';
import { readCertificateSettings } from '../config/certificates';
import type { Environment } from '../config/config';

/**
 * Opens the store of a worker, and what signs there.
 *
 * @returns null where none is set. @throws VinError `CONFIG_INVALID`, `CERTIFICATE_KEY_UNUSABLE`.
 */
export async function openDesk(environment: Environment): Promise<CertificateDesk | null> {
  const settings = readCertificateSettings(environment);
  if (!settings) return null;
  const key = signingKey(settings.pem);
  const desk = new CertificateDesk(await openFolderStore(settings.folder), { key, version: ownVersion() });
  await desk.open();
  return desk;
}

function signingKey(pem: string): SigningKey {
  try {
    return readSigningKey(pem);
  } catch (error) {
    if (!(error instanceof UnusableKey)) throw error;
    throw new VinError(
      'CERTIFICATE_KEY_UNUSABLE',
      `The key of certificates cannot be used: ${error.message}`,
      'Take the file that `vin certificate create-key` has written.',
    );
  }
}
