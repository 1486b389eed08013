import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FoundCertificate } from '../../activities/certificates';
import { Certificates } from '../activations/certificates';
import { VinError } from '../base/errors';
import { makePrivateFolder } from '../base/private-files';
import { systemWords } from '../base/system-words';
import type { Certificate, Statement } from '../certificates/certificate';
import { fileNames, STATEMENT_ENDING } from '../certificates/file-names';
import { sha256 } from '../certificates/issue';
import { unverified } from '../certificates/jws';
import { generateKey, type PublicKey, publicJwk, publicPem } from '../certificates/keys';
import { pageOf } from '../certificates/page';
import { rowsOf } from '../certificates/rows';
import { askFirst, canAsk } from './ask-first';
import { EXIT } from './exit-codes';
import { type Format, printAnswer, say } from './output';
import { readKnownVin, withClient } from './session';
import { usageError } from './usage-error';

interface Answered {
  readonly output: Format;
}

/** `vin certificate create-key`. A file that exists is never written again: what it signed could not be signed so any more. */
export function createKey(file: string, { output }: Answered): void {
  const { kid, privatePem, publicPem: pem } = generateKey();
  const publicFile = `${file.replace(/\.pem$/, '')}.public.pem`;
  write(file, privatePem, 'wx');
  write(publicFile, pem, 'w');
  say(`Give ${file} to the worker only (VIN_CERTIFICATE_KEY_FILE), and keep a copy of it in a safe place.`);
  say(
    `Give ${publicFile} to whoever verifies. Files that an older key has signed stay good by the older public key.`,
  );
  printAnswer(output, { kid, privateKey: file, publicKey: publicFile }, () => kid);
}

/** `vin certificate show`. */
export async function showCertificates(text: string, { output }: Answered): Promise<void> {
  const vin = readKnownVin(text);
  const [found, statements] = await withClient((client) => foundOf(new Certificates(client), vin));
  const answer = {
    certificates: found.map(withContent),
    statements: statements.map((file) => ({ file, content: unverified(file)?.payload as Statement })),
  };
  printAnswer(output, answer, (all) =>
    [
      ...all.certificates.map(inWords),
      ...all.statements.map(({ content }) => `Statement, no certificate\n${linesOf(content)}`),
    ].join('\n\n'),
  );
}

/** @throws VinError `CERTIFICATE_UNKNOWN` where there is neither a certificate nor a statement. */
async function foundOf(certificates: Certificates, vin: string) {
  const found = await Promise.all([certificates.of(vin), certificates.statementsOf(vin)]);
  if (found.every((files) => files.length === 0)) throw unknown(vin);
  return found;
}

export interface ExportOptions extends Answered {
  readonly to: string;
}

/** `vin certificate export`. */
export async function exportCertificates(vins: string[], { to, output }: ExportOptions): Promise<void> {
  const wanted = vins.map(readKnownVin);
  // Before Temporal is asked: what is wrong here is sooner found.
  await makeFolder(to);
  const answer = await withClient(async (client) => {
    const certificates = new Certificates(client);
    const keys = await certificates.keys();
    writeKeys(to, keys);
    let count = 0;
    const writeAll = (all: readonly FoundCertificate[]): void => {
      for (const one of all) count += writeFiles(to, one) ? 1 : 0;
    };
    for (const vin of wanted) {
      const [found, statements] = await foundOf(certificates, vin);
      writeAll(found);
      for (const text of statements) writeStatement(to, text);
    }
    if (wanted.length === 0) for await (const page of certificates.pages()) writeAll(page);
    return { folder: to, certificates: count, keys: keys.map(({ kid }) => kid) };
  });
  printAnswer(output, answer, ({ folder, certificates }) => `${folder}: ${certificates} certificates`);
}

/** @returns false for one whose files were erased: its stub keeps the chain whole. */
function writeFiles(folder: string, { number, files, stub }: FoundCertificate): boolean {
  const names = fileNames(number);
  if (stub) write(join(folder, names.stub), JSON.stringify(stub), 'w');
  if (!files || stub) return false;
  write(join(folder, names.full), files.full, 'w');
  write(join(folder, names.buyer), files.buyer, 'w');
  write(join(folder, names.page), pageOf(files.buyer), 'w');
  return true;
}

function writeStatement(folder: string, text: string): void {
  const name = `statement-${sha256(text).slice(0, 16)}`;
  write(join(folder, `${name}${STATEMENT_ENDING}`), text, 'w');
  write(join(folder, `${name}.html`), pageOf(text), 'w');
}

function writeKeys(folder: string, keys: readonly PublicKey[]): void {
  write(join(folder, 'jwks.json'), `${JSON.stringify({ keys: keys.map(publicJwk) }, null, 2)}\n`, 'w');
  for (const key of keys) write(join(folder, `${key.kid}.pem`), publicPem(key), 'w');
}

export interface EraseOptions extends Answered {
  readonly yes?: boolean;
}

/** `vin certificate erase`. */
export async function eraseCertificates(text: string, { yes, output }: EraseOptions): Promise<void> {
  const vin = readKnownVin(text);
  const answer = await withClient(async (client) => {
    const certificates = new Certificates(client);
    const [found, { length: statements }] = await foundOf(certificates, vin).catch(async (error: unknown) => {
      // Of an erasure that was broken off something may be there that names no certificate any more.
      if (error instanceof VinError && error.code === 'CERTIFICATE_UNKNOWN') await certificates.erase(vin);
      throw error;
    });
    if (!yes && !(await isMeant(vin, found.length, statements))) return null;
    return { vin, erased: await certificates.erase(vin), statements };
  });
  if (answer) return printAnswer(output, answer, erasedInWords);
  say('Nothing was erased.');
  process.exitCode = EXIT.failed;
}

function erasedInWords({ vin, erased, statements }: Erased): string {
  const stubs = erased.length === 0 ? 'nothing' : `the stubs of ${erased.join(', ')}`;
  return [
    `${vin}: erased (${erased.length} certificates, ${statements} statements). What stays is ${stubs}.`,
    'Take it out of copies of the folder and of what was exported, too. Temporal forgets the vehicle after its retention.',
  ].join('\n');
}

/** @throws VinError where nobody can be asked. */
async function isMeant(vin: string, certificates: number, statements: number): Promise<boolean> {
  const what = `Erase ${certificates} certificates and ${statements} statements of ${vin} for good`;
  if (canAsk()) return askFirst(`${what}?`);
  throw usageError(`${what}: nobody can be asked here whether that is meant`, 'Add --yes.');
}

interface Erased {
  readonly vin: string;
  /** Numbers. */
  readonly erased: readonly number[];
  readonly statements: number;
}

function withContent(found: FoundCertificate) {
  const content = found.files && (unverified(found.files.full)?.payload as Certificate);
  return { ...found, content };
}

function inWords({ number, endedAt, content }: ReturnType<typeof withContent>): string {
  if (!content) return `Certificate ${number}: the vehicle left at ${endedAt}; its files were erased`;
  return linesOf(content);
}

function linesOf(content: Certificate | Statement): string {
  return rowsOf(content)
    .map(([name, value]) => `${name.padEnd(19)} ${value.replaceAll('\n', `\n${' '.repeat(20)}`)}`)
    .join('\n');
}

function unknown(vin: string): VinError {
  return new VinError(
    'CERTIFICATE_UNKNOWN',
    `There is no certificate of ${vin}`,
    `Look whether its defleeting has ended: vin status ${vin}`,
    { vin },
  );
}

/** For the owner only: they name a vehicle. */
function write(file: string, content: string, flag: 'w' | 'wx'): void {
  try {
    writeFileSync(file, content, { flag, mode: 0o600 });
  } catch (error) {
    throw notWritten(file, error);
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await makePrivateFolder(folder);
  } catch (error) {
    throw notWritten(folder, error);
  }
}

function notWritten(path: string, error: unknown): VinError {
  return new VinError(
    'CERTIFICATE_NOT_WRITTEN',
    `${path} cannot be written (${systemWords(error)})`,
    'Name another place. A key is never written over another one.',
  );
}
