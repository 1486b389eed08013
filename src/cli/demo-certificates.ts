import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { Certificates } from '../activations/certificates';
import { readPublicKeys } from '../certificates/keys';
import { verifyFile } from '../certificates/verify';
import { Defleetings } from '../defleetings/defleetings';
import { applicationKey } from '../domain/application';
import { say } from './output';

/** Until the last reading and the signature are there, in milliseconds. */
const PATIENCE = 20_000;

/**
 * Shows how the vehicles have left, and the certificate of one of them with what verifying it says.
 *
 * @returns whether each has left, and the certificate is good.
 */
export async function showCertificates(
  client: Client,
  vins: readonly string[],
  publicPem: string,
): Promise<boolean> {
  const rows = await Promise.all(vins.map((vin) => whenLeft(new Defleetings(client), vin)));
  for (const { vin, outcome, certificate, parts } of rows) {
    const back = parts
      .map(({ status, readBackAt, ...app }) => `${applicationKey(app)} ${status}, read back at ${readBackAt}`)
      .join('; ');
    say(
      `${vin} ${outcome === 'left' ? 'has left' : 'has not left yet'}: ${back}${certificate ? `; certificate ${certificate.number}` : ''}`,
    );
  }
  const certified = rows.filter(({ certificate }) => certificate !== null);
  // That of the vehicle with the most accesses tells most.
  const [last] = certified.sort((a, b) => b.parts.length - a.parts.length);
  if (!last) return rows.length === 0;
  const [found] = await new Certificates(client).of(last.vin);
  const text = found?.files?.full ?? '';
  const checked = verifyFile(text, readPublicKeys(publicPem), { vin: last.vin });
  say(
    `\nThe certificate of ${last.vin}, ${text.length} characters that everybody can verify with the public key:`,
  );
  say(`  ${text.slice(0, 100)}…`);
  if (!checked.ok) {
    say(`It is not good: ${checked.problem}`);
    return false;
  }
  const { content } = checked;
  say(`  The signature is good: key ${checked.kid}.`);
  if (content.kind === 'full') {
    const { number, event, endedAt, accesses } = content;
    say(`  Certificate ${number}: ${event.kind} on ${event.date}, all access ended by ${endedAt}.`);
    for (const { provider, outcome, readBack } of accesses) {
      say(`  ${provider}: ${outcome}; read back at ${readBack.at}: ${readBack.words}`);
    }
  }
  // One letter more, and it is refused.
  const forged = verifyFile(`${text}A`, readPublicKeys(publicPem));
  if (!forged.ok) say(`  With one letter more it is refused: ${forged.problem}`);
  return rows.every(({ outcome }) => outcome === 'left') && !forged.ok;
}

async function whenLeft(defleetings: Defleetings, vin: string) {
  for (const end = Date.now() + PATIENCE; ; await sleep(250)) {
    const row = await defleetings.row(vin);
    if (row.outcome !== null || Date.now() > end) return row;
  }
}
