import type { TemporalConfig } from '../../src/temporal/connection';
import { prepareNamespace } from '../../src/temporal/namespace';
import { answered, eventually } from '../support/command-line';
import { devServer, patientClient } from '../support/temporal';

/** A namespace of its own on the shared server: a sweep looks at every activation that it finds. */
export async function ownNamespace(name: string): Promise<TemporalConfig> {
  const namespace = `${name}-${process.pid}-${Date.now()}`;
  const { client, close } = await patientClient(devServer());
  await client.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  await close();
  const config = { ...devServer(), namespace };
  // The server takes a while to know what it has.
  const connected = await eventually(
    () => patientClient(config).catch(() => null),
    (found) => found !== null,
  );
  if (!connected) throw new Error('no namespace');
  await answered(() => prepareNamespace(connected.client));
  await eventually(
    () =>
      connected.client.workflow.count("VIN = 'none' AND ClearanceStatus = 'none'").then(
        () => true,
        () => false,
      ),
    (isKnown) => isKnown,
  );
  await connected.close();
  return config;
}
