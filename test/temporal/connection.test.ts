import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isConfigured, readTemporalConfig } from '../../src/temporal/connection';

describe('the settings for Temporal', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vin-temporal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** An environment whose temporal.toml holds this text. */
  function withFile(text: string): Record<string, string> {
    const TEMPORAL_CONFIG_FILE = join(folder, 'temporal.toml');
    writeFileSync(TEMPORAL_CONFIG_FILE, text);
    return { TEMPORAL_CONFIG_FILE };
  }

  const nothing = () => ({ XDG_CONFIG_HOME: folder, HOME: folder, APPDATA: folder });

  it('are those of "vin server" when nothing is set', () => {
    expect(isConfigured(nothing())).toBe(false);
    expect(readTemporalConfig(nothing())).toMatchObject({
      address: '127.0.0.1:7233',
      namespace: 'default',
      connectionOptions: { address: '127.0.0.1:7233' },
    });
  });

  it('come from the environment', () => {
    const environment = {
      ...nothing(),
      TEMPORAL_ADDRESS: 'temporal.internal:7233',
      TEMPORAL_NAMESPACE: 'fleet',
      TEMPORAL_API_KEY: 'key',
    };
    expect(isConfigured(environment)).toBe(true);
    expect(readTemporalConfig(environment)).toMatchObject({
      address: 'temporal.internal:7233',
      namespace: 'fleet',
      connectionOptions: { apiKey: 'key', tls: true },
    });
  });

  it('come from a profile of temporal.toml', () => {
    const environment = {
      ...withFile('[profile.cloud]\naddress = "acme.tmprl.cloud:7233"\nnamespace = "acme"\n'),
      TEMPORAL_PROFILE: 'cloud',
    };
    expect(isConfigured(environment)).toBe(true);
    expect(readTemporalConfig(environment)).toMatchObject({
      address: 'acme.tmprl.cloud:7233',
      namespace: 'acme',
    });
  });

  it('are not "configured" by a profile without an address', () => {
    expect(isConfigured(withFile('[profile.default]\nnamespace = "acme"\n'))).toBe(false);
  });

  it('take an empty variable as one that is not set', () => {
    expect(isConfigured({ ...nothing(), TEMPORAL_ADDRESS: '' })).toBe(false);
  });

  it('name a profile that does not exist', () => {
    const environment = { ...withFile('[profile.default]\n'), TEMPORAL_PROFILE: 'nope' };
    expect(() => readTemporalConfig(environment)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('nope') }),
    );
  });

  it('never show the content of a broken file, which may hold the API key', () => {
    const environment = withFile('[profile.default]\napi_key = "top-secret\n');
    let error: unknown;
    try {
      readTemporalConfig(environment);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(JSON.stringify([String(error), error, (error as Error).cause])).not.toContain('top-secret');
  });
});
