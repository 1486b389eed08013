import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { eventually, type RunningCommand, serve, vin } from '../../support/command-line';
import { devServer } from '../../support/temporal';

/** `vin gateway` and `vin token` as they are delivered. */
describe('vin gateway', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vin-api-'));
  const secrets = { HIGH_MOBILITY_WEBHOOK_SECRET: 'a-secret-for-tests' };
  const withApi = { ...secrets, VIN_API_TOKENS: join(folder, 'tokens.json') };
  const temporal = () => ({ TEMPORAL_ADDRESS: devServer().address });
  let gateway: RunningCommand | undefined;

  afterEach(async () => {
    gateway?.kill('SIGTERM');
    await gateway?.ended;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function listen(environment: NodeJS.ProcessEnv): Promise<string> {
    gateway = serve(['gateway', '--port', '0', '-o', 'json'], { ...environment, ...temporal() });
    return (await gateway.ready).url;
  }
  const statusOf = (url: string, token: string): Promise<number> =>
    eventually(
      async () => {
        const headers = { authorization: `Bearer ${token}` };
        const reply = await request(`${url}/v1/activations`, { headers });
        await reply.body.dump();
        return reply.statusCode;
      },
      // Temporal has not answered in time.
      (status) => status !== 503,
    );

  it('has no API without a file of tokens, and says so', async () => {
    const url = await listen({ ...secrets, VIN_API_TOKENS: '' });
    expect(await statusOf(url, 'vin_x')).toBe(404);
    expect((await request(`${url}/openapi.json`)).statusCode).toBe(404);
    gateway?.kill('SIGTERM');
    expect((await gateway?.ended)?.stderr).toContain('The HTTP API is off: VIN_API_TOKENS is not set.');
  });

  it('does not start with a file of tokens that is not there', async () => {
    const { code, stderr } = await vin(['gateway'], { ...withApi, ...temporal() });
    expect([code, stderr]).toEqual([1, expect.stringContaining('error TOKENS_INVALID')]);
  });

  it('takes tokens that are made while it runs, and refuses them once they are revoked', async () => {
    const make = async () => {
      const words = ['create', '--role', 'read', '--fleet', 'nobody', '--name', 'test', '-o', 'json'];
      return JSON.parse((await vin(['token', ...words], withApi)).stdout) as { id: string; token: string };
    };
    const first = await make();
    const url = await listen(withApi);
    expect(await statusOf(url, first.token)).toBe(200);
    const second = await make();
    await eventually(
      () => statusOf(url, second.token),
      (status) => status === 200,
    );
    expect((await vin(['token', 'revoke', first.id], withApi)).code).toBe(0);
    await eventually(
      () => statusOf(url, first.token),
      (status) => status === 401,
    );
    expect(await statusOf(url, second.token)).toBe(200);
    gateway?.kill('SIGTERM');
    const { stderr = '' } = (await gateway?.ended) ?? {};
    for (const { token } of [first, second]) expect(stderr).not.toContain(token);
  });
});
