import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withEnvFile } from '../../src/cli/env-file';

const folder = mkdtempSync(join(tmpdir(), 'vin-env-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, 'env');
writeFileSync(file, '# a comment\nVIN_SPEED=2\nHIGH_MOBILITY_CLIENT_SECRET="a secret"\n', { mode: 0o600 });
const argv = (...words: string[]) => ['node', 'vin', ...words];

describe('a file of variables', () => {
  test.each([
    ['in front of the command', argv('--env-file', file, 'list', '-a'), {}],
    ['in one word', argv(`--env-file=${file}`, 'list', '-a'), {}],
    ['by a variable', argv('list', '-a'), { VIN_ENV_FILE: file }],
  ])('is named %s', (_, words, environment: NodeJS.ProcessEnv) => {
    expect(withEnvFile(words, environment)).toEqual(argv('list', '-a'));
    expect(environment).toMatchObject({ VIN_SPEED: '2', HIGH_MOBILITY_CLIENT_SECRET: 'a secret' });
  });

  test('changes nothing that is set already', () => {
    const environment = { VIN_SPEED: '7' };
    withEnvFile(argv('--env-file', file), environment);
    expect(environment.VIN_SPEED).toBe('7');
  });

  test('is read only where one is named', () => {
    const environment = {};
    expect(withEnvFile(argv('list'), environment)).toEqual(argv('list'));
    expect(environment).toEqual({});
  });

  test.each([
    ['that is not there', join(folder, 'absent'), 'there is no such file'],
    ['that everybody may read', join(folder, 'open'), 'chmod 600'],
  ])('%s is refused, without a word of what is in it', (_, name, says) => {
    writeFileSync(join(folder, 'open'), 'SECRET=x', { mode: 0o644 });
    let error: unknown;
    try {
      withEnvFile(argv('--env-file', name), {});
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(says) });
  });
});
