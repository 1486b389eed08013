import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOfSources, GO_SOURCES } from '../../../src/trial/temporal-server/go-build';
import { SERVER_VERSION, UI_VERSION } from '../../../src/trial/temporal-server/releases';

describe('the sources of the development server', () => {
  const read = (path: string) => readFileSync(path, 'utf8');
  const repository = join(__dirname, '../../..');

  it('require the versions that are promised, each with its sum', () => {
    const modules = [`go.temporal.io/server v${SERVER_VERSION}`, `ui-server/v2 v${UI_VERSION}`];
    for (const name of modules) {
      expect(read(join(GO_SOURCES, 'go.mod'))).toContain(`${name}\n`);
      expect(read(join(GO_SOURCES, 'go.sum'))).toContain(`${name} h1:`);
    }
  });

  it('are of the server that production has, but for its patch, and of the same UI', () => {
    const composed = read(join(repository, 'docker-compose.yml'));
    const minor = SERVER_VERSION.replace(/\.\d+$/, '');
    expect(composed).toMatch(new RegExp(`temporalio/server:${minor}\\.\\d+\\n`));
    expect(composed).toContain(`temporalio/ui:${UI_VERSION}\n`);
  });

  it('are in the package, where the built command looks for them', () => {
    const { files } = JSON.parse(read(join(repository, 'package.json'))) as { files: string[] };
    expect(files.map((file) => join(repository, file))).toContain(GO_SOURCES);
  });

  it('name what was built of them: after a change it is built again', () => {
    const root = mkdtempSync(join(tmpdir(), 'vin-sources-'));
    writeFileSync(join(root, 'main.go'), 'package main\n');
    const before = digestOfSources(root);
    writeFileSync(join(root, 'notes.txt'), 'of no matter');
    expect(digestOfSources(root)).toBe(before);
    writeFileSync(join(root, 'main.go'), 'package main // changed\n');
    expect(digestOfSources(root)).not.toBe(before);
    rmSync(root, { recursive: true });
  });
});
