import { lifeFor } from '../trial/simulator/otonomo/expectation';
import { type OtonomoSimulatorOptions, startOtonomo } from '../trial/simulator/otonomo/simulator';
import type { Format } from './output';
import { listening, type OpenSimulator, readScript, serveUntilStopped } from './simulator';

/** What it accepts where the environment names no credentials. They open nothing else. */
export const OTONOMO_DEMO_CREDENTIALS = {
  OTONOMO_CLIENT_ID: 'demo-client',
  OTONOMO_CLIENT_SECRET: 'demo-client-secret',
  OTONOMO_SERVICE: 'demo-workspace',
} as const;

export interface OtonomoCommandOptions
  extends Pick<OtonomoSimulatorOptions, 'edition' | 'pendingRemoval' | 'tokenLife' | 'inactiveMakes'> {
  readonly port: number;
  readonly host: string;
  readonly speed: number;
  readonly script?: string;
  readonly output: Format;
}

/** An Otonomo on this machine, until it is told to stop. */
export async function runOtonomoSimulator(options: OtonomoCommandOptions): Promise<void> {
  const open = await openOtonomo(options);
  const variables = { ...open.variables, ...served() };
  const users = 'the worker and of other commands';
  await serveUntilStopped([{ ...open, variables }], { ...options, users });
}

/** Starts an Otonomo on this machine. */
export async function openOtonomo({
  script,
  ...options
}: Omit<OtonomoCommandOptions, 'output'>): Promise<OpenSimulator> {
  const lives = script === undefined ? [] : await readScript(script, 'otonomo', lifeFor);
  const demo = Object.fromEntries(
    Object.entries(OTONOMO_DEMO_CREDENTIALS).filter(([name]) => !process.env[name]?.trim()),
  );
  const credential = (name: keyof typeof OTONOMO_DEMO_CREDENTIALS): string =>
    demo[name] ?? (process.env[name] as string).trim();
  const simulator = await listening(options, () =>
    startOtonomo({
      ...options,
      clientId: credential('OTONOMO_CLIENT_ID'),
      clientSecret: credential('OTONOMO_CLIENT_SECRET'),
      service: credential('OTONOMO_SERVICE'),
    }),
  );
  for (const [vin, life] of lives) simulator.script(vin, life);
  const { url } = simulator;
  return {
    ...{ provider: 'otonomo', name: 'Otonomo', url },
    variables: { OTONOMO_BASE_URL: url, ...demo },
    close: () => simulator.close(),
  };
}

/** Without it a worker serves another provider only. Who has named applications has their own. */
function served(): Record<string, string> {
  const isNamed = ['VIN_APPLICATIONS', 'VIN_APPLICATION'].some((name) => process.env[name]?.trim());
  return isNamed ? {} : { VIN_APPLICATION: 'otonomo:default' };
}
