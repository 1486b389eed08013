import { createHmac, randomBytes } from 'node:crypto';
import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makePrivateFolder } from '../base/private-files';
import { readStub, type Stub, stubOf } from './chain';
import {
  createWhole,
  dropOldDrafts,
  publish,
  readIfThere,
  syncFolder,
  unlinkIfThere,
  writeDraft,
} from './durable-files';
import type { CertificateFacts } from './facts';
import { fileNames, numberOf, STATEMENT_ENDING, shardOf } from './file-names';
import { IndexFile } from './index-file';
import type { CertificateFiles } from './issue';
import { type PublicKey, publicPem, readPublicKeys } from './keys';
import type { CertificateStore, IndexEntry, Leaving, NewCertificate } from './store';

/** Drafts that are written at a time. */
const AT_ONCE = 32;

/**
 * Certificates in a folder. Every file is for its owner only, appears whole, and is never written again:
 *
 * - `certificates/00000/00000001.full.vin-certificate.jws`, and `….buyer.…` beside it; `00000001.stub.json` where they were erased
 * - `statements/…`, `keys/KID.pem` (public ones), `requests/…` (what is to be signed)
 * - `index.jsonl`, and `index.key`, the key of the vehicles' MACs in it
 */
export async function openFolderStore(folder: string): Promise<CertificateStore> {
  const folders = ['certificates', 'statements', 'keys', 'requests'].map((name) => join(folder, name));
  for (const one of folders) await makePrivateFolder(one);
  for (const one of [...folders, ...(await shardsOf(folder))]) await dropOldDrafts(one);
  const index = new IndexFile(join(folder, 'index.jsonl'));
  await index.finishForgetting();
  const macKey = await readMacKey(join(folder, 'index.key'));
  return new FolderStore(folder, index, macKey);
}

class FolderStore implements CertificateStore {
  constructor(
    private readonly folder: string,
    private readonly index: IndexFile,
    private readonly macKey: Buffer,
  ) {}

  async keepRequest(request: string, facts: CertificateFacts): Promise<void> {
    // Its name need not be on the disk: who asked asks again until the certificate is there.
    await createWhole(this.requestFile(request), JSON.stringify(facts));
  }

  async requestOf(request: string): Promise<CertificateFacts | null> {
    const text = await readIfThere(this.requestFile(request));
    return text === null ? null : (JSON.parse(text) as CertificateFacts);
  }

  async add(certificates: readonly NewCertificate[]): Promise<number> {
    const shards = new Set(certificates.map(({ entry }) => this.shard(entry.number)));
    for (const shard of shards) await makePrivateFolder(shard);
    const drafts = await this.draftsOf(certificates);
    let added: number;
    try {
      added = await this.publishAll(certificates, drafts);
    } finally {
      await drop(drafts);
    }
    for (const shard of shards) await syncFolder(shard);
    await syncFolder(join(this.folder, 'certificates'));
    const kept = certificates.slice(0, added).map(({ entry }) => entry);
    await this.index.append(kept);
    await Promise.all(kept.map(({ request }) => unlink(this.requestFile(request)).catch(() => undefined)));
    return added;
  }

  /** @returns how many have their number. */
  private async publishAll(
    certificates: readonly NewCertificate[],
    drafts: readonly Drafts[],
  ): Promise<number> {
    let added = 0;
    for (const { entry } of certificates) {
      // One by one: never a number before the one that comes before it.
      const { full } = drafts[added] as Drafts;
      // A number whose certificate was erased is given for ever.
      if (await this.stub(entry.number)) break;
      if (!(await publish(full, this.path(entry.number, 'full')))) break;
      added += 1;
    }
    const kept = certificates.slice(0, added);
    await Promise.all(
      kept.map(({ entry }, index) =>
        publish((drafts[index] as Drafts).buyer, this.path(entry.number, 'buyer')),
      ),
    );
    return added;
  }

  async mend({ entry, buyer }: NewCertificate): Promise<void> {
    await createWhole(this.path(entry.number, 'buyer'), buyer);
    await syncFolder(this.shard(entry.number));
    await this.index.append([entry]);
    await unlink(this.requestFile(entry.request)).catch(() => undefined);
  }

  async read(number: number): Promise<CertificateFiles | null> {
    const full = await readIfThere(this.path(number, 'full'));
    if (full === null) return null;
    return { full, buyer: (await readIfThere(this.path(number, 'buyer'))) ?? '' };
  }

  async stub(number: number): Promise<Stub | null> {
    const text = await readIfThere(join(this.shard(number), fileNames(number).stub));
    return text === null ? null : readStub(text);
  }

  async erase(vin: string): Promise<number[]> {
    const entries = await this.allOfVehicle(vin);
    for (const entry of entries) await this.eraseFiles(entry);
    const statements = join(this.folder, 'statements');
    const names = await this.statementNames(vin);
    await Promise.all(names.map((name) => unlinkIfThere(join(statements, name))));
    await syncFolder(statements);
    await this.eraseRequests(vin);
    // Last: by its code the vehicle is found again where this was interrupted.
    await this.index.forget(this.macOf(vin));
    return entries.map(({ number }) => number).reverse();
  }

  private async eraseFiles(entry: IndexEntry): Promise<void> {
    const shard = this.shard(entry.number);
    const { full, buyer, stub } = fileNames(entry.number);
    // First what keeps the chain whole, and its number taken.
    await createWhole(join(shard, stub), JSON.stringify(stubOf(entry)));
    if ((await this.stub(entry.number))?.sha256 !== entry.sha256)
      throw new Error(
        `${join(shard, stub)} is no stub of certificate ${entry.number}: take it away, nothing is erased before that`,
      );
    await syncFolder(shard);
    await Promise.all([full, buyer].map((name) => unlinkIfThere(join(shard, name))));
    await dropOldDrafts(shard);
    await syncFolder(shard);
  }

  /** What a certificate was to be made of goes when it is made; a worker that was lost there has left it. */
  private async eraseRequests(vin: string): Promise<void> {
    const requests = join(this.folder, 'requests');
    await dropOldDrafts(requests);
    for (const name of await readdir(requests)) {
      const text = (await readIfThere(join(requests, name))) ?? '';
      // Whoever waits for it keeps it anew.
      if (text.includes(JSON.stringify(vin))) await unlinkIfThere(join(requests, name));
    }
    await syncFolder(requests);
  }

  async mendErased(stub: Stub): Promise<void> {
    const unknown = { request: '', vehicle: '', issuedAt: '', endedAt: '', fleet: null };
    await this.index.append([{ ...stub, ...unknown }]);
  }

  async numbers(): Promise<number[]> {
    const names = await Promise.all((await shardsOf(this.folder)).map((shard) => readdir(shard)));
    const numbers = new Set(names.flat().flatMap((name) => numberOf(name) ?? []));
    return [...numbers].sort((one, other) => one - other);
  }

  async entry(number: number): Promise<IndexEntry | null> {
    await this.index.refresh();
    return this.index.entry(number);
  }

  async byRequest(request: string): Promise<IndexEntry | null> {
    await this.index.refresh();
    return this.index.request(request);
  }

  async ofVehicles(vins: readonly string[]): Promise<(Leaving | null)[]> {
    await this.index.refresh();
    return vins.map((vin) => {
      const [newest] = this.index.vehicle(this.macOf(vin));
      return newest ? { number: newest.number, endedAt: newest.endedAt, fleet: newest.fleet } : null;
    });
  }

  async allOfVehicle(vin: string): Promise<IndexEntry[]> {
    await this.index.refresh();
    return this.index.vehicle(this.macOf(vin));
  }

  async head(): Promise<IndexEntry | null> {
    await this.index.refresh();
    return this.index.last;
  }

  macOf(vin: string): string {
    return createHmac('sha256', this.macKey).update(vin).digest('base64url').slice(0, 24);
  }

  async keepStatement(vin: string, id: string, text: string): Promise<{ file: string; text: string }> {
    const file = `${this.macOf(vin)}.${id}${STATEMENT_ENDING}`;
    const folder = join(this.folder, 'statements');
    if (await createWhole(join(folder, file), text)) {
      await syncFolder(folder);
      return { file, text };
    }
    return { file, text: (await readIfThere(join(folder, file))) ?? text };
  }

  async statementsOf(vin: string): Promise<string[]> {
    const folder = join(this.folder, 'statements');
    const names = await this.statementNames(vin);
    const texts = await Promise.all(names.map((name) => readIfThere(join(folder, name))));
    return texts.filter((text) => text !== null);
  }

  private async statementNames(vin: string): Promise<string[]> {
    const names = await readdir(join(this.folder, 'statements'));
    return names.filter((name) => name.startsWith(`${this.macOf(vin)}.`));
  }

  async addPublicKey(key: PublicKey): Promise<void> {
    const folder = join(this.folder, 'keys');
    if (await createWhole(join(folder, `${key.kid}.pem`), publicPem(key))) await syncFolder(folder);
  }

  async publicKeys(): Promise<PublicKey[]> {
    const folder = join(this.folder, 'keys');
    const names = (await readdir(folder)).filter((name) => name.endsWith('.pem')).sort();
    const texts = await Promise.all(names.map((name) => readIfThere(join(folder, name))));
    return texts.flatMap((text) => readPublicKeys(text ?? ''));
  }

  /** All of them, or none: what is on the disk already is taken away again. */
  private async draftsOf(certificates: readonly NewCertificate[]): Promise<Drafts[]> {
    const drafts: Drafts[] = [];
    for (let from = 0; from < certificates.length; from += AT_ONCE) {
      const some = certificates.slice(from, from + AT_ONCE).map((one) => this.draftOf(one));
      const written = await Promise.allSettled(some);
      drafts.push(...written.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
      const failed = written.find((one) => one.status === 'rejected');
      if (failed) {
        await drop(drafts);
        throw failed.reason;
      }
    }
    return drafts;
  }

  private async draftOf({ entry: { number }, full, buyer }: NewCertificate): Promise<Drafts> {
    const first = await writeDraft(this.path(number, 'full'), full);
    try {
      return { full: first, buyer: await writeDraft(this.path(number, 'buyer'), buyer) };
    } catch (error) {
      await unlink(first).catch(() => undefined);
      throw error;
    }
  }

  private shard(number: number): string {
    return join(this.folder, 'certificates', shardOf(number));
  }

  private path(number: number, kind: 'full' | 'buyer'): string {
    return join(this.shard(number), fileNames(number)[kind]);
  }

  private requestFile(request: string): string {
    return join(this.folder, 'requests', `${request}.json`);
  }
}

interface Drafts {
  readonly full: string;
  readonly buyer: string;
}

async function drop(drafts: readonly Drafts[]): Promise<void> {
  await Promise.all(drafts.flatMap(({ full, buyer }) => [unlink(full), unlink(buyer)]));
}

/** What people or programs leave beside them is none: a list of a file browser, a note. */
async function shardsOf(folder: string): Promise<string[]> {
  const certificates = join(folder, 'certificates');
  const found = await readdir(certificates, { withFileTypes: true });
  return found.filter((one) => one.isDirectory()).map(({ name }) => join(certificates, name));
}

/** Made once; of several workers that begin at the same time one makes it. */
async function readMacKey(file: string): Promise<Buffer> {
  await createWhole(file, randomBytes(32).toString('base64url'));
  return Buffer.from((await readIfThere(file)) as string, 'base64url');
}
