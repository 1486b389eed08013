import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { createProgram } from '../../../src/cli/vin';
import { changeTokens, LiveTokens, readTokens } from '../../../src/gateway/api/token-file';
import { findToken, makeToken, type Token } from '../../../src/gateway/api/tokens';

const WISH = { name: 'onboarding', role: 'operate', fleets: ['acme'], expiresAt: null } as const;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vin-tokens-'));
  file = join(folder, 'tokens.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a token', () => {
  test('has 256 random bits, and only their hash is kept', () => {
    const made = Array.from({ length: 100 }, () => makeToken(WISH, Date.now()));
    expect(new Set(made.map(({ text }) => text)).size).toBe(100);
    for (const { text, token } of made) {
      expect(text).toMatch(/^vin_[A-Za-z0-9_-]{43}$/);
      expect(Buffer.from(text.slice(4), 'base64url')).toHaveLength(32);
      expect(JSON.stringify(token)).not.toContain(text.slice(4));
    }
  });

  test('is found among others, and nothing like it is', () => {
    const made = Array.from({ length: 10 }, () => makeToken(WISH, Date.now()));
    const tokens = made.map(({ token }) => token);
    for (const { text, token } of made) {
      expect(findToken(tokens, text, Date.now())).toBe(token);
      expect(findToken(tokens, token.hash, Date.now())).toBeNull();
      expect(findToken(tokens, `${text} `, Date.now())).toBeNull();
    }
    expect(findToken(tokens, '', Date.now())).toBeNull();
    expect(findToken([], made[0]?.text ?? '', Date.now())).toBeNull();
  });

  test('is good up to its end and not at it', () => {
    const { text, token } = makeToken({ ...WISH, expiresAt: 1_000 }, 0);
    expect(findToken([token], text, 999)).toBe(token);
    expect(findToken([token], text, 1_000)).toBeNull();
  });
});

describe('the file of tokens', () => {
  const add = () => {
    const made = makeToken(WISH, Date.now());
    return changeTokens(file, (tokens) => [...tokens, made.token]).then(() => made);
  };

  test('is made for its owner only, and leaves nothing beside it', async () => {
    const { token } = await add();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['tokens.json']);
    expect(await readTokens(file)).toEqual([token]);
  });

  test('is never half written for a reader, and loses no change of two commands at once', async () => {
    await add();
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, add));
    const done = outcomes.filter(({ status }) => status === 'fulfilled');
    const refused = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    for (const { reason } of refused) expect(reason.code).toBe('TOKENS_LOCKED');
    expect(done.length).toBeGreaterThan(0);
    expect(await readTokens(file)).toHaveLength(1 + done.length);
  });

  test('stays as it was when a change fails', async () => {
    await add();
    const before = readFileSync(file, 'utf8');
    await expect(
      changeTokens(file, () => {
        throw new Error('disk full');
      }),
    ).rejects.toMatchObject({ code: 'TOKENS_NOT_WRITTEN' });
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(readdirSync(folder)).toEqual(['tokens.json']);
  });

  test.each([
    ['nothing', ''],
    ['no JSON', '{"version":1,"tokens":['],
    ['another version', '{"version":2,"tokens":[]}'],
    ['a role that we do not know', '{"version":1,"tokens":[{"role":"admin"}]}'],
  ])('with %s is refused without its content', async (_name, content) => {
    writeFileSync(file, content);
    await expect(readTokens(file)).rejects.toMatchObject({
      code: 'TOKENS_INVALID',
      message: `The file of tokens ${file} is not a file of tokens.`,
    });
    await expect(changeTokens(file, () => [])).rejects.toMatchObject({ code: 'TOKENS_INVALID' });
    expect(readFileSync(file, 'utf8')).toBe(content);
  });
});

describe('a gateway that runs', () => {
  const logged: string[] = [];
  const log = pino({}, { write: (line: string) => logged.push(line) });
  const { text, token } = makeToken(WISH, Date.now());
  const other = makeToken(WISH, Date.now());
  let live: LiveTokens;
  let changes = 0;

  /** Writes the file as an editor does: another time of change, whatever the clock of the disk. */
  const write = (content: string | readonly Token[]): void => {
    writeFileSync(
      file,
      typeof content === 'string' ? content : JSON.stringify({ version: 1, tokens: content }),
    );
    changes += 1;
    utimesSync(file, new Date(), new Date(Date.now() + changes * 1_000));
  };
  beforeEach(async () => {
    logged.length = 0;
    write([token]);
    live = await LiveTokens.open(file, log, 0);
  });

  test('hears of tokens that are made and revoked', async () => {
    expect(await live.find(other.text)).toBeNull();
    write([token, other.token]);
    expect(await live.find(other.text)).toEqual(other.token);
    write([other.token]);
    expect(await live.find(text)).toBeNull();
    expect(logged.join()).toContain('"tokens":2');
  });

  test('keeps the last good ones when the file breaks or disappears, and says so once', async () => {
    write('{"version":1,"tok');
    expect(await live.find(text)).toEqual(token);
    expect(await live.find(text)).toEqual(token);
    expect(logged.filter((line) => line.includes('last good ones'))).toHaveLength(1);
    rmSync(file);
    expect(await live.find(text)).toEqual(token);
    write([other.token]);
    expect(await live.find(text)).toBeNull();
    expect(await live.find(other.text)).toEqual(other.token);
  });

  test('does not start with a file that it cannot read', async () => {
    await expect(LiveTokens.open(join(folder, 'absent.json'), log)).rejects.toMatchObject({
      code: 'TOKENS_INVALID',
      message: expect.stringContaining('there is no such file'),
    });
  });

  test('hears of a token that is revoked also where the clock of the machine is set back', async () => {
    let passed = 0;
    const running = await LiveTokens.open(file, log, 2_000, () => passed);
    write([other.token]);
    passed = 3_000;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);
    expect(await running.find(text)).toBeNull();
    clock.mockRestore();
  });

  test('does not look at the file again before its time', async () => {
    const slow = await LiveTokens.open(file, log, 600_000);
    write([other.token]);
    expect(await slow.find(text)).toEqual(token);
  });
});

describe('vin token', () => {
  /** Runs the command here, and gives what it prints. */
  async function run(...words: string[]): Promise<{ stdout: string; stderr: string }> {
    const out = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const err = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const printed = (spy: jest.SpyInstance) => spy.mock.calls.map(([chunk]) => chunk).join('');
    try {
      await createProgram().parseAsync(['token', ...words, '--file', file], { from: 'user' });
      return { stdout: printed(out), stderr: printed(err) };
    } finally {
      out.mockRestore();
      err.mockRestore();
    }
  }

  test('create prints the token once, on stdout and nothing else there', async () => {
    const { stdout, stderr } = await run(
      'create',
      '--role',
      'operate',
      '--fleet',
      'acme',
      '--name',
      'onboarding',
    );
    const text = stdout.trim();
    expect(text).toMatch(/^vin_[\w-]{43}$/);
    expect(stderr).not.toContain(text);
    const [token] = await readTokens(file);
    expect(token).toMatchObject({ name: 'onboarding', role: 'operate', fleets: ['acme'], expiresAt: null });
    expect(findToken([token as Token], text, Date.now())).toBe(token);
    expect((await run('list', '-o', 'json')).stdout).not.toContain(text);
  });

  test('create takes several fleets, all fleets, and an end', async () => {
    await run('create', '--role', 'read', '--fleet', 'acme', '--fleet', 'beta');
    await run('create', '--role', 'read', '--fleet', '*', '--expires-in', '90d');
    const [several, all] = await readTokens(file);
    expect(several?.fleets).toEqual(['acme', 'beta']);
    expect(all?.fleets).toBe('*');
    expect(Date.parse(all?.expiresAt ?? '') - Date.parse(all?.createdAt ?? '')).toBe(90 * 86_400_000);
  });

  test('list shows who has which, and whether it has expired', async () => {
    await run('create', '--role', 'read', '--fleet', 'acme');
    const { token } = makeToken({ ...WISH, expiresAt: 1 }, 0);
    await changeTokens(file, (tokens) => [...tokens, token]);
    expect(JSON.parse((await run('list', '-o', 'json')).stdout).rows).toMatchObject([
      { name: 'api', expired: false },
      { id: token.id, name: 'onboarding', expired: true },
    ]);
    expect((await run('list')).stdout).toContain('expired 1970-01-01T00:00:00Z');
  });

  test('revoke takes one away, and says so when there is none', async () => {
    await run('create', '--role', 'read', '--fleet', 'acme');
    const [token] = await readTokens(file);
    await run('revoke', token?.id ?? '');
    expect(await readTokens(file)).toEqual([]);
    await expect(run('revoke', token?.id ?? '')).rejects.toMatchObject({ code: 'TOKEN_OPTION_INVALID' });
  });

  test.each([
    [['create', '--role', 'read', '--fleet', '']],
    [['create', '--role', 'read', '--fleet', 'a\u0007b']],
    [['create', '--role', 'read', '--fleet', 'acme', '--name', '']],
    [['create', '--role', 'read', '--fleet', 'acme', '--expires-in', '90']],
  ])('refuses vin token %j', async (words) => {
    await expect(run(...words)).rejects.toMatchObject({
      code: 'TOKEN_OPTION_INVALID',
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});
