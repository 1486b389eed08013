import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApplications } from '../src/applications';
import { PROVIDER_ERROR_CODES } from '../src/providers/provider-error';
import { PROVIDERS } from '../src/providers/registry';

const ROOT = join(__dirname, '..');
const document = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');

/** Words in capitals that look like codes but are somebody else's, or stay inside. */
const NOT_OURS =
  /^(?:UND_ERR_\w+|ABORT_ERR|(?:ALLOW|REJECT)_DUPLICATE|USE_EXISTING|DEADLINE_EXCEEDED|CONTINUED_AS_NEW|XDG_\w+|NO_TARGET|CSV_\w+|REPLY_TOO_LARGE|REPLY_CODING|(?:HTTPS?|NO)_PROXY|NODE_EXTRA_CA_CERTS)$/;

/**
 * Every text in the sources that looks like a code. It takes more than a search for `new VinError`, so that
 * a code cannot escape because it is thrown in a new way.
 */
function codesInUse(): string[] {
  const sources = ['src', 'workflows', 'activities'].flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(ROOT, room, name), 'utf8')),
  );
  const words = sources.flatMap((source) =>
    [...source.matchAll(/'([A-Z]{2,}(?:_[A-Z]+)+|UNEXPECTED)'/g)].map(([, word = '']) => word),
  );
  const codes = [...words, ...Object.keys(PROVIDER_ERROR_CODES)];
  return [...new Set(codes)].filter((code) => !NOT_OURS.test(code) && !isVariable(code)).sort();
}

/** A variable of ours, or the part of its name that a provider's profile has. */
function isVariable(word: string): boolean {
  return Object.keys(createApplications(PROVIDERS).everyVariable()).some(
    (name) => name === word || name.endsWith(`_${word}`),
  );
}

const rows = [...document.matchAll(/^\| `([A-Z_]+)` \| (.*) \| (.*) \|$/gm)].map(
  ([, code = '', happened = '', next = '']) => ({ code, happened, next }),
);

describe('docs/errors.md', () => {
  test('has every code of the sources, once, and no other', () => {
    expect(rows.map(({ code }) => code).sort()).toEqual(codesInUse());
  });

  test.each(rows)('says of $code what happened and what to do', ({ happened, next }) => {
    expect(happened).toMatch(/^.{15,}\.$/);
    expect(next).toMatch(/^.{15,}\.$/);
  });
});
