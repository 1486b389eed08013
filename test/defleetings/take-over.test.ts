import { WorkflowNotFoundError } from '@temporalio/client';
import { createDesk } from '../../src/defleetings/desk';
import { Story } from '../workflows/lifecycle/story';

/** What the third saboteur has found. */
test('what is taken over and told to stay before it has read anything submits nothing', async () => {
  const started: { args: [{ adopt?: boolean }] }[] = [];
  const client = {
    workflow: {
      signalWithStart: async (_type: string, options: (typeof started)[number]) => void started.push(options),
      getHandle: () => ({
        describe: async () => {
          throw new WorkflowNotFoundError('None', 'none', undefined);
        },
      }),
    },
  };
  const desk = createDesk({ client: client as never, applications: [], zone: 'UTC', deadline: 1 });
  const asking = {
    provider: 'high-mobility',
    application: 'default',
    vin: 'WBA8E9G50GNT00001',
    id: 'order-1',
  };
  await desk.takeOver({ ...asking, by: null, reason: 'sold', brand: 'bmw', fleet: null });
  const adopt = started[0]?.args[0].adopt ?? false;
  const story = Story.begun({ adopt }).defleet().tell({ type: 'stay-asked', by: null }).reads(null);
  if (!story.state.ended) story.reads(null);
  expect(story.done).not.toContain('submit');
});
