import * as fs from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../../src/base/temporary-folder';
import { checkChain } from '../../src/certificates/chain';
import { CertificateDesk } from '../../src/certificates/desk';
import { openFolderStore } from '../../src/certificates/folder-store';
import type { Head } from '../../src/certificates/store';
import { verifyFile } from '../../src/certificates/verify';
import { facts, newKey, signerWith, statementFacts, vinOf } from './support';

const promises = jest.requireActual<typeof import('node:fs/promises')>('node:fs/promises');
const KEY = newKey();
const AT = '2026-12-02T09:00:00.000Z';
const GONE = vinOf(2);

/** Lets the process die at one step on the disk: that one and all behind it do not happen. */
class Death {
  steps = 0;
  #at = Number.POSITIVE_INFINITY;
  readonly #spies: jest.SpyInstance[] = [];

  static async prepare(): Promise<Death> {
    const death = new Death();
    const handle = await open(__filename);
    const file = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    for (const name of ['open', 'link', 'unlink', 'readdir', 'readFile'] as const)
      death.#watch(promises, name);
    for (const name of ['write', 'sync', 'appendFile', 'writeFile'] as const) death.#watch(file, name);
    return death;
  }

  at(step: number): void {
    [this.steps, this.#at] = [0, step];
  }

  restore(): void {
    for (const spy of this.#spies) spy.mockRestore();
  }

  #watch(of: object, name: string): void {
    const whole = of as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const real = whole[name] as (...args: unknown[]) => Promise<unknown>;
    const death = this;
    const spy = jest.spyOn(whole, name).mockImplementation(async function (this: unknown, ...args) {
      death.steps += 1;
      if (death.steps >= death.#at) throw new Error('killed');
      return real.apply(this, args);
    });
    this.#spies.push(spy);
  }
}

describe('an erasure', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let death: Death;
  beforeEach(async () => {
    folder = temporaryFolder('vin-certificates-');
    death = await Death.prepare();
  });
  afterEach(() => {
    death.restore();
    folder.remove();
  });

  const openDesk = async (): Promise<CertificateDesk> => {
    const desk = new CertificateDesk(await openFolderStore(folder.path), signerWith(KEY));
    await desk.open();
    return desk;
  };
  const signed = async (desk: CertificateDesk) => {
    const all = [facts(1), facts(2), facts(3), { ...facts(2), defleeting: 'later' }];
    const requests: string[] = [];
    for (const one of all) requests.push(await desk.keep(one));
    const head = await desk.sign({ head: null, requests, at: AT });
    await desk.statement(statementFacts(2));
    return head;
  };
  const signNext = async (desk: CertificateDesk, head: Head | null, index: number) =>
    desk.sign({ head, requests: [await desk.keep(facts(index))], at: AT });
  const shard = () => join(folder.path, 'certificates', '00000');
  const filesIn = (path: string) =>
    fs.readdirSync(path, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const textsIn = (path: string) =>
    filesIn(path).map(
      ({ parentPath, name }) => [name, fs.readFileSync(join(parentPath, name), 'utf8')] as const,
    );
  /** Of files with the vehicle's name, its code, or a signed content that names it. */
  const traces = (mac: string): string[] =>
    textsIn(folder.path).flatMap(([name, text]) => {
      const content = Buffer.from(text.split('.')[1] ?? '', 'base64url').toString();
      return [name, text, content].some((one) => one.includes(GONE) || one.includes(mac)) ? [name] : [];
    });
  const chain = async (desk: CertificateDesk) => {
    const files = textsIn(shard()).filter(([name]) => !name.endsWith('.tmp'));
    return checkChain(
      files.map(([name, text]) => ({ name, text })),
      await desk.store.publicKeys(),
    );
  };

  it('erases all that names a vehicle, and the chain stays whole, also where the index is lost afterwards', async () => {
    const [desk, other] = [await openDesk(), await openDesk()];
    const head = await signed(desk);
    await other.store.ofVehicles([vinOf(2)]);
    const mac = desk.store.macOf(vinOf(2));
    expect(await desk.store.erase(vinOf(2))).toEqual([2, 4]);
    expect(await desk.store.erase(vinOf(2))).toEqual([]);

    const left = fs
      .readdirSync(folder.path, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map(({ parentPath, name }) => [name, fs.readFileSync(join(parentPath, name), 'utf8')].join('\n'));
    expect(left.filter((text) => text.includes(vinOf(2)) || text.includes(mac))).toEqual([]);
    // The VIN of a signed file is in base64.
    const vins = left.map((text) => verifyFile(text.split('\n')[1] ?? '', [KEY]));
    const named = vins.flatMap((found) => (found.ok ? [found.content.vehicle.vin] : []));
    expect(new Set(named)).toEqual(new Set([vinOf(1), vinOf(3)]));
    expect(await chain(desk)).toMatchObject({ certificates: 2, erased: 2, last: 4, problems: [] });

    // Who had read the index before, too.
    for (const one of [desk, other, await openDesk()]) {
      expect(await one.store.ofVehicles([vinOf(2), vinOf(3)])).toMatchObject([null, { number: 3 }]);
      expect(await one.store.statementsOf(vinOf(2))).toEqual([]);
    }
    fs.rmSync(join(folder.path, 'index.jsonl'));
    const anew = await openDesk();
    expect(await anew.store.ofVehicles([vinOf(2), vinOf(3)])).toMatchObject([null, { number: 3 }]);
    // Neither the ledger nor who has lost its step gives an erased number again.
    const third = await anew.store.entry(3);
    expect(await signNext(anew, third, 5)).toMatchObject({ number: 5 });
    expect(await signNext(anew, head, 6)).toMatchObject({ number: 6 });
    expect(await chain(anew)).toMatchObject({ certificates: 4, erased: 2, last: 6, problems: [] });
  });

  it('that dies at any step is finished by whoever does it again, and all workers know of it', async () => {
    let step = 1;
    for (let isOver = false; !isOver; step += 1) {
      const [desk, other] = [await openDesk(), await openDesk()];
      await signed(desk);
      await other.store.ofVehicles([GONE]);
      const mac = desk.store.macOf(GONE);
      death.at(step);
      isOver = await desk.store.erase(GONE).then(
        () => true,
        () => false,
      );
      death.at(Number.POSITIVE_INFINITY);
      const next = step % 2 === 0 ? other : await openDesk();
      await next.store.erase(GONE);
      expect([step, traces(mac)]).toEqual([step, []]);
      for (const one of [other, next, await openDesk()]) {
        expect([step, await one.store.ofVehicles([GONE, vinOf(3)])]).toMatchObject([
          step,
          [null, { number: 3 }],
        ]);
        expect(await one.store.statementsOf(GONE)).toEqual([]);
      }
      expect([step, await chain(next)]).toMatchObject([
        step,
        { certificates: 2, erased: 2, last: 4, problems: [] },
      ]);
      folder.remove();
      folder = temporaryFolder('vin-certificates-');
    }
    // It has died at each of them.
    expect(step).toBeGreaterThan(30);
  });

  it('that dies when all have been told is finished by the next worker that begins, and a later certificate stays', async () => {
    const desk = await openDesk();
    const head = await signed(desk);
    const mac = desk.store.macOf(GONE);
    const whole = fs.readFileSync(join(folder.path, 'index.jsonl'), 'utf8');
    await desk.store.erase(GONE);
    // As if its code had not been written over.
    fs.writeFileSync(join(folder.path, 'index.jsonl'), `${whole}\n{"erased":2}\n\n{"erased":4}\n`);
    const later = await openDesk();
    const request = await later.keep(facts(2, { defleeting: 'back again' }));
    await later.sign({ head, requests: [request], at: AT });
    const lines = fs.readFileSync(join(folder.path, 'index.jsonl'), 'utf8').split('\n');
    expect(lines.filter((line) => line.includes(mac)).map((line) => JSON.parse(line).number)).toEqual([5]);
    for (const one of [later, await openDesk()])
      expect(await one.store.ofVehicles([GONE])).toMatchObject([{ number: 5 }]);
  });

  it('takes what a lost worker was to sign along, also where nothing of it was signed', async () => {
    const desk = await openDesk();
    await signed(desk);
    await desk.keep(facts(2, { defleeting: 'lost' }));
    await desk.keep(facts(3, { defleeting: 'another' }));
    await desk.store.erase(GONE);
    expect(traces(desk.store.macOf(GONE))).toEqual([]);
    expect(filesIn(join(folder.path, 'requests'))).toHaveLength(1);
  });

  it('erases nothing of a certificate in whose place something else keeps the chain', async () => {
    const desk = await openDesk();
    await signed(desk);
    fs.writeFileSync(join(shard(), '00000002.stub.json'), '{}');
    await expect(desk.store.erase(GONE)).rejects.toThrow('no stub of certificate 2');
    expect(await desk.store.read(2)).not.toBeNull();
    expect(await desk.store.ofVehicles([GONE])).toMatchObject([{ number: 4 }]);
    fs.rmSync(join(shard(), '00000002.stub.json'));
    expect(await desk.store.erase(GONE)).toEqual([2, 4]);
  });
});
