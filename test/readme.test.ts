import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createProgram } from '../src/cli/vin';
import { createApplications } from '../src/config/applications';
import { PROVIDERS } from '../src/providers/registry';
import { expectMadePart, table } from './support/made-part';

const README = join(__dirname, '../README.md');
const readme = readFileSync(README, 'utf8');
const program = createProgram();
const commands = program.commands.map((command) => ({ name: command.name(), command }));

function variableTable(): string {
  const entries: [string, { readonly about: string; readonly fallback?: string }][] = Object.entries(
    createApplications(PROVIDERS).everyVariable(),
  );
  const rows = entries.map(([name, { fallback, about }]) => [
    `\`${name}\``,
    fallback === undefined ? '' : `\`${fallback}\``,
    about,
  ]);
  return table(['Variable', 'Default', 'Meaning'], rows);
}

describe('README.md', () => {
  test('has a table of all variables ("npm run docs" writes it again)', () => {
    expectMadePart(README, variableTable());
  });

  const lines = [...readme.matchAll(/^(?:[A-Z_]+=\S+ )*vin (.*)$/gm)].map(([, line = '']) => line);

  test('shows every command but the demo, which is npm start', () => {
    const shown = new Set(lines.map((line) => line.split(' ')[0]));
    const named = [...readme.matchAll(/`vin (\w+)/g)].map(([, name]) => name);
    expect([...shown, ...named]).toEqual(
      expect.arrayContaining(commands.map(({ name }) => name).filter((name) => name !== 'demo')),
    );
  });

  test('names only files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) expect(() => readFileSync(join(__dirname, '..', link))).not.toThrow('ENOENT');
  });

  test('has pictures that are small', () => {
    const pictures = [...readme.matchAll(/!\[[^\]]+\]\(([^)]+)/g)].map(([, path = '']) => path);
    expect(pictures).toEqual(['docs/pictures/fleet-page.png', 'docs/pictures/temporal-ui.png']);
    for (const path of pictures) expect(statSync(join(__dirname, '..', path)).size).toBeLessThan(250_000);
  });
});

describe.each(commands)('vin $name', ({ name, command }) => {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();

  test('says in its help what it does, and shows examples', () => {
    expect(command.description()).toMatch(/^[A-Z].*\.$/);
    expect(help).toContain(command.description().slice(0, 40));
    expect(help).toMatch(/\nExamples:\n {2}\S/);
  });

  const answers = ['activate', 'import', 'status', 'list', 'retry', 'defleet'].includes(name);
  if (!answers) return;
  test('has -o for the format of its answer', () => {
    const option = command.options.find(({ short }) => short === '-o');
    const isRows = ['list', 'retry', 'defleet'].includes(name);
    expect(option?.argChoices).toEqual(['table', 'json', 'jsonl', ...(isRows ? ['csv'] : [])]);
    expect(option?.defaultValue).toBe('table');
  });
});
