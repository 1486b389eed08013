import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { VinError } from '../base/errors';
import { readNamed } from '../base/named-file';
import { systemWords } from '../base/system-words';
import { type ChainFile, type ChainReport, checkChain } from '../certificates/chain';
import { STUB_ENDING } from '../certificates/file-names';
import { type PublicKey, readPublicKeys, UnusableKey } from '../certificates/keys';
import type { Refusal } from '../certificates/refusal';
import { rowsOf } from '../certificates/rows';
import { type Good, verifyFile } from '../certificates/verify';
import { EXIT, type Format, printAnswer, say } from './output';
import { readKnownVin } from './session';
import { usageError } from './usage-error';

export interface VerifyOptions {
  readonly key: readonly string[];
  readonly vin?: string;
  readonly full?: string;
  readonly output: Format;
}

/** `vin certificate verify`. */
export function verify(file: string, { key, vin, full, output }: VerifyOptions): void {
  const keys = key.flatMap(readKeys);
  const found = verifyFile(readText(file), keys, {
    vin: vin === undefined ? undefined : readKnownVin(vin),
    full: full === undefined ? undefined : readText(full),
  });
  if (!found.ok) process.exitCode = EXIT.failed;
  printAnswer(output, found, (one) => (one.ok ? goodInWords(file, one) : badInWords(file, one)));
}

function goodInWords(file: string, { kid, sha256, content }: Good): string {
  const rows = rowsOf(content).map(
    ([name, value]) => `${name.padEnd(19)} ${value.replaceAll('\n', `\n${' '.repeat(20)}`)}`,
  );
  return [`${file}: good`, `Signed with ${kid}`, `SHA-256     ${sha256}`, ...rows].join('\n');
}

function badInWords(file: string, { check, problem }: Refusal): string {
  return `${file}: NOT good. The check of the ${check} failed: ${problem}.`;
}

export interface ChainOptions {
  readonly key?: readonly string[];
  readonly from?: string;
  readonly output: Format;
}

/** `vin certificate check-chain`. */
export async function chain(folder: string, { key, from, output }: ChainOptions): Promise<void> {
  const own = join(folder, 'jwks.json');
  const keys = (key ?? [own]).flatMap(readKeys);
  if (!key)
    say(`note: verified by the keys of ${own}: see that they are those that you were told (${ids(keys)})`);
  const report = await checkChain(filesIn(folder), keys, { from: firstNumber(from) });
  const isEmpty = report.certificates + report.erased === 0;
  if (report.problems.length > 0 || isEmpty) process.exitCode = EXIT.failed;
  printAnswer(output, report, (one) => (isEmpty ? nothingIn(folder, one) : chainInWords(folder, one)));
}

function chainInWords(folder: string, report: ChainReport): string {
  const { certificates, erased, statements, first, last, problems } = report;
  const counted = `${certificates} certificates, ${erased} erased, ${statements} statements; numbers ${first} to ${last}`;
  if (problems.length === 0) return `${folder}: whole (${counted})`;
  return [`${folder}: NOT whole (${counted})`, ...problemLines(report)].join('\n');
}

function nothingIn(folder: string, report: ChainReport): string {
  return [`${folder}: there is no good certificate`, ...problemLines(report)].join('\n');
}

function problemLines({ problems }: ChainReport): string[] {
  return problems.map(({ where, check, problem }) => `  ${where}: ${check}: ${problem}`);
}

/** Files of certificates in a folder and those below it. */
async function* filesIn(folder: string): AsyncGenerator<ChainFile> {
  let names: string[];
  try {
    names = (await readdir(folder, { recursive: true })).sort();
  } catch (error) {
    throw unreadable(folder, error);
  }
  for (const name of names) {
    if (!name.endsWith('.jws') && !name.endsWith(STUB_ENDING)) continue;
    yield { name, ...contentOf(join(folder, name)) };
  }
}

/** One that cannot be read is a problem of its own, and hinders no other. */
function contentOf(file: string): Pick<ChainFile, 'text' | 'unreadable'> {
  try {
    return { text: readNamed(file, LARGEST) };
  } catch (error) {
    return { text: '', unreadable: systemWords(error) };
  }
}

/** Bytes: no certificate, key or list of keys has as many. */
const LARGEST = 4 * 1024 * 1024;

function firstNumber(text = '1'): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw usageError(
    `--from must be the number of a certificate, and not ${JSON.stringify(text)}`,
    'Write for example: --from 17',
  );
}

function readKeys(file: string): PublicKey[] {
  try {
    return readPublicKeys(readText(file));
  } catch (error) {
    if (!(error instanceof UnusableKey)) throw error;
    throw new VinError(
      'CERTIFICATE_KEY_UNUSABLE',
      `The key in ${file} cannot be used: ${error.message}`,
      'Ask the one who issued the certificate for the public key, or take it from their /.well-known/jwks.json.',
    );
  }
}

function ids(keys: readonly PublicKey[]): string {
  return keys.map(({ kid }) => kid).join(', ');
}

function readText(file: string): string {
  try {
    return readNamed(file, LARGEST);
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(path: string, error: unknown): VinError {
  return new VinError(
    'CERTIFICATE_UNREADABLE',
    `${path} cannot be read (${systemWords(error)})`,
    'Check its path and its permissions.',
  );
}
