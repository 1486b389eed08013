import { lookAtReceivers } from '../../src/doctor/receivers';
import { CHANNELS } from '../../src/notify/registry';
import { recordingLog, SECRET } from '../notify/support';
import { startScriptedServer } from '../support/scripted-server';

const look = (settings: Record<string, string>) =>
  lookAtReceivers(CHANNELS, settings, { log: recordingLog().log, environment: {} });

describe('the look at receivers of notices', () => {
  test('says that nobody is told who does not look', async () => {
    expect(await look({})).toEqual([expect.objectContaining({ state: 'note', check: 'receiver' })]);
  });

  test('asks a receiver whether it is there, and sends it no notice', async () => {
    const server = await startScriptedServer({ '*': { status: 405 } });
    const found = await look({ VIN_NOTIFY_URL: `${server.url}/hook`, VIN_NOTIFY_SECRET: SECRET });
    expect(found).toEqual([expect.objectContaining({ state: 'good', of: 'webhook' })]);
    expect(server.requests.map(({ method, body }) => [method, body])).toEqual([['HEAD', '']]);
    await server.close();
  });

  test('says that it cannot be reached, without the path of its address', async () => {
    const settings = { VIN_NOTIFY_URL: 'http://127.0.0.1:9/key-of-the-path', VIN_NOTIFY_SECRET: SECRET };
    const [found] = await look(settings);
    expect(found).toMatchObject({ state: 'problem', code: 'NOTICE_NOT_DELIVERED' });
    expect(JSON.stringify(found)).not.toContain('key-of-the-path');
  });
});
