import { lifeFor } from '../trial/simulator/otonomo/expectation';
import { type OtonomoSimulatorOptions, startOtonomo } from '../trial/simulator/otonomo/simulator';
import { stopRequested } from './ending';
import { type Format, say } from './output';
import { listening, readScript, variablesToCopy } from './simulator';

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
export async function runOtonomoSimulator({
  output,
  script,
  ...options
}: OtonomoCommandOptions): Promise<void> {
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
  const stopped = stopRequested();
  const { url } = simulator;
  const lines = variablesToCopy(
    { OTONOMO_BASE_URL: url, ...demo, ...served() },
    options.speed,
    'the worker and of other commands',
  );
  process.stdout.write(output === 'json' ? `${JSON.stringify({ url })}\n` : `${lines}\n`);
  say(`simulator of Otonomo on ${url}, ${options.speed} times real time; Ctrl-C ends it`);
  if (output === 'json') say(lines);
  await stopped;
  await simulator.close();
}

/** Without it a worker serves another provider only. Who has named applications has their own. */
function served(): Record<string, string> {
  const isNamed = ['VIN_APPLICATIONS', 'VIN_APPLICATION'].some((name) => process.env[name]?.trim());
  return isNamed ? {} : { VIN_APPLICATION: 'otonomo:default' };
}
