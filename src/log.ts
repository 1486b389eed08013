import pino, { type Logger } from 'pino';
import { readConfig } from './config';

/**
 * The log of a long-running part, as JSON lines on stderr: stdout is for data only.
 * Nothing secret is handed to it; the redaction is a second lock for the usual places.
 *
 * @throws VinError `CONFIG_INVALID` where VIN_LOG_LEVEL is not a level.
 */
export function createLog(
  name: string,
  level: string = readConfig(process.env, ['VIN_LOG_LEVEL']).VIN_LOG_LEVEL,
): Logger {
  return pino(
    {
      name,
      level,
      base: { name },
      redact: [
        '*.authorization',
        '*.client_secret',
        '*.access_token',
        '*.clientSecret',
        'headers.authorization',
      ],
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

export type { Logger } from 'pino';
