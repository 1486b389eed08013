import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startScriptedServer } from '../support/scripted-server';
import { fetchJars, findTimeSkippingServer } from '../support/time-skipping-server';

describe('the finder of the time-skipping server', () => {
  let cache: string;
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'vin-time-skipping-'));
  });
  afterEach(() => rmSync(cache, { recursive: true, force: true }));

  it('lists what was tried and what to install, when nothing works', async () => {
    const nowhere = 'http://127.0.0.1:1';
    const options = { cache, report: () => undefined, download: { origin: nowhere }, repository: nowhere };
    await expect(findTimeSkippingServer(options)).rejects.toThrow(
      /our cache.*the SDK's download.*Maven Central.*Install Java/s,
    );
  });

  it('refuses a file that is not the pinned one', async () => {
    const repository = await startScriptedServer({ '*': { body: 'not a jar' } });
    try {
      await expect(fetchJars(repository.url, cache)).rejects.toThrow(/not the file that we expect/);
      expect(existsSync(join(cache, 'temporal-test-server'))).toBe(false);
    } finally {
      await repository.close();
    }
  });
});
