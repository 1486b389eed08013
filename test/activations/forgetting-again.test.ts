import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { Activations } from '../../src/activations/activations';
import { columnsAtStart } from '../../src/activations/starts';
import { againId } from '../../workflows/contract/again';
import { activationId } from '../../workflows/contract/messages';

const APP = { provider: 'high-mobility', application: 'default' };
const VIN = 'WBA8E9G50GNT00001';

/** Temporal with the life that a vehicle has had in the fleet `acme`, and its newest one. */
function temporalWith(newestFleet: string | null) {
  const cancelled: string[] = [];
  const life = (runId: string, fleet: string | null, name: string) => ({
    ...{ workflowId: activationId(APP, VIN), runId, raw: {}, startTime: new Date(), status: { name } },
    typedSearchAttributes: new TypedSearchAttributes(
      columnsAtStart({ ...APP, vin: VIN, brand: 'bmw', ...(fleet !== null && { fleet }) }),
    ),
  });
  const former = life('former', 'acme', 'COMPLETED');
  const newest = life('newest', newestFleet, 'RUNNING');
  const client = {
    withDeadline: (_end: number, work: () => unknown) => work(),
    workflow: {
      async *list() {
        yield former;
      },
      getHandle: (id: string, run?: string) => ({
        describe: async () => {
          if (id !== former.workflowId) throw new WorkflowNotFoundError('none', id, undefined);
          return run === 'former' ? former : newest;
        },
        result: async () => ({ status: 'revoked', history: [] }),
        query: async () => Promise.reject(new Error('no worker')),
        signal: async () => undefined,
        cancel: async () => void cancelled.push(id),
      }),
    },
  };
  return { cancelled, activations: new Activations(client as unknown as Client, APP) };
}

test.each(['globex', null])(
  'a vehicle that is in the fleet %s now is wanted again by that one: its former fleet does not change that',
  async (fleet) => {
    const { activations, cancelled } = temporalWith(fleet);
    const reply = await activations.forFleets(['acme']).defleet(VIN, { by: 'ops' }, { patience: 1 });
    expect([reply.outcome, cancelled]).toEqual(['ended', []]);
  },
);

test.each([
  ['its fleet', ['acme'] as const],
  ['whoever sees every fleet', '*' as const],
])('%s has it leave for good', async (_, fleets) => {
  const { activations, cancelled } = temporalWith('acme');
  await activations.forFleets(fleets).defleet(VIN, { by: 'ops' }, { patience: 1 });
  expect(cancelled).toEqual([againId(APP, VIN)]);
});
