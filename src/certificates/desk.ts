import { VinError } from '../base/errors';
import type { FullCertificate } from './certificate';
import type { CertificateFacts, IssuedCertificate, SignedStatement, StatementFacts } from './facts';
import { fileNames } from './file-names';
import { type CertificateFiles, makeBuyerFile, makeFiles, makeStatement, type Signer, sha256 } from './issue';
import { publicPem } from './keys';
import type { CertificateStore, Head, IndexEntry, NewCertificate } from './store';
import { verifyFile } from './verify';

/** What one step of the ledger is to sign. */
export interface SigningOrder {
  /** The newest certificate that the ledger knows; null before the first. */
  readonly head: Head | null;
  /** The ids of the requests, in the order in which they came. */
  readonly requests: readonly string[];
  /** ISO 8601, on Temporal's clock: the same whenever this step is tried. */
  readonly at: string;
}

/** Certificates in one answer: Temporal takes two megabytes. */
const PAGE = 50;

/** Signs, and keeps what it has signed. All workers of an installation have one each, over the same store. */
export class CertificateDesk {
  constructor(
    readonly store: CertificateStore,
    private readonly signer: Signer,
  ) {}

  /** Makes the public key known, for those who verify, and the index whole. */
  async open(): Promise<void> {
    await this.store.addPublicKey(this.signer.key);
    await this.mendIndex();
  }

  /**
   * Makes sure that the folder is the one which a ledger knows, with all that it has signed.
   *
   * @throws VinError `CERTIFICATE_STORE_DIFFERS`.
   */
  async requireToFollow(known: Head | null): Promise<void> {
    if (await this.follows(known)) return;
    await this.mendIndex();
    if (known && !(await this.follows(known))) throw differs(known);
  }

  private async follows(known: Head | null): Promise<boolean> {
    return known === null || (await this.store.entry(known.number))?.sha256 === known.sha256;
  }

  /** Writes into the index what its files say. One that was lost would have vehicles that left be started again. */
  private async mendIndex(): Promise<void> {
    const keys = await this.store.publicKeys();
    for (const number of await this.store.numbers()) {
      if (await this.store.entry(number)) continue;
      const stub = await this.store.stub(number);
      if (stub) {
        await this.store.mendErased(stub);
        continue;
      }
      const files = await this.store.read(number);
      const found = files && verifyFile(files.full, keys);
      if (!files || !found?.ok || found.content.kind !== 'full' || found.content.number !== number) continue;
      await this.mend(found.content, files);
    }
  }

  private async mend(
    content: FullCertificate,
    { full, buyer: there }: CertificateFiles,
  ): Promise<IndexEntry> {
    const entry = entryOf(content, full, this.store);
    await this.store.mend({ full, buyer: there || makeBuyerFile(content, full, this.signer), entry });
    return entry;
  }

  /**
   * Keeps what a certificate is to be made of.
   *
   * @returns the id under which the ledger is asked for it.
   * @throws VinError `CERTIFICATE_FACTS_INVALID` where no certificate can be made of it.
   */
  async keep(facts: CertificateFacts): Promise<string> {
    tried(facts, () => makeFiles(facts, { number: 1, previous: null, issuedAt: facts.endedAt }, this.signer));
    const request = requestOf(facts);
    await this.store.keepRequest(request, facts);
    return request;
  }

  /** The certificate of a defleeting, where it is issued. */
  async issued(of: Pick<CertificateFacts, 'defleeting'>): Promise<IssuedCertificate | null> {
    const entry = await this.store.byRequest(requestOf(of));
    if (!entry) return null;
    const { full, buyer } = fileNames(entry.number);
    return { number: entry.number, sha256: entry.sha256, issuedAt: entry.issuedAt, files: { full, buyer } };
  }

  /**
   * Signs one after the other, each with the next number. Tried again after it was lost in the middle, it finds what is kept
   * already, and goes on behind it.
   *
   * @returns the newest certificate after it. A request whose facts are not there is passed over: who asked asks again.
   * @throws VinError `CERTIFICATE_STORE_DIFFERS`.
   */
  async sign({ head: known, requests, at }: SigningOrder): Promise<Head | null> {
    for (;;) {
      const head = await this.catchUp(known);
      const next = await this.makeNext(head, requests, at);
      const added = await this.store.add(next);
      if (added === next.length)
        return next.at(-1)?.entry ? headOf((next.at(-1) as NewCertificate).entry) : head;
      // Another worker is at the same step: it was taken for lost. What it has kept counts.
    }
  }

  /** Signs what is open. The same defleeting at the same time is the same statement. */
  async statement(facts: StatementFacts): Promise<SignedStatement> {
    const text = tried(facts, () => makeStatement(facts, this.signer));
    const id = sha256(JSON.stringify([facts.defleeting, facts.at])).slice(0, 32);
    const kept = await this.store.keepStatement(facts.vin, id, text);
    return { sha256: sha256(kept.text), file: kept.file };
  }

  /** The certificates behind a number, as many as an answer carries. */
  async page(after: number): Promise<IndexEntry[]> {
    const entries: IndexEntry[] = [];
    for (let number = after + 1; number <= after + PAGE; number += 1) {
      const entry = await this.store.entry(number);
      if (!entry) break;
      entries.push(entry);
    }
    return entries;
  }

  /** Every public key that ever signed here, as PEM. */
  async publicKeys(): Promise<string[]> {
    return (await this.store.publicKeys()).map(publicPem);
  }

  private async makeNext(
    head: Head | null,
    requests: readonly string[],
    at: string,
  ): Promise<NewCertificate[]> {
    const made: NewCertificate[] = [];
    let last = head;
    for (const facts of await this.unsigned([...new Set(requests)])) {
      const place = { number: (last?.number ?? 0) + 1, previous: last?.sha256 ?? null, issuedAt: at };
      const files = makeFiles(facts, place, this.signer);
      const { content } = this.readOwn(files.full);
      const entry = entryOf(content, files.full, this.store);
      made.push({ ...files, entry });
      last = headOf(entry);
    }
    return made;
  }

  /** What is to be signed of these requests, in their order. */
  private async unsigned(requests: readonly string[]): Promise<CertificateFacts[]> {
    const signed = await Promise.all(requests.map((request) => this.store.byRequest(request)));
    const open = requests.filter((_, index) => !signed[index]);
    const all = await Promise.all(open.map((request) => this.store.requestOf(request)));
    return all.filter((facts) => facts !== null);
  }

  private readOwn(full: string): { readonly content: FullCertificate } {
    const found = verifyFile(full, [this.signer.key]);
    if (!found.ok || found.content.kind !== 'full') throw new Error('A certificate was made that is none');
    return { content: found.content };
  }

  /** The newest certificate of the store, where it follows from the one that the ledger knows. */
  private async catchUp(known: Head | null): Promise<Head | null> {
    await this.requireToFollow(known);
    const last = known ?? (await this.store.head());
    let head = last && headOf(last);
    for (;;) {
      const number = (head?.number ?? 0) + 1;
      const stub = await this.store.stub(number);
      if (stub) {
        head = headOf(stub);
        continue;
      }
      const files = await this.store.read(number);
      if (!files) return head;
      const found = verifyFile(files.full, await this.store.publicKeys());
      if (!found.ok || found.content.kind !== 'full')
        throw broken(head, found.ok ? 'it is another file' : found.problem);
      if (found.content.previous !== (head?.sha256 ?? null))
        throw broken(head, 'it names another one before it');
      const entry = files.buyer && (await this.store.entry(found.content.number));
      head = headOf(entry || (await this.mend(found.content, files)));
    }
  }
}

/** The id of a request: it is in the ledger's history and in names of files, and names no vehicle. */
export function requestOf({ defleeting }: Pick<CertificateFacts, 'defleeting'>): string {
  return sha256(defleeting).slice(0, 32);
}

function entryOf(full: FullCertificate, text: string, store: Pick<CertificateStore, 'macOf'>): IndexEntry {
  const { number, previous, issuedAt, endedAt, vehicle, fleet } = full;
  return {
    number,
    sha256: sha256(text),
    previous,
    commitment: vehicle.commitment,
    request: requestOf(full),
    vehicle: store.macOf(vehicle.vin),
    issuedAt,
    endedAt,
    fleet,
  };
}

function headOf({ number, sha256: hash }: Head): Head {
  return { number, sha256: hash };
}

function tried<T>({ vin }: { readonly vin: string }, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw new VinError(
      'CERTIFICATE_FACTS_INVALID',
      `No certificate can be made for ${vin} of what is known: ${(cause as Error).message}`,
      'Report it, with the history of the defleeting.',
      { vin, cause },
    );
  }
}

const LOOK =
  'Give every worker the same folder (VIN_CERTIFICATES), with all that was ever in it. Nothing is signed before that.';

function differs({ number, sha256: hash }: Head): VinError {
  return new VinError(
    'CERTIFICATE_STORE_DIFFERS',
    `The ledger has certificate ${number} with the hash ${hash}, and the folder of this worker has not`,
    LOOK,
  );
}

function broken(head: Head | null, why: string): VinError {
  return new VinError(
    'CERTIFICATE_STORE_DIFFERS',
    `The folder of certificates has a certificate ${(head?.number ?? 0) + 1} that does not follow: ${why}`,
    LOOK,
  );
}
