import pino, { type DestinationStream, type Logger } from 'pino';
import { redactVins } from '../base/redact-vin';
import { visibleJson } from '../base/visible';
import { readConfig } from './config';

/**
 * The log of a long-running part, as JSON lines on stderr: stdout is for data only.
 * Nothing secret is handed to it; the redaction is a second lock for the usual places. Every line goes out by one door,
 * which shortens whole VINs wherever they stand: in messages and workflow ids of the SDK, in stack traces, in parts.
 *
 * @throws VinError `CONFIG_INVALID` where VIN_LOG_LEVEL is not a level.
 */
export function createLog(
  name: string,
  level: string = readConfig(process.env, ['VIN_LOG_LEVEL']).VIN_LOG_LEVEL,
  out: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Logger {
  return pino(
    {
      name,
      level,
      base: { name },
      hooks: { streamWrite: (line) => redactVins(visibleJson(line)) },
      redact: [
        '*.authorization',
        '*.client_secret',
        '*.access_token',
        '*.clientSecret',
        'headers.authorization',
      ],
    },
    out,
  );
}

export type { Logger } from 'pino';
