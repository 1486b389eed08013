import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { nutshell } from './profile';

const ROOT = join(__dirname, '../..');
const OWN = 'test/toy-provider/';

/** What is no part of the project. */
const OTHERS = ['node_modules', 'lib', '.git'];

function projectFiles(): string[] {
  return readdirSync(ROOT, { withFileTypes: true })
    .filter(({ name }) => !OTHERS.includes(name))
    .flatMap((entry) =>
      entry.isDirectory()
        ? readdirSync(join(ROOT, entry.name), { recursive: true, encoding: 'utf8' }).map(
            (name) => `${entry.name}/${name}`,
          )
        : [entry.name],
    )
    .filter((file) => /\.(?:[cm]?[jt]s|json|md|ya?ml|sh|env|csv|go)$/.test(file));
}

function knowsName(file: string): boolean {
  return new RegExp(nutshell.id, 'i').test(readFileSync(join(ROOT, file), 'utf8'));
}

test('no file outside of its folder knows the name of the toy provider', () => {
  const knowing = projectFiles().filter(knowsName);
  expect(knowing.filter((file) => file.startsWith(OWN)).map((file) => posix.basename(file))).toContain(
    'profile.ts',
  );
  expect(knowing.filter((file) => !file.startsWith(OWN))).toEqual([]);
});
