import { spawn } from 'node:child_process';
import { freePorts, isListening } from '../../src/trial/temporal-server/ports';
import { eventually } from './command-line';

interface Started {
  readonly address: string;
  stop(): void;
}

/** Starts the server that skips time, and waits until it listens, however long Java takes for that on a busy machine. */
export async function startTimeSkippingServer(path: string): Promise<Started> {
  for (let attempts = 3; ; attempts -= 1) {
    const [port = 0] = await freePorts(1);
    const child = spawn(path, [String(port)], { stdio: 'ignore' });
    const stop = (): void => void child.kill('SIGKILL');
    process.once('exit', stop);
    let hasEnded = false;
    child
      .once('error', () => undefined)
      .once('close', () => {
        hasEnded = true;
        process.off('exit', stop);
      });
    const isThere = await eventually(
      async () => hasEnded || (await isListening(port)),
      (isOver) => isOver,
    ).then(
      () => !hasEnded,
      () => false,
    );
    if (isThere) return { address: `127.0.0.1:${port}`, stop };
    stop();
    // Somebody else may have taken the port.
    if (attempts === 1) throw new Error(`${path} does not listen`);
  }
}
