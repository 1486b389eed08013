import type { Level } from '../trial/simulator/autopay/access';
import { startAutopaySimulator } from '../trial/simulator/autopay/simulator';
import { stopRequested } from './ending';
import { type Format, say } from './output';
import { listening, variablesToCopy } from './simulator';

/** What it accepts where the environment names no credentials. They open nothing else. */
export const AUTOPAY_DEMO_CREDENTIALS = {
  AUTOPAY_CLIENT_ID: 'demo-client',
  AUTOPAY_CLIENT_SECRET: 'demo-client-secret',
} as const;

export interface AutopayCommandOptions {
  readonly port: number;
  readonly host: string;
  readonly speed: number;
  readonly level: Level;
  /** Where notifications are sent, with the token that goes along. */
  readonly notifyUrl?: string;
  readonly notifyToken?: string;
  readonly output: Format;
}

/** An Autopay on this machine, until it is told to stop. */
export async function runAutopaySimulator({
  output,
  level,
  notifyUrl,
  notifyToken = 'demo-token',
  ...options
}: AutopayCommandOptions): Promise<void> {
  const demo = Object.fromEntries(
    Object.entries(AUTOPAY_DEMO_CREDENTIALS).filter(([name]) => !process.env[name]?.trim()),
  );
  const credential = (name: keyof typeof AUTOPAY_DEMO_CREDENTIALS): string =>
    demo[name] ?? (process.env[name] as string).trim();
  const simulator = await listening(options, () =>
    startAutopaySimulator({
      ...options,
      credentials: [
        {
          clientId: credential('AUTOPAY_CLIENT_ID'),
          clientSecret: credential('AUTOPAY_CLIENT_SECRET'),
          operator: 'operator-1',
          level,
        },
      ],
      ...(notifyUrl !== undefined && {
        receivers: { entry: { url: notifyUrl, token: notifyToken }, every: 3_600_000 },
      }),
    }),
  );
  const stopped = stopRequested();
  const { url } = simulator;
  const variables = {
    AUTOPAY_BASE_URL: url,
    AUTOPAY_AUTH_URL: url,
    AUTOPAY_LEVEL: level,
    VIN_PARKING: 'autopay:default',
    ...demo,
  };
  const lines = variablesToCopy(variables, options.speed, 'the worker');
  process.stdout.write(output === 'json' ? `${JSON.stringify({ url })}\n` : `${lines}\n`);
  say(`simulator of Autopay on ${url}, ${options.speed} times real time; Ctrl-C ends it`);
  if (output === 'json') say(lines);
  await stopped;
  await simulator.close();
}
