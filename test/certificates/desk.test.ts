import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createSigningActivities } from '../../activities/certificates';
import { temporaryFolder } from '../../src/base/temporary-folder';
import { checkChain } from '../../src/certificates/chain';
import { CertificateDesk, requestOf } from '../../src/certificates/desk';
import type { CertificateFacts } from '../../src/certificates/facts';
import { fileNames } from '../../src/certificates/file-names';
import { openFolderStore } from '../../src/certificates/folder-store';
import { sha256 } from '../../src/certificates/issue';
import type { CertificateStore, Head } from '../../src/certificates/store';
import { facts, newKey, signerWith, statementFacts, vinOf } from './support';

/** What every open file is made of: there a disk is full. */
let FILE_HANDLE: FileHandle;
beforeAll(async () => {
  const handle = await open(__filename);
  FILE_HANDLE = Object.getPrototypeOf(handle);
  await handle.close();
});

const AT = '2026-12-02T09:00:00.000Z';
const KEY = newKey();

describe('who signs certificates', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder('vin-certificates-');
  });
  afterEach(() => folder.remove());

  const openDesk = async (key = KEY): Promise<CertificateDesk> => {
    const desk = new CertificateDesk(await openFolderStore(folder.path), signerWith(key));
    await desk.open();
    return desk;
  };
  const signAll = async (desk: CertificateDesk, head: Head | null, all: readonly CertificateFacts[]) => {
    const requests: string[] = [];
    for (const one of all) requests.push(await desk.keep(one));
    return desk.sign({ head, requests, at: AT });
  };
  const shard = () => join(folder.path, 'certificates', '00000');
  const chain = async (store: CertificateStore) => {
    const files = readdirSync(shard()).map((name) => ({
      name,
      text: readFileSync(join(shard(), name), 'utf8'),
    }));
    return checkChain(files, await store.publicKeys());
  };

  it('numbers them one after the other, and each knows the hash of the one before', async () => {
    const desk = await openDesk();
    const head = await signAll(desk, null, [facts(1), facts(2), facts(3)]);
    expect(head?.number).toBe(3);
    expect(await chain(desk.store)).toEqual({
      ...{ certificates: 3, erased: 0, statements: 0, first: 1, last: 3 },
      problems: [],
    });
    expect(await desk.issued(facts(2))).toEqual({
      number: 2,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      issuedAt: AT,
      files: { full: '00000002.full.vin-certificate.jws', buyer: '00000002.buyer.vin-certificate.jws' },
    });
  });

  it('issues one certificate for a defleeting, however often it is asked', async () => {
    const desk = await openDesk();
    const head = await signAll(desk, null, [facts(1), facts(1)]);
    const first = await desk.issued(facts(1));
    expect(await signAll(desk, head, [facts(1, { fleet: 'another' })])).toEqual(head);
    expect(await desk.issued(facts(1))).toEqual(first);
    expect(head?.number).toBe(1);
  });

  it('keeps every file for its owner only, and what was to be signed no longer than that', async () => {
    const desk = await openDesk();
    await signAll(desk, null, [facts(1)]);
    await desk.statement(statementFacts(1));
    const all = readdirSync(folder.path, { recursive: true, withFileTypes: true });
    const modes = all.map((entry) => [
      entry.isDirectory() ? 'folder' : 'file',
      statSync(join(entry.parentPath, entry.name)).mode & 0o777,
    ]);
    expect(new Set(modes.map(([kind, mode]) => `${kind} ${(mode as number).toString(8)}`))).toEqual(
      new Set(['folder 700', 'file 600']),
    );
    expect(readdirSync(join(folder.path, 'requests'))).toEqual([]);
    expect(all.filter(({ name }) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('names no vehicle in its index, in names of files and in the ids of requests', async () => {
    const desk = await openDesk();
    await signAll(desk, null, [facts(1)]);
    await desk.keep(facts(2));
    const index = readFileSync(join(folder.path, 'index.jsonl'), 'utf8');
    const names = readdirSync(folder.path, { recursive: true }).join('\n');
    expect(`${index}${names}`).not.toContain(vinOf(1).slice(0, 8));
    expect(index.trim().split('\n')).toHaveLength(1);
  });

  /** How a worker that was lost leaves the folder, at each of its steps. */
  const lost: readonly [string, (full: string, buyer: string) => void][] = [
    [
      'before the first file had its name',
      (full, buyer) => [full, buyer].forEach((file) => void rmSync(file)),
    ],
    ['before the second file', (_full, buyer) => rmSync(buyer)],
    ['before the index', () => undefined],
  ];
  it.each(lost)('goes on where a worker was lost %s: no gap, and no number twice', async (_when, undo) => {
    const desk = await openDesk();
    const requests = [await desk.keep(facts(1)), await desk.keep(facts(2)), await desk.keep(facts(3))];
    const index = join(folder.path, 'index.jsonl');
    await desk.sign({ head: null, requests: requests.slice(0, 1), at: AT });
    const before = readFileSync(index, 'utf8');
    await desk.sign({ head: null, requests: requests.slice(1, 2), at: AT });
    const { full, buyer } = fileNames(2);
    const hadBuyer = readFileSync(join(shard(), buyer), 'utf8');
    undo(join(shard(), full), join(shard(), buyer));
    writeFileSync(index, before);
    await desk.keep(facts(2));

    const next = await openDesk();
    const head = await next.sign({ head: null, requests, at: AT });
    expect(head?.number).toBe(3);
    expect(await chain(next.store)).toMatchObject({ certificates: 3, problems: [] });
    expect([1, 2, 3].map(async (one) => (await next.issued(facts(one)))?.number)).toHaveLength(3);
    for (const one of [1, 2, 3]) expect((await next.issued(facts(one)))?.number).toBe(one);
    if (existsSync(join(shard(), full)) && _when !== lost[0]?.[0]) {
      expect(readFileSync(join(shard(), buyer), 'utf8')).toBe(hadBuyer);
    }
    // The index says the same to a worker that begins now.
    expect(await (await openDesk()).store.ofVehicles([1, 2, 3, 4].map(vinOf))).toMatchObject([
      { number: 1 },
      { number: 2 },
      { number: 3 },
      null,
    ]);
  });

  it('takes drafts away that a lost worker has left an hour ago, and no younger ones', async () => {
    await signAll(await openDesk(), null, [facts(1)]);
    const [old, young] = ['.00112233445566aa.tmp', '.00112233445566bb.tmp'].map((name) =>
      join(shard(), name),
    );
    for (const file of [old, young] as [string, string]) writeFileSync(file, vinOf(1));
    utimesSync(old as string, new Date(), new Date(Date.now() - 3_700_000));
    await openDesk();
    expect([existsSync(old as string), existsSync(young as string)]).toEqual([false, true]);
  });

  it('goes on where the last line of the index was cut off', async () => {
    const desk = await openDesk();
    await signAll(desk, null, [facts(1), facts(2)]);
    const index = join(folder.path, 'index.jsonl');
    writeFileSync(index, readFileSync(index, 'utf8').slice(0, -30));
    const next = await openDesk();
    expect(await signAll(next, null, [facts(3)])).toMatchObject({ number: 3 });
    expect(await (await openDesk()).store.ofVehicles([1, 2, 3].map(vinOf))).toMatchObject([
      { number: 1 },
      { number: 2 },
      { number: 3 },
    ]);
  });

  it.each(['lost', 'an older one'])(
    'knows who has left also where its index was %s, before and after a new beginning',
    async (what) => {
      const index = join(folder.path, 'index.jsonl');
      const running = await openDesk();
      await signAll(running, null, [facts(1)]);
      const older = readFileSync(index, 'utf8');
      const head = await signAll(
        running,
        { number: 1, sha256: (await running.issued(facts(1)))?.sha256 ?? '' },
        [facts(2)],
      );
      rmSync(index);
      if (what !== 'lost') writeFileSync(index, older);
      const wanted = [{ number: 1 }, { number: 2 }];
      expect(await (await openDesk()).store.ofVehicles([1, 2].map(vinOf))).toMatchObject(wanted);
      // One that runs already: what it signs, and what others sign, is found.
      rmSync(index);
      expect(await signAll(running, head, [facts(3)])).toMatchObject({ number: 3 });
      expect(await running.issued(facts(3))).toMatchObject({ number: 3 });
      expect(await (await openDesk()).store.ofVehicles([1, 2, 3].map(vinOf))).toMatchObject([
        ...wanted,
        { number: 3 },
      ]);
    },
  );

  it('answers no question by a folder that is not the one which the ledger knows', async () => {
    const desk = await openDesk();
    const head = await signAll(desk, null, [facts(1)]);
    const answer = (known: Head | null) =>
      createSigningActivities(desk, async () => known).vehiclesThatLeft([vinOf(1)]);
    expect(await answer(head)).toMatchObject([{ number: 1 }]);
    await expect(answer({ number: 2, sha256: 'ab'.repeat(32) })).rejects.toMatchObject({
      type: 'CERTIFICATE_STORE_DIFFERS',
    });
  });

  it('leaves nothing behind where the disk is full', async () => {
    const desk = await openDesk();
    const requests = [await desk.keep(facts(1)), await desk.keep(facts(2))];
    const full = jest.spyOn(FILE_HANDLE, 'writeFile').mockRejectedValue(new Error('ENOSPC'));
    await expect(desk.sign({ head: null, requests, at: AT })).rejects.toThrow('ENOSPC');
    full.mockRestore();
    const left = readdirSync(folder.path, { recursive: true }).map(String);
    expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(await desk.sign({ head: null, requests, at: AT })).toMatchObject({ number: 2 });
  });

  it('gives each number once, also where a worker that was taken for lost signs the same step', async () => {
    const [one, other] = [await openDesk(), await openDesk()];
    const requests: string[] = [];
    for (let index = 0; index < 60; index += 1) requests.push(await one.keep(facts(index)));
    const heads = await Promise.all([
      one.sign({ head: null, requests, at: AT }),
      other.sign({ head: null, requests, at: AT }),
    ]);
    expect(heads[0]).toEqual(heads[1]);
    expect(await chain(one.store)).toMatchObject({ certificates: 60, last: 60, problems: [] });
  });

  it('signs nothing in a folder that is not the one which the ledger knows', async () => {
    const desk = await openDesk();
    const head = await signAll(desk, null, [facts(1)]);
    await expect(signAll(desk, { number: 1, sha256: 'ab'.repeat(32) }, [facts(2)])).rejects.toMatchObject({
      code: 'CERTIFICATE_STORE_DIFFERS',
      retryable: true,
    });
    await expect(signAll(desk, { number: 2, sha256: head?.sha256 ?? '' }, [facts(2)])).rejects.toMatchObject({
      code: 'CERTIFICATE_STORE_DIFFERS',
    });
    expect(await desk.issued(facts(2))).toBeNull();
  });

  it('passes over a request whose facts are not there, and goes on with the others', async () => {
    const desk = await openDesk();
    const there = await desk.keep(facts(1));
    const head = await desk.sign({ head: null, requests: [requestOf(facts(2)), there], at: AT });
    expect(head?.number).toBe(1);
    expect((await desk.issued(facts(1)))?.number).toBe(1);
  });

  it('refuses facts that make no certificate, before it asks for a number', async () => {
    const desk = await openDesk();
    await expect(desk.keep(facts(1, { accesses: [] }))).rejects.toMatchObject({
      code: 'CERTIFICATE_FACTS_INVALID',
      details: { vin: vinOf(1) },
      retryable: false,
    });
  });

  it('keeps every public key that ever signed, and signs with the newest', async () => {
    const head = await signAll(await openDesk(), null, [facts(1)]);
    const newer = newKey();
    const desk = await openDesk(newer);
    await signAll(desk, head, [facts(2)]);
    const keys = await desk.store.publicKeys();
    expect(keys.map(({ kid }) => kid).sort()).toEqual([KEY.kid, newer.kid].sort());
    expect(await chain(desk.store)).toMatchObject({ certificates: 2, problems: [] });
  });

  it('signs a statement once for each time, and gives it no number', async () => {
    const desk = await openDesk();
    const one = await desk.statement(statementFacts(1));
    expect(await desk.statement(statementFacts(1))).toEqual(one);
    expect(one.file).toMatch(/^[\w-]{24}\.[0-9a-f]{32}\.vin-statement\.jws$/);
    expect((await desk.store.statementsOf(vinOf(1))).map(sha256)).toEqual([one.sha256]);
    expect(await desk.store.statementsOf(vinOf(2))).toEqual([]);
    expect(await desk.store.head()).toBeNull();
  });

  it('tells of a list of 100,000 vehicles within seconds which have left', async () => {
    const desk = await openDesk();
    await signAll(desk, null, [facts(7)]);
    const vins = Array.from({ length: 100_000 }, (_, index) => vinOf(index));
    const found = await desk.store.ofVehicles(vins);
    expect(found.filter((one) => one !== null)).toEqual([
      { number: 1, endedAt: facts(7).endedAt, fleet: 'acme' },
    ]);
    expect(found[7]).not.toBeNull();
  });
});
