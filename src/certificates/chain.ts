import { z } from 'zod';
import type { BuyerCertificate } from './certificate';
import { STUB_ENDING } from './file-names';
import type { PublicKey } from './keys';
import { type Check, refused } from './refusal';
import { verifyFile } from './verify';

/** What is left of a certificate whose files were erased: it keeps the chain whole, and tells nobody the VIN. */
export const Stub = z.strictObject({
  number: z.number().int().min(1),
  /** SHA-256 of the first file that was there, in hex. */
  sha256: z.string(),
  previous: z.string().nullable(),
  commitment: z.string(),
});
export type Stub = z.output<typeof Stub>;

/** What stays of it, of all that is known of a certificate. */
export function stubOf({ number, sha256, previous, commitment }: Stub): Stub {
  return { number, sha256, previous, commitment };
}

/** A file of a folder that is checked. */
export interface ChainFile {
  readonly name: string;
  readonly text: string;
  /** Why it could not be read, in words. */
  readonly unreadable?: string;
}

export interface ChainProblem {
  /** The file, or the number that is missing. */
  readonly where: string;
  readonly check: Check;
  readonly problem: string;
}

export interface ChainReport {
  /** Certificates that are there, those erased aside. */
  readonly certificates: number;
  readonly erased: number;
  readonly statements: number;
  readonly first: number | null;
  readonly last: number | null;
  readonly problems: readonly ChainProblem[];
}

/** One certificate's place in the chain: by its first file, or by what is left of it. */
interface Link {
  readonly name: string;
  readonly number: number;
  readonly sha256: string;
  readonly previous: string | null;
}

/**
 * Checks that the certificates of a folder are whole and in order: each file is good, each number is there once, from the first
 * to the last, and each knows the hash of the one before.
 *
 * @param from the number that the folder begins with.
 */
export async function checkChain(
  files: AsyncIterable<ChainFile> | Iterable<ChainFile>,
  keys: readonly PublicKey[],
  { from = 1 }: { readonly from?: number } = {},
): Promise<ChainReport> {
  const problems: ChainProblem[] = [];
  const links = new Map<number, Link>();
  const buyers: { readonly name: string; readonly number: number; readonly full: string }[] = [];
  let [certificates, erased, statements] = [0, 0, 0];
  const add = (link: Link): void => {
    const known = links.get(link.number);
    if (!known) links.set(link.number, link);
    else if (known.sha256 !== link.sha256) problems.push(twice(known, link));
  };
  for await (const { name, text, unreadable } of files) {
    if (unreadable !== undefined) {
      problems.push({ where: name, check: 'file', problem: `It cannot be read: ${unreadable}` });
      continue;
    }
    if (name.endsWith(STUB_ENDING)) {
      const stub = readStub(text);
      if (stub) add({ ...stub, name });
      else
        problems.push({ where: name, check: 'content', problem: 'It is no stub of an erased certificate' });
      if (stub) erased += 1;
      continue;
    }
    const found = verifyFile(text, keys);
    if (!found.ok) {
      problems.push({ where: name, check: found.check, problem: found.problem });
      continue;
    }
    const { content } = found;
    if (content.kind === 'full') {
      certificates += 1;
      add({ name, number: content.number, sha256: found.sha256, previous: content.previous });
    } else if (content.kind === 'buyer') buyers.push(buyerOf(name, content));
    else statements += 1;
  }
  const numbers = [...links.keys()].sort((a, b) => a - b);
  for (const buyer of buyers) problems.push(...problemsOfBuyer(buyer, links.get(buyer.number)));
  problems.push(...problemsOfOrder(links, from, numbers.at(-1) ?? from - 1));
  return {
    certificates,
    erased,
    statements,
    first: numbers[0] ?? null,
    last: numbers.at(-1) ?? null,
    problems,
  };
}

function buyerOf(name: string, { number, full }: BuyerCertificate) {
  return { name, number, full };
}

function problemsOfBuyer(
  { name, number, full }: { readonly name: string; readonly number: number; readonly full: string },
  link: Link | undefined,
): ChainProblem[] {
  // A folder of buyers' files alone is no chain, and the gap says so.
  if (!link || link.sha256 === full) return [];
  const { check, problem } = refused('copy', `It is not the copy of certificate ${number} that is there`);
  return [{ where: name, check, problem }];
}

function problemsOfOrder(links: ReadonlyMap<number, Link>, from: number, last: number): ChainProblem[] {
  const problems: ChainProblem[] = [];
  for (const number of links.keys()) {
    if (number < from) {
      const where = (links.get(number) as Link).name;
      problems.push({
        where,
        check: 'number',
        problem: `Its number is ${number}: the folder begins with ${from}`,
      });
    }
  }
  let gap = 0;
  for (let number = from; number <= last; number += 1) {
    const link = links.get(number);
    if (!link) {
      gap += 1;
      if (gap === 1) problems.push(missing(number));
      continue;
    }
    const before = links.get(number - 1);
    const wanted = number === 1 ? null : before?.sha256;
    // After a gap nobody knows the hash of the one before; at the beginning of a part of the chain neither.
    if (wanted !== undefined && link.previous !== wanted) {
      const problem = `It names another one before it than certificate ${number - 1} that is there: one of them was exchanged`;
      problems.push({ where: link.name, check: 'chain', problem });
    }
    gap = 0;
  }
  return problems;
}

function missing(number: number): ChainProblem {
  const problem = `Certificate ${number} is missing, and later ones are there`;
  return { where: `number ${number}`, check: 'chain', problem };
}

function twice(known: Link, { name, number }: Link): ChainProblem {
  return {
    where: name,
    check: 'number',
    problem: `Certificate ${number} is there twice, and ${known.name} is another one`,
  };
}

/** Null where it is none. */
export function readStub(text: string): Stub | null {
  try {
    return Stub.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
