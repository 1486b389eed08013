import { lookAtServer } from '../../src/doctor/server';
import { connectClient } from '../../src/temporal/connection';
import { devServer } from '../support/temporal';

test('a server of the version that is promised has all that is looked for', async () => {
  const { client, close } = await connectClient(devServer());
  try {
    const found = await lookAtServer(client);
    expect(found.map(({ check, state, says }) => `${check} ${state} ${says}`)).toEqual([
      expect.stringMatching(/^server good Temporal 1\.\d+\.\d+/),
      expect.stringContaining('columns good'),
      expect.stringMatching(/^clock good This machine and the Temporal server are \d\.\d s apart/),
    ]);
  } finally {
    await close();
  }
});
