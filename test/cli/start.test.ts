import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { createProgram } from '../../src/cli/vin';

const ROOT = posix.join(__dirname, '../..');
/** Packages that cost a few milliseconds. Any other one, such as Temporal's or zod, costs a tenth of a second and more. */
const LIGHT = ['commander'];
const IMPORT = /^(?:import|export)(?! type)\s(?:[\w*{}\s,$]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;

/** What a module loads before any of its functions is called: the packages, by the module that names them. */
function loadedBy(file: string, seen = new Map<string, string[]>()): Map<string, string[]> {
  if (seen.has(file)) return seen;
  const names = [...readFileSync(posix.join(ROOT, file), 'utf8').matchAll(IMPORT)].map(
    ([, name = '']) => name,
  );
  seen.set(
    file,
    names.filter((name) => !name.startsWith('.') && !name.startsWith('node:') && !LIGHT.includes(name)),
  );
  for (const name of names.filter((one) => one.startsWith('.'))) {
    const target = posix.join(posix.dirname(file), name);
    const found = [`${target}.ts`, `${target}/index.ts`].find((one) => existsSync(posix.join(ROOT, one)));
    if (found) loadedBy(found, seen);
  }
  return seen;
}

const heavy = (file: string) =>
  [...loadedBy(file)].flatMap(([module, names]) => names.map((name) => `${module} loads ${name}`));

/** The files that vin.ts has for each command. */
const DEFINITIONS = [
  ...readFileSync(posix.join(ROOT, 'src/cli/vin.ts'), 'utf8').matchAll(/require\('\.\/([^']+)'\)/g),
];

describe('the start of a command', () => {
  test('loads one package and no more, whatever command it will be', () => {
    expect(heavy('src/cli/vin.ts')).toEqual([]);
    expect(DEFINITIONS).toHaveLength(createProgram().commands.length);
  });

  test.each(DEFINITIONS.map(([, name = '']) => name))(
    'loads nothing heavy to know its options: %s',
    (name) => {
      expect(heavy(`src/cli/${name}.ts`)).toEqual([]);
    },
  );

  test.each([
    'src/config/own-application.ts',
    'workflows/contract/messages.ts',
    'workflows/lifecycle/view.ts',
  ])('loads nothing heavy beside the Temporal client to ask for a vehicle: %s', (file) => {
    expect(heavy(file)).toEqual([]);
  });

  test('of a dry run of an import loads nothing of Temporal, which it does not ask', () => {
    expect(heavy('src/cli/import.ts').filter((found) => found.includes('@temporalio'))).toEqual([]);
    expect(heavy('src/activations/certificates.ts').join()).toContain('@temporalio/client');
  });

  test('sees a heavy package through other modules', () => {
    expect(heavy('src/sweep/sweeps.ts')).toContain('src/sweep/sweeps.ts loads @temporalio/client');
    expect(heavy('src/cli/gateway.ts').join()).toContain('src/config/config.ts loads zod');
  });

  test.each(['--version', '-V'])('makes no command for %s', (flag) => {
    expect(createProgram(flag).commands).toEqual([]);
  });

  test('makes one command where it is named, and all for the help and for a wrong name', () => {
    expect(createProgram('list').commands.map((command) => command.name())).toEqual(['list']);
    for (const word of ['--help', 'lst', '', 'constructor']) {
      expect(createProgram(word).commands.length).toBeGreaterThan(15);
    }
  });
});
