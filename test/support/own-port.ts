import { randomInt } from 'node:crypto';
import { isListening } from '../../src/trial/temporal-server/ports';

/**
 * A port of this machine for a command that has to be told one. It lies below those that Linux gives to whoever asks for any (from 32768
 * on): a port that was free there would be somebody else's before the command has begun.
 */
export async function ownPort(): Promise<number> {
  const port = randomInt(12_000, 32_000);
  return (await isListening(port)) ? ownPort() : port;
}
