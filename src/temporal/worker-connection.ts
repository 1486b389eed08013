import { NativeConnection } from '@temporalio/worker';
import { CONNECT_TIMEOUT, connectionError, readTemporalConfig, type TemporalConfig } from './connection';
import { nativeProxy } from './proxied';

/**
 * Connects a worker to Temporal, with the same settings as `connectClient`. It is a file of its own because
 * it loads the native worker library, which commands that only ask something do not need.
 *
 * @throws VinError `TEMPORAL_UNREACHABLE` within `CONNECT_TIMEOUT`, or `TEMPORAL_REFUSED`.
 */
export async function connectWorker(
  config: TemporalConfig = readTemporalConfig(process.env),
): Promise<NativeConnection> {
  const connecting = NativeConnection.connect({
    ...config.connectionOptions,
    ...nativeProxy(config.proxy),
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('timed out')), CONNECT_TIMEOUT);
  });
  try {
    return await Promise.race([connecting, tooLate]);
  } catch (error) {
    // A connection that comes too late must not stay open.
    connecting.then((connection) => connection.close()).catch(() => undefined);
    throw await connectionError(error, config);
  } finally {
    clearTimeout(timer);
  }
}
