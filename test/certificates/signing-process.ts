import { CertificateDesk } from '../../src/certificates/desk';
import { openFolderStore } from '../../src/certificates/folder-store';
import { readSigningKey } from '../../src/certificates/keys';
import { facts, signerWith } from './support';

/** A process that signs until it is killed: what it is given to sign, and says of each step on stdout that it has begun. */
async function signOn(folder: string, pem: string, from: number): Promise<void> {
  const desk = new CertificateDesk(await openFolderStore(folder), signerWith(readSigningKey(pem)));
  await desk.open();
  for (let index = from; ; index += 5) {
    const requests = [];
    for (let one = index; one < index + 5; one += 1) requests.push(await desk.keep(facts(one)));
    process.stdout.write('step\n');
    // As the ledger would that was lost with its worker: it knows nothing of what was signed.
    await desk.sign({ head: null, requests, at: '2026-12-02T09:00:00.000Z' });
  }
}

const [folder = '', pem = '', from = ''] = process.argv.slice(2);
void signOn(folder, pem, Number(from));
