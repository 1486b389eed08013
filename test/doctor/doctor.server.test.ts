import { lookAtServer } from '../../src/doctor/server';
import { eventually } from '../support/command-line';
import { devServer, patientClient } from '../support/temporal';

test('a server of the version that is promised has all that is looked for', async () => {
  const { client, close } = await patientClient(devServer());
  try {
    // Of a busy one some is not known.
    const found = await eventually(
      () => lookAtServer(client),
      (all) => all.every(({ state }) => state === 'good'),
    );
    expect(found.map(({ check, state, says }) => `${check} ${state} ${says}`)).toEqual([
      expect.stringMatching(/^server good Temporal 1\.\d+\.\d+/),
      expect.stringContaining('columns good'),
      expect.stringMatching(/^clock good This machine and the Temporal server are \d\.\d s apart/),
    ]);
  } finally {
    await close();
  }
});
