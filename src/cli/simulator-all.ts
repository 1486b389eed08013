import {
  type OpenSimulator,
  openHighMobility,
  type SimulatorCommandOptions,
  serveUntilStopped,
} from './simulator';
import { type AutopayCommandOptions, openAutopay } from './simulator-autopay';
import { type OtonomoCommandOptions, openOtonomo } from './simulator-otonomo';

type AllOptions = SimulatorCommandOptions & OtonomoCommandOptions & AutopayCommandOptions;

/** Every provider on this machine, on ports one after the other, until they are told to stop. */
export async function runAllSimulators({ port, ...options }: AllOptions): Promise<void> {
  const portOf = (index: number): number => (port === 0 ? 0 : port + index);
  const open: OpenSimulator[] = [];
  try {
    open.push(await openHighMobility({ ...options, port: portOf(0) }));
    open.push(await openOtonomo({ ...options, port: portOf(1) }));
    open.push(await openAutopay({ ...options, port: portOf(2) }));
  } catch (error) {
    for (const simulator of open) await simulator.close();
    throw error;
  }
  const isNamed = process.env['VIN_APPLICATIONS']?.trim();
  const served = isNamed ? {} : { VIN_APPLICATIONS: 'high-mobility:default,otonomo:default' };
  const [first, ...others] = open;
  await serveUntilStopped(
    first ? [{ ...first, variables: { ...first.variables, ...served } }, ...others] : [],
    { ...options, users: 'the worker, the gateway and other commands' },
  );
}
