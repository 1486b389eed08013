import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { temporaryFolder } from '../../src/base/temporary-folder';
import { checkChain } from '../../src/certificates/chain';
import { CertificateDesk } from '../../src/certificates/desk';
import { openFolderStore } from '../../src/certificates/folder-store';
import { facts, newKey, signerWith } from './support';

/** `KILLS=50 npx jest test/certificates/killed --selectProjects unit` kills more often. */
const KILLS = Number(process.env['KILLS'] ?? 3);

describe('a process that is killed while it signs', () => {
  it(`${KILLS} times, each at another moment, leaves a chain that the next one goes on with`, async () => {
    const folder = temporaryFolder('vin-killed-');
    const key = newKey();
    const root = join(__dirname, '../..');
    const arguments_ = ['-r', './bench/register.cjs', join(__dirname, 'signing-process.ts'), folder.path];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = spawn(process.execPath, [...arguments_, key.privatePem, String(kill * 1_000)], {
        cwd: root,
      });
      for (let step = 0; step <= kill % 3; step += 1) await once(child.stdout, 'data');
      // Anywhere in the step: it takes some tens of milliseconds.
      await setTimeout((kill * 7) % 40);
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    const desk = new CertificateDesk(await openFolderStore(folder.path), signerWith(key));
    const head = await desk.sign({
      head: null,
      requests: [await desk.keep(facts(99_000))],
      at: '2026-12-03T09:00:00.000Z',
    });
    const shard = join(folder.path, 'certificates', '00000');
    const names = readdirSync(shard).filter((name) => name.endsWith('.jws'));
    const files = names.map((name) => ({ name, text: readFileSync(join(shard, name), 'utf8') }));
    const report = await checkChain(files, [key]);
    expect(report).toMatchObject({ first: 1, last: head?.number, certificates: head?.number, problems: [] });
    expect(names).toHaveLength(2 * report.certificates);
    expect(report.certificates).toBeGreaterThan(KILLS);
    // The index of a new process knows each of them.
    const numbers = Array.from({ length: report.certificates }, (_, index) => index + 1);
    const { store } = new CertificateDesk(await openFolderStore(folder.path), signerWith(key));
    for (const number of numbers) expect((await store.entry(number))?.number).toBe(number);
    folder.remove();
  });
});
