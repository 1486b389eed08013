import { isLoopback, isPrivate } from '../../src/http/address';
import { authorizationOf, nameOf, proxyFor } from '../../src/http/proxy';

const PROXY = { HTTPS_PROXY: 'http://proxy.corp:3128' };
const by = (target: string, environment: Record<string, string>) => proxyFor(target, environment)?.address;

describe('the proxy of a call', () => {
  test.each([['HTTPS_PROXY'], ['https_proxy'], ['HTTP_PROXY'], ['http_proxy']])(
    'is the one of %s, for every kind of address',
    (variable) => {
      const environment = { [variable]: 'http://proxy.corp:3128' };
      for (const target of [
        'https://api.example.com/v1',
        'http://api.example.com',
        'temporal.example.com:7233',
      ]) {
        expect(proxyFor(target, environment)).toMatchObject({ address: 'proxy.corp:3128', variable });
      }
    },
  );

  test('is none where no variable is set, or all are blank', () => {
    expect(proxyFor('https://api.example.com', {})).toBeUndefined();
    expect(proxyFor('https://api.example.com', { HTTPS_PROXY: ' ', http_proxy: '' })).toBeUndefined();
  });

  test('is that of small letters first, and that of https before that of http', () => {
    const all = { http_proxy: 'http://c:1', HTTPS_PROXY: 'http://b:1', https_proxy: 'http://a:1' };
    expect(by('https://x.example', all)).toBe('a:1');
    expect(by('https://x.example', { ...all, https_proxy: '' })).toBe('b:1');
    expect(by('https://x.example', { http_proxy: 'http://c:1' })).toBe('c:1');
  });

  test.each([
    ['http://proxy.corp', 'proxy.corp:80'],
    ['proxy.corp:3128', 'proxy.corp:3128'],
    ['http://[fd00::1]:3128/', '[fd00::1]:3128'],
    ['HTTP://Proxy.Corp:3128', 'proxy.corp:3128'],
  ])('written as %s is %s', (value, address) => {
    expect(by('https://x.example', { HTTPS_PROXY: value })).toBe(address);
  });

  test.each([
    'socks5://user:hunter2@proxy.corp:1080',
    'https://user:hunter2@proxy.corp',
    'http://user:hunter2@:x',
    'http://user:1#hunter2@proxy.corp',
    'user:1/hunter2@proxy.corp:80',
  ])('written as %s is refused, without its password', (value) => {
    const read = () => proxyFor('https://x.example', { HTTPS_PROXY: value });
    expect(read).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('HTTPS_PROXY') }),
    );
    expect(read).toThrow(expect.not.objectContaining({ message: expect.stringContaining('hunter2') }));
  });

  test('has its name and password apart from what is shown', () => {
    const proxy = proxyFor('https://x.example', { HTTPS_PROXY: 'http://user%40corp:p%3Ass@proxy.corp:3128' });
    if (!proxy) throw new Error('no proxy');
    expect(authorizationOf(proxy)).toBe(`Basic ${Buffer.from('user@corp:p:ss').toString('base64')}`);
    expect(nameOf(proxy)).toBe('http://proxy.corp:3128 of HTTPS_PROXY');
  });
});

describe('this machine', () => {
  const here = [
    'localhost',
    'LOCALHOST',
    'api.localhost',
    'localhost.',
    '127.0.0.1',
    '127.8.9.10',
    '[::1]',
    '::1',
    '0.0.0.0',
  ];
  test.each(here)('is %s, and is reached without a proxy', (host) => {
    expect(isLoopback(host)).toBe(true);
    const name = host === '::1' ? '[::1]' : host;
    expect(proxyFor(`http://${name}:8080/x`, PROXY)).toBeUndefined();
    expect(proxyFor(`${name}:7233`, PROXY)).toBeUndefined();
  });

  test.each([
    'localhost.example.com',
    'notlocalhost',
    '128.0.0.1',
    '10.0.0.1',
    '[fe80::1]',
    '169.254.169.254',
  ])('is not %s', (host) => {
    expect(isLoopback(host)).toBe(false);
    expect(by(`http://${host}:8080/x`, PROXY)).toBe('proxy.corp:3128');
  });

  test('is meant in whatever way its address is written', () => {
    for (const url of [
      'http://127.1:80/',
      'http://2130706433/',
      'http://0x7f.1/',
      'http://[::ffff:127.0.0.1]/',
    ]) {
      expect(isPrivate(url)).toBe(true);
      expect(proxyFor(url, PROXY)).toBeUndefined();
    }
  });
});

/** One entry of NO_PROXY, an address, and whether it is then reached without a proxy. */
const TABLE: [entry: string, target: string, isStraight: boolean][] = [
  ['api.example.com', 'https://api.example.com/', true],
  ['API.Example.com', 'https://api.example.com/', true],
  ['example.com', 'https://api.example.com/', true],
  ['.example.com', 'https://api.example.com/', true],
  ['.example.com', 'https://example.com/', true],
  ['*.example.com', 'https://api.example.com/', true],
  ['example.com', 'https://notexample.com/', false],
  ['api.example.com', 'https://example.com/', false],
  ['example.com', 'https://example.com.evil.test/', false],
  ['example.com.', 'https://api.example.com./', true],
  ['*', 'https://anything.test/', true],
  ['*', 'temporal.test:7233', true],
  ['*:443', 'https://anything.test/', true],
  ['api.example.com:443', 'https://api.example.com/', true],
  ['api.example.com:8443', 'https://api.example.com/', false],
  ['temporal.example.com:7233', 'temporal.example.com:7233', true],
  ['temporal.example.com:7233', 'temporal.example.com', true],
  ['temporal.example.com:80', 'temporal.example.com:80', true],
  ['temporal.example.com:7234', 'temporal.example.com:7233', false],
  ['10.1.2.3', 'http://10.1.2.3:8080/', true],
  ['10.1.2.3:8080', 'http://10.1.2.3:8080/', true],
  ['10.1.2.3:81', 'http://10.1.2.3:8080/', false],
  ['10.1.2', 'http://10.1.2.3/', false],
  ['10.0.0.0/8', '10.200.0.1:7233', true],
  ['10.0.0.0/8', '11.0.0.1:7233', false],
  ['10.0.0.0/8', 'https://ten.example.com/', false],
  ['10.0.0.0/99', '10.0.0.1:7233', false],
  ['0.0.0.0/0', 'https://9.9.9.9/', true],
  ['fd00::/8', '[fd12::5]:7233', true],
  ['fd00::/8', '[fe12::5]:7233', false],
  ['fd12::5', '[fd12:0:0::5]:7233', true],
  ['[fd12::5]', '[fd12::5]:7233', true],
  ['[fd12::5]:7233', '[fd12::5]:7233', true],
  ['[fd12::5]:7234', '[fd12::5]:7233', false],
  ['', 'https://api.example.com/', false],
];

describe('NO_PROXY', () => {
  test.each(TABLE)('with "%s": %s is reached straight: %s', (entry, target, isStraight) => {
    for (const variable of ['NO_PROXY', 'no_proxy']) {
      expect(proxyFor(target, { ...PROXY, [variable]: entry }) === undefined).toBe(isStraight);
      const among = `first.test, ${entry} ,last.test`;
      expect(proxyFor(target, { ...PROXY, [variable]: among }) === undefined).toBe(isStraight);
    }
  });

  test('holds in both spellings at once', () => {
    const both = { ...PROXY, NO_PROXY: 'a.test', no_proxy: 'b.test' };
    expect(proxyFor('https://a.test/', both)).toBeUndefined();
    expect(proxyFor('https://b.test/', both)).toBeUndefined();
    expect(by('https://c.test/', both)).toBe('proxy.corp:3128');
  });
});

test('an address with other letters than those of English is read as Node reads it', () => {
  // URL.canParse of Node 20 is wrong about these, once it is compiled.
  for (let round = 0; round < 20_000; round++) isPrivate('http://¡');
  expect(isPrivate('https://é.example')).toBe(true);
  expect(isPrivate('http://é.example')).toBe(false);
  expect(isPrivate('http://\u00a0')).toBe(false);
  expect(by('https://é.example/', { HTTPS_PROXY: 'http://ü.corp:80' })).toBe('xn--tda.corp:80');
});
