import { cacheFolder, dataFolder } from '../../../src/trial/temporal-server/folders';

describe('the folders of a user', () => {
  const home = { XDG_CACHE_HOME: '/x/cache', XDG_DATA_HOME: '/x/data', LOCALAPPDATA: '/x/local' };

  it.each([
    ['linux', '/x/cache/vin-activation', '/x/data/vin-activation'],
    ['win32', '/x/local/vin-activation/cache', '/x/local/vin-activation/data'],
  ] as const)('follow the habits of %s', (platform, expectedCache, expectedData) => {
    expect(cacheFolder(home, platform)).toBe(expectedCache);
    expect(dataFolder(home, platform)).toBe(expectedData);
  });

  it('follow the habits of macOS', () => {
    expect(cacheFolder(home, 'darwin')).toMatch(/Library\/Caches\/vin-activation$/);
    expect(dataFolder(home, 'darwin')).toMatch(/Library\/Application Support\/vin-activation$/);
  });
});
