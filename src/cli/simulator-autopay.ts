import type { Level } from '../trial/simulator/autopay/access';
import { startAutopaySimulator } from '../trial/simulator/autopay/simulator';
import type { Format } from './output';
import { listening, type OpenSimulator, serveUntilStopped } from './simulator';

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
export async function runAutopaySimulator(options: AutopayCommandOptions): Promise<void> {
  await serveUntilStopped([await openAutopay(options)], { ...options, users: 'the worker' });
}

/** Starts an Autopay on this machine. */
export async function openAutopay({
  level,
  notifyUrl,
  notifyToken = 'demo-token',
  port,
  host,
  speed,
}: Omit<AutopayCommandOptions, 'output'>): Promise<OpenSimulator> {
  const demo = Object.fromEntries(
    Object.entries(AUTOPAY_DEMO_CREDENTIALS).filter(([name]) => !process.env[name]?.trim()),
  );
  const credential = (name: keyof typeof AUTOPAY_DEMO_CREDENTIALS): string =>
    demo[name] ?? (process.env[name] as string).trim();
  const simulator = await listening({ port, host }, () =>
    // Each by its name: `vin simulator` has further options, and those of another provider may be called like one of ours.
    startAutopaySimulator({
      ...{ port, host, speed },
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
  const { url } = simulator;
  return {
    ...{ provider: 'autopay', name: 'Autopay', url },
    variables: {
      AUTOPAY_BASE_URL: url,
      AUTOPAY_AUTH_URL: url,
      AUTOPAY_LEVEL: level,
      VIN_PARKING: 'autopay:default',
      ...demo,
    },
    close: () => simulator.close(),
  };
}
