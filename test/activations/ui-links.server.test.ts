import { VIEWS } from '../../src/activations/ui-links';
import type { ConnectedClient } from '../../src/temporal/connection';
import { devServer, patientClient } from '../support/temporal';

describe('each view of the Temporal UI', () => {
  let connected: ConnectedClient;
  beforeAll(async () => {
    connected = await patientClient(devServer());
  });
  afterAll(() => connected?.close());

  test.each(Object.entries(VIEWS))('has a query that the server takes: %s', async (_, { query }) => {
    await expect(connected.client.workflow.count(query(Date.now()))).resolves.toHaveProperty('count');
  });
});
