import { freePorts } from '../../src/trial/temporal-server/ports';
import type { RunningCommand } from './command-line';

/** Begins a worker at a port that is free now, and at another one where somebody has taken it meanwhile. @returns the port. */
export async function workerAtFreePort(begin: (port: number) => RunningCommand): Promise<number> {
  for (let attempts = 5; ; attempts -= 1) {
    const [port = 0] = await freePorts(1);
    const worker = begin(port);
    const isReady = await worker.logged('worker ready').then(
      () => true,
      () => false,
    );
    if (isReady) return port;
    const { stderr } = await worker.ended;
    if (attempts === 1 || !stderr.includes('PORT_NOT_USABLE')) throw new Error(stderr);
  }
}
