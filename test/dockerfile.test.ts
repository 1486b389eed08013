import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { DOCKERFILE, environmentOf, stageOf } from './support/dockerfile';

/** Docker is not needed for any of this: the files are read, not run. */

const ROOT = path.join(__dirname, '..');
const text = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

describe('the Dockerfile', () => {
  const stages = [...DOCKERFILE.matchAll(/^FROM (\S+) AS (\S+)$/gm)].map(([, from = '', name = '']) => ({
    from,
    name,
  }));

  test('has the stages that the services are built from', () => {
    const { services } = parse(text('docker-compose.yml'), { merge: true }) as {
      services: Record<string, { readonly build?: { readonly target: string } }>;
    };
    const targets = Object.values(services).flatMap(({ build }) => build?.target ?? []);
    expect(targets.length).toBeGreaterThan(0);
    for (const target of targets) expect(stages.map(({ name }) => name)).toContain(target);
  });

  test('starts from one pinned version of Node, which the package allows', () => {
    const bases = stages
      .filter(({ from }) => !stages.some(({ name }) => name === from))
      .map(({ from }) => from);
    expect(new Set(bases).size).toBe(1);
    expect(bases[0]).toMatch(/^node:24\.\d+\.\d+-slim(@sha256:[0-9a-f]{64})?$/);
  });

  test('gives the worker options that Node knows', () => {
    const settings = environmentOf('worker');
    expect(Object.keys(settings)).toContain('NODE_OPTIONS');
    const { status } = spawnSync(process.execPath, ['-e', ''], { env: { ...process.env, ...settings } });
    expect(status).toBe(0);
  });

  test('runs as a user without rights, with production packages only', () => {
    expect(stageOf('runtime')).toMatch(/^USER node$/m);
    expect(stageOf('runtime')).toContain('--from=production /app/node_modules');
    expect(stageOf('production')).toContain('npm ci --omit=dev');
  });

  test('copies only what is there and what .dockerignore lets through', () => {
    const copied = [...DOCKERFILE.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) =>
      files.split(' '),
    );
    const allowed = text('.dockerignore').split('\n');
    expect(copied.length).toBeGreaterThan(0);
    for (const file of copied) {
      expect(existsSync(path.join(ROOT, file))).toBe(true);
      expect(allowed).toContain(`!${file}`);
    }
  });

  test('starts the program that the package names', () => {
    const { bin } = JSON.parse(text('package.json')) as { bin: { vin: string } };
    expect(DOCKERFILE).toContain(`ENTRYPOINT ["node", "${bin.vin}"]`);
  });
});

test('the code that is shipped imports no package that is there for development only', () => {
  const { dependencies } = JSON.parse(text('package.json')) as { dependencies: Record<string, string> };
  const missing = ['src', 'workflows', 'activities'].flatMap((room) =>
    readdirSync(path.join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => [
        ...text(path.join(room, file)).matchAll(
          /^(?:import|export) .*from '([^'.][^']*)'|^} from '([^'.][^']*)'/gm,
        ),
      ])
      .map(([, one, more]) => one ?? more ?? '')
      .filter((name) => !name.startsWith('node:'))
      .map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      )
      .filter((name) => !(name in dependencies)),
  );
  expect(missing).toEqual([]);
});
