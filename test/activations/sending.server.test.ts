import { Worker } from '@temporalio/worker';
import { Activations } from '../../src/activations/activations';
import { type ConnectedClient, connectClient, readTemporalConfig } from '../../src/temporal/connection';
import { clearanceChanged, defleet, retry } from '../../workflows/contract/messages';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { type Cuttable, startCuttable } from '../gateway/cuttable';
import { sent } from '../support/activations';
import { APP } from '../support/application';
import { answered, eventually } from '../support/command-line';
import { devServer } from '../support/temporal';
import { isPending, soon } from '../workflows/harness';
import { personIn, sendingForEachTest } from './sending';

/** How long an answer is waited for where no worker can give one. */
const SHORT = { patience: 2_000 };

/** What becomes of a message, whatever the workers and the server do meanwhile: on a real server. */
describe('a message to an activation', () => {
  const here = sendingForEachTest();

  it('is queued while the worker is away, and carried out when one comes in time', async () => {
    const handle = await here.approvedAlone();
    const reply = await sent(
      here.activations,
      'defleet',
      here.vin,
      { by: 'ops', reason: 'sold', id: 'return-1' },
      SHORT,
    );
    expect(reply).toMatchObject({ outcome: 'queued', id: 'return-1', status: 'approved' });
    expect(reply.next).toContain(String(reply.countsUntil));
    expect(Date.parse(String(reply.countsUntil)) - Date.now()).toBeGreaterThan(3_500_000);
    await here.harness.withWorker(async () => {
      await soon(handle, ({ status }) => status === 'revoking');
      here.harness.provider.set('revoked');
      const view = await handle.result();
      expect(view).toMatchObject({ status: 'revoked', defleet: { by: 'ops', reason: 'sold' } });
    });
    expect(here.harness.provider.count('withdraw')).toBe(1);
  });

  it('is queued while the worker is away, and changes nothing when one comes after its time', async () => {
    const handle = await here.approvedAlone();
    // More than the ten seconds by which a message may count longer (docs/decisions/0009-messages-are-signals.md).
    const notAfter = new Date(Date.now() + 12_000).toISOString();
    const reply = await sent(here.activations, 'defleet', here.vin, { by: 'ops', notAfter }, SHORT);
    expect(reply).toMatchObject({ outcome: 'queued', countsUntil: notAfter });
    await eventually(
      async () => Date.now(),
      (now) => now > Date.parse(notAfter),
    );
    await here.harness.withWorker(async () => {
      const view = await soon(handle, (seen) => personIn(seen).length > 0);
      expect(view).toMatchObject({ status: 'approved', defleet: null });
      expect(personIn(view)).toEqual([expect.stringContaining('It came too late')]);
      // Asked again it is the same message, and has the same answer.
      await expect(
        sent(here.activations, 'defleet', here.vin, { by: 'ops', id: reply.id }),
      ).rejects.toMatchObject({
        code: 'MESSAGE_REFUSED',
        message: expect.stringContaining(`it counted until ${notAfter}`),
      });
    });
    expect(here.harness.provider.count('withdraw')).toBe(0);
  });

  it('that is asked twice while it is queued is one message, by its id and by its words', async () => {
    const handle = await here.approvedAlone();
    const ask = (id?: string) =>
      answered(() =>
        here.activations.defleet(here.vin, { by: 'ops', reason: 'sold', ...(id && { id }) }, { patience: 0 }),
      );
    const ids: string[] = [];
    for (const id of ['return-1', 'return-1', undefined, undefined]) ids.push((await ask(id)).id);
    // A task that the worker has left behind keeps them out of the history until its time is over.
    await eventually(
      () => here.signalsIn(handle),
      (signals) => signals.length >= 4,
    );
    await here.harness.withWorker(async () => {
      const view = await soon(handle, (seen) => seen.defleet !== null);
      expect(personIn(view)).toHaveLength(1);
      for (const id of ids) {
        const again = await sent(here.activations, 'defleet', here.vin, { by: 'ops', reason: 'sold', id });
        expect(again).toMatchObject({ outcome: 'taken', id });
      }
      expect(personIn(await soon(handle, (seen) => seen.defleet !== null))).toHaveLength(1);
      await soon(handle, ({ status }) => status === 'revoking');
      here.harness.provider.set('revoked');
      await handle.result();
    });
    expect(here.harness.provider.count('withdraw')).toBe(1);
  });

  it('with the id of another message is refused, and says of which', async () => {
    const handle = await here.harness.start('bmw');
    await here.harness.withWorker(async () => {
      await soon(handle, isPending);
      await sent(here.activations, 'retry', here.vin, { by: 'ops', id: 'one' });
      await expect(
        sent(here.activations, 'defleet', here.vin, { by: 'ops', id: 'one' }),
      ).rejects.toMatchObject({
        code: 'MESSAGE_REFUSED',
        message: `${here.vin}: The id one is that of another message (retry). Take another id.`,
      });
      expect((await soon(handle, isPending)).defleet).toBeNull();
    });
  });

  it('is queued while the workflow task fails, and carried out once the worker is mended', async () => {
    const handle = await here.approvedAlone();
    const broken = await Worker.create({
      connection: here.nativeConnection,
      namespace: 'default',
      taskQueue: applicationQueue(APP, `test-${here.vin}`),
      workflowsPath: require.resolve('../temporal/broken-workflows'),
    });
    await broken.runUntil(async () => {
      await handle.signal(clearanceChanged, { status: 'approved' });
      const reply = await sent(here.activations, 'defleet', here.vin, { by: 'ops' }, SHORT);
      expect(reply).toMatchObject({ outcome: 'queued', status: 'approved' });
    });
    await here.harness.withWorker(async () => {
      await eventually(
        () => here.activations.report(here.vin),
        ({ status }) => status === 'revoking',
      );
      here.harness.provider.set('revoked');
      await handle.result();
    });
  });

  it('that makes no sense never leaves the machine', async () => {
    const handle = await here.harness.start('bmw');
    for (const [ask, sentence] of [
      [() => here.activations.acknowledge(here.vin, { until: 'tomorrow' }), 'Send "until"'],
      [() => here.activations.acknowledge(here.vin, { until: '2126-05-01T14:05' }), 'with its zone'],
      [() => here.activations.retry(here.vin, { id: '' }), 'Send "id"'],
      [() => here.activations.retry(here.vin, { notAfter: '2020-01-01T00:00:00Z' }), 'which is over'],
      [() => here.activations.amend(here.vin, { tags: { note: 'x'.repeat(20_000) } }), 'characters in all'],
    ] as const) {
      await expect(ask()).rejects.toMatchObject({
        code: 'MESSAGE_REFUSED',
        message: expect.stringContaining(sentence),
      });
    }
    expect(await here.signalsIn(handle)).toEqual([]);
    await handle.terminate();
  });

  it('that a server takes which then cannot be reached is not known, and is the same message when asked again', async () => {
    const handle = await here.approvedAlone();
    const way: Cuttable = await startCuttable(devServer().address);
    const far = await answered(() => connectClient(readTemporalConfig({ TEMPORAL_ADDRESS: way.address })));
    try {
      await way.cut();
      const away = new Activations(lookingThrough(far, here.connected), APP);
      const error = await eventually(
        () =>
          away
            .defleet(here.vin, { by: 'ops', id: 'return-1' })
            .catch((failed: { readonly code?: string }) => failed),
        // It has to have seen the vehicle before.
        (failed) => !('code' in failed && failed.code === 'TEMPORAL_UNREACHABLE'),
      );
      expect(error).toMatchObject({
        code: 'MESSAGE_NOT_KNOWN',
        message: expect.stringContaining(here.vin),
        next: expect.stringContaining('return-1'),
      });
      expect(String(error)).not.toContain('nothing was changed');
    } finally {
      await far.close();
      await way.cut().catch(() => undefined);
    }
    await here.harness.withWorker(async () => {
      expect(await sent(here.activations, 'defleet', here.vin, { by: 'ops', id: 'return-1' })).toMatchObject({
        outcome: 'taken',
      });
      await soon(handle, ({ status }) => status === 'revoking');
      here.harness.provider.set('revoked');
      await handle.result();
    });
  });

  /** A client that looks over a good connection, and sends over one that is cut off. */
  function lookingThrough(cut: ConnectedClient, good: ConnectedClient): ConnectedClient['client'] {
    const getHandle = (id: string, run?: string, options?: object) => {
      const sends = cut.client.workflow.getHandle(id, run, options);
      const looks = good.client.workflow.getHandle(id, run, options);
      return { ...sends, describe: () => looks.describe() };
    };
    return Object.assign(Object.create(cut.client), {
      workflow: Object.assign(Object.create(cut.client.workflow), { getHandle }),
    });
  }

  it('says what it does not know of a vehicle where the server is away before anything was sent', async () => {
    const way: Cuttable = await startCuttable(devServer().address);
    const far = await answered(() => connectClient(readTemporalConfig({ TEMPORAL_ADDRESS: way.address })));
    try {
      await way.cut();
      await expect(new Activations(far.client, APP).defleet(here.vin, { by: 'ops' })).rejects.toMatchObject({
        code: 'TEMPORAL_UNREACHABLE',
        message: expect.stringContaining('nothing was sent'),
      });
    } finally {
      await far.close();
    }
  });

  it('that is typed by hand in the Temporal UI, without an id, is carried out as well', async () => {
    const handle = await here.approvedAlone();
    await handle.signal(retry, undefined);
    await handle.signal(defleet, undefined);
    await here.harness.withWorker(async () => {
      await soon(handle, ({ status }) => status === 'revoking');
      here.harness.provider.set('revoked');
      await handle.result();
    });
  });
});
