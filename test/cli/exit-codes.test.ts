import { ERROR_CODES, type ErrorCode } from '../../src/base/error-codes';
import { VinError } from '../../src/base/errors';
import { EXIT_CODES } from '../../src/cli/exit-codes';
import { exitCodes } from '../../src/cli/help-command';
import { EXIT, exitCodeOf } from '../../src/cli/output';
import { runVin } from './scripted-vin';

describe('exit codes', () => {
  test('are these, and none is used twice', () => {
    expect(EXIT).toEqual({
      ok: 0,
      failed: 1,
      usage: 2,
      notFound: 3,
      credentials: 4,
      rowsFailed: 5,
      away: 6,
      pending: 8,
      interrupted: 130,
      terminated: 143,
    });
    expect(new Set(Object.values(EXIT)).size).toBe(EXIT_CODES.length);
  });

  test.each([
    ['USAGE_WRONG', 2],
    ['VIN_INVALID', 2],
    ['ACTIVATION_UNKNOWN', 3],
    ['BATCH_UNKNOWN', 3],
    ['TEMPORAL_REFUSED', 4],
    ['PROVIDER_CREDENTIALS', 4],
    ['TEMPORAL_UNREACHABLE', 6],
    ['PROVIDER_UNREACHABLE', 6],
    ['MESSAGE_NOT_KNOWN', 6],
    ['WORKER_MISSING', 6],
    ['MESSAGE_REFUSED', 1],
  ] as const)('tell the cause: %s ends with %d', (code, exit) => {
    expect(exitCodeOf(new VinError(code, 'x', 'y'))).toBe(exit);
  });

  test('of every error is one that is explained', () => {
    const known = EXIT_CODES.map(({ code }) => code);
    for (const { exit = EXIT.failed } of Object.values(ERROR_CODES)) expect(known).toContain(exit);
  });

  test('are explained by vin help exit-codes, with the errors that end so', async () => {
    const { stdout } = await runVin(['help', 'exit-codes']);
    expect(stdout).toBe(`${exitCodes()}\n`);
    for (const { code, means } of EXIT_CODES)
      expect(stdout).toContain(`${String(code).padStart(3)}  ${means}`);
    const named = (Object.keys(ERROR_CODES) as ErrorCode[]).filter((code) => ERROR_CODES[code].exit);
    for (const code of named) expect(stdout).toMatch(new RegExp(`\\b${code}\\b`));
  });
});

describe('vin help', () => {
  test('shows the help of a command and of its parts, as --help does', async () => {
    expect((await runVin(['help', 'token', 'create'])).stdout).toMatch(/^Usage: vin token create /);
    expect((await runVin(['help'])).stdout).toMatch(/^Usage: vin \[options\] \[command\]/);
  });

  test('names no command that there is not', async () => {
    const { error, stdout } = await runVin(['help', 'lst']);
    expect(error).toMatchObject({ code: 'USAGE_WRONG' });
    expect(stdout).toBe('');
  });
});
