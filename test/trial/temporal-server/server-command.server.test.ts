import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTemporalConfig } from '../../../src/temporal/connection';
import { isListening } from '../../../src/trial/temporal-server/ports';
import { type RunningCommand, start, vin } from '../../support/command-line';
import { devServer, patientClient } from '../../support/temporal';

interface Ready {
  readonly address: string;
  readonly ui: string | null;
  readonly database: string;
}

describe('vin server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vin-server-command-'));
  const database = join(folder, 'temporal.db');
  const running: RunningCommand[] = [];

  async function startServer(...more: string[]): Promise<{ command: RunningCommand; ready: Ready }> {
    const command = start(
      ['server', '--port', '0', '--ui-port', '0', '--db', database, ...more, '-o', 'json'],
      {},
    );
    running.push(command);
    return { command, ready: (await command.ready) as unknown as Ready };
  }

  afterEach(async () => {
    for (const { kill } of running) kill('SIGINT');
    await Promise.all(running.splice(0).map(({ ended }) => ended));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['SIGINT', 'SIGTERM'] as const)('runs until %s, and leaves the port and code 0', async (signal) => {
    const { command, ready } = await startServer();
    expect(ready).toMatchObject({ ui: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), database });
    command.kill(signal);
    expect(await command.ended).toMatchObject({ code: 0, stderr: expect.stringContaining('Stopping') });
    expect(await isListening(Number(ready.address.split(':')[1]))).toBe(false);
  });

  it('has its database file for itself, and goes on where it was after it was killed with -9', async () => {
    const first = await startServer('--no-ui');
    expect(first.ready.ui).toBeNull();
    const before = await patientClient(readTemporalConfig({ TEMPORAL_ADDRESS: first.ready.address }));
    await before.client.workflow.start('nobody', { workflowId: 'survivor', taskQueue: 'none' });
    await before.close();
    const other = await vin(['server', '--port', '0', '--no-ui', '--db', database], {});
    expect(other).toMatchObject({ code: 1, stdout: '' });
    expect(other.stderr).toContain(
      `in use by another server (pid ${first.command.pid}, ${first.ready.address})`,
    );
    first.command.kill('SIGKILL');
    await first.command.ended;
    expect(existsSync(database)).toBe(true);

    const second = await startServer('--no-ui');
    const after = await patientClient(readTemporalConfig({ TEMPORAL_ADDRESS: second.ready.address }));
    const { status } = await after.client.workflow.getHandle('survivor').describe();
    expect(status.name).toBe('RUNNING');
    await after.close();
  });

  it('refuses a port that is in use, with code 1', async () => {
    const [, port] = devServer().address.split(':') as [string, string];
    const answer = await vin(['server', '--port', port, '--db', database], {});
    expect(answer).toMatchObject({ code: 1, stdout: '' });
    expect(answer.stderr).toContain('TEMPORAL_PORT_TAKEN');
  });

  it.each(['70000', 'http'])('refuses %s as a port, with code 2', async (port) => {
    expect(await vin(['server', '--port', port], {})).toMatchObject({ code: 2 });
  });
});
