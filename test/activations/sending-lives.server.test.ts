import { randomUUID } from 'node:crypto';
import { Activations } from '../../src/activations/activations';
import { clearanceChanged, messageOutcome } from '../../workflows/contract/messages';
import { LIMITS } from '../../workflows/lifecycle/limits';
import { sent } from '../support/activations';
import { APP } from '../support/application';
import { eventually } from '../support/command-line';
import { isPending, soon } from '../workflows/harness';
import { personIn, sendingForEachTest } from './sending';

const MOST = LIMITS.messages - 10;

/** To which life of a vehicle a message goes: on a real server. */
describe('a message to an activation', () => {
  const here = sendingForEachTest();

  it('goes on to the fresh run of the life that it was meant for', async () => {
    const handle = await here.harness.start('mercedes-benz');
    await here.harness.withWorker(
      async () => {
        await soon(handle, isPending);
        const first = (await handle.describe()).runId;
        const claim = { status: 'pending', deliveryId: 'the same' };
        const noise = async (): Promise<void> => {
          for (let round = 0; round < 4; round += 1) {
            await Promise.all(Array.from({ length: 100 }, () => handle.signal(clearanceChanged, claim)));
          }
        };
        const told = noise();
        const ids: string[] = [];
        while ((await handle.describe()).runId === first) {
          // On a busy machine a workflow task may be lost, and the answer be "queued": but never is a message.
          // No more than an activation remembers.
          if (ids.length < MOST)
            ids.push((await sent(here.activations, 'retry', here.vin, { by: randomUUID() }, {})).id);
          await handle.signal(clearanceChanged, claim);
        }
        await told;
        for (const id of ids) {
          const found = await eventually(
            () => handle.query(messageOutcome, id),
            (outcome) => outcome !== null,
          );
          expect(found).toMatchObject({ outcome: 'taken' });
        }
        expect(personIn(await soon(handle, isPending)).length).toBe(ids.length);
      },
      { maxCachedWorkflows: 10 },
    );
    const failed = (await here.replayed(handle)).filter((problem) => problem !== null);
    expect(failed).toEqual([]);
  });

  it('to a life that has ended never reaches the next one', async () => {
    const first = await here.approvedAlone();
    // What was looked at before the first life ended.
    const { runId } = await first.describe();
    await first.terminate('lost');
    const next = await here.harness.start('bmw');
    const stale = Object.assign(Object.create(here.connected.client), {
      workflow: Object.assign(Object.create(here.connected.client.workflow), {
        getHandle: stalePicture(runId),
      }),
    });
    const reply = await sent(new Activations(stale, APP), 'defleet', here.vin, { by: 'ops' });
    expect(reply).toMatchObject({ outcome: 'ended', status: 'approved' });
    expect(await here.signalsIn(next)).toEqual([]);
    await next.terminate();
  });

  /** A client that is shown the first life as running, once: the moment between the look and the message. */
  function stalePicture(firstRun: string) {
    let looks = 0;
    return (id: string, run?: string, options?: object) => {
      // A new start that was asked for is taken back before.
      if (id.startsWith('again:')) return here.connected.client.workflow.getHandle(id, run, options);
      looks += 1;
      const isFirstLook = looks === 1;
      const handle = here.connected.client.workflow.getHandle(id, isFirstLook ? firstRun : run, options);
      if (!isFirstLook) return handle;
      const describe = async () => {
        const seen = await handle.describe();
        return { ...seen, status: { code: 1, name: 'RUNNING' } };
      };
      return { ...handle, describe };
    };
  }

  it('to a life that was terminated while it was queued is answered with its end', async () => {
    const handle = await here.approvedAlone();
    // Long enough for a busy machine to end the life meanwhile.
    const asked = here.activations.defleet(here.vin, { by: 'ops' }, { patience: 120_000 });
    await eventually(
      () => here.signalsIn(handle),
      (signals) => signals.includes('defleet'),
    );
    await handle.terminate('lost');
    expect(await asked).toMatchObject({ outcome: 'ended' });
  });
});
