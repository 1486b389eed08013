import { seal, unseal } from '../../src/base/seal';

const SECRET = 'a-secret-of-the-credential';

test('what is sealed is opened by the same secret, about the same, and by no other', () => {
  const sealed = seal('the token', SECRET, 'autopay:default');
  expect(unseal(sealed, SECRET, 'autopay:default')).toBe('the token');
  expect(unseal(sealed, 'another', 'autopay:default')).toBeNull();
  expect(unseal(sealed, SECRET, 'autopay:oslo')).toBeNull();
});

test('what is cut, changed or none is not opened', () => {
  const sealed = seal('the token', SECRET, 'x');
  const changed = Buffer.from(sealed, 'base64url');
  changed.writeUInt8((changed.at(-1) ?? 0) ^ 1, changed.length - 1);
  for (const one of [sealed.slice(0, -4), changed.toString('base64url'), '', 'the token']) {
    expect(unseal(one, SECRET, 'x')).toBeNull();
  }
});

test('it holds nothing of the text, and is another one each time', () => {
  const [one, other] = [seal('the token', SECRET, 'x'), seal('the token', SECRET, 'x')];
  expect(one).not.toBe(other);
  expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('the token');
});
