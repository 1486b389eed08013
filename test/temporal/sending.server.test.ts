import { randomUUID } from 'node:crypto';
import { type NativeConnection, Worker } from '@temporalio/worker';
import { Activations } from '../../src/temporal/activations';
import { type ConnectedClient, connectClient, readTemporalConfig } from '../../src/temporal/connection';
import { connectWorker } from '../../src/temporal/worker-connection';
import {
  type ActivationView,
  clearanceChanged,
  defleet,
  messageOutcome,
  retry,
} from '../../workflows/messages';
import { type Cuttable, startCuttable } from '../gateway/cuttable';
import { eventually } from '../support/command-line';
import { devServer } from '../support/temporal';
import { Harness, isPending, QUICK, quietWorkers, soon } from '../workflows/harness';

/** What becomes of a message, whatever the workers and the server do meanwhile: on a real server. */
describe('a message to an activation', () => {
  let connected: ConnectedClient;
  let nativeConnection: NativeConnection;
  let harness: Harness;
  let activations: Activations;
  let vin: string;

  beforeAll(async () => {
    quietWorkers();
    connected = await connectClient(devServer());
    nativeConnection = await connectWorker(devServer());
  });
  afterAll(async () => {
    await nativeConnection?.close();
    await connected?.close();
  });
  beforeEach(() => {
    harness = new Harness({ client: connected.client, nativeConnection }, QUICK);
    activations = new Activations(connected.client);
    vin = harness.vin;
  });

  type Handle = Awaited<ReturnType<Harness['start']>>;

  /** An activation whose clearance is approved, and no worker runs for it any more. */
  async function approvedAlone(): Promise<Handle> {
    const handle = await harness.start('bmw');
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      harness.provider.set('approved');
      await soon(handle, ({ status }) => status === 'approved');
    });
    return handle;
  }

  async function signalsIn(handle: Handle): Promise<string[]> {
    const { events } = await handle.fetchHistory();
    return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
      signal?.signalName ? [signal.signalName] : [],
    );
  }

  /** Replays each run of an activation: null, or why it could not be. */
  async function replayed({ workflowId }: Handle): Promise<(string | null)[]> {
    const { workflow } = connected.client;
    const runs = await eventually(
      async () => {
        const found = [];
        for await (const { runId } of workflow.list({ query: `WorkflowId = '${workflowId}'` }))
          found.push(runId);
        return found;
      },
      (found) => found.length > 1,
    );
    const outcomes: (string | null)[] = [];
    for (const runId of runs) {
      const history = await workflow.getHandle(workflowId, runId).fetchHistory();
      const options = { workflowsPath: require.resolve('../../workflows') };
      outcomes.push(
        await Worker.runReplayHistory(options, history, workflowId).then(
          () => null,
          (error: unknown) => String(error),
        ),
      );
    }
    return outcomes;
  }

  const personIn = ({ history }: ActivationView): string[] =>
    history.filter(({ source }) => source === 'person').map(({ note }) => String(note));

  it('is queued while the worker is away, and carried out when one comes in time', async () => {
    const handle = await approvedAlone();
    const reply = await activations.defleet(vin, { by: 'ops', reason: 'sold', id: 'return-1' });
    expect(reply).toMatchObject({ outcome: 'queued', id: 'return-1', status: 'approved' });
    expect(reply.next).toContain(String(reply.countsUntil));
    expect(Date.parse(String(reply.countsUntil)) - Date.now()).toBeGreaterThan(3_500_000);
    await harness.withWorker(async () => {
      await soon(handle, ({ status }) => status === 'revoking');
      harness.provider.set('revoked');
      const view = await handle.result();
      expect(view).toMatchObject({ status: 'revoked', defleet: { by: 'ops', reason: 'sold' } });
    });
    expect(harness.provider.count('withdraw')).toBe(1);
  });

  it('is queued while the worker is away, and changes nothing when one comes after its time', async () => {
    const handle = await approvedAlone();
    const notAfter = new Date(Date.now() + 12_000).toISOString();
    const reply = await activations.defleet(vin, { by: 'ops', notAfter });
    expect(reply).toMatchObject({ outcome: 'queued', countsUntil: notAfter });
    await eventually(
      async () => Date.now(),
      (now) => now > Date.parse(notAfter),
    );
    await harness.withWorker(async () => {
      const view = await soon(handle, (seen) => personIn(seen).length > 0);
      expect(view).toMatchObject({ status: 'approved', defleet: null });
      expect(personIn(view)).toEqual([expect.stringContaining('It came too late')]);
      // Asked again it is the same message, and has the same answer.
      await expect(activations.defleet(vin, { by: 'ops', id: reply.id })).rejects.toMatchObject({
        code: 'MESSAGE_REFUSED',
        message: expect.stringContaining(`it counted until ${notAfter}`),
      });
    });
    expect(harness.provider.count('withdraw')).toBe(0);
  });

  it('that is asked twice while it is queued is one message, by its id and by its words', async () => {
    const handle = await approvedAlone();
    const ask = (id?: string) =>
      activations.defleet(vin, { by: 'ops', reason: 'sold', ...(id && { id }) }, { patience: 0 });
    const ids: string[] = [];
    for (const id of ['return-1', 'return-1', undefined, undefined]) ids.push((await ask(id)).id);
    // A task that the worker has left behind keeps them out of the history until its time is over.
    await eventually(
      () => signalsIn(handle),
      (signals) => signals.length === 4,
      20_000,
    );
    await harness.withWorker(async () => {
      const view = await soon(handle, (seen) => seen.defleet !== null);
      expect(personIn(view)).toHaveLength(1);
      for (const id of ids) {
        const again = await activations.defleet(vin, { by: 'ops', reason: 'sold', id });
        expect(again).toMatchObject({ outcome: 'taken', id });
      }
      expect(personIn(await soon(handle, (seen) => seen.defleet !== null))).toHaveLength(1);
      await soon(handle, ({ status }) => status === 'revoking');
      harness.provider.set('revoked');
      await handle.result();
    });
    expect(harness.provider.count('withdraw')).toBe(1);
  });

  it('with the id of another message is refused, and says of which', async () => {
    const handle = await harness.start('bmw');
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      await activations.retry(vin, { by: 'ops', id: 'one' });
      await expect(activations.defleet(vin, { by: 'ops', id: 'one' })).rejects.toMatchObject({
        code: 'MESSAGE_REFUSED',
        message: `${vin}: The id one is that of another message (retry). Take another id.`,
      });
      expect((await soon(handle, isPending)).defleet).toBeNull();
    });
  });

  it('is queued while the workflow task fails, and carried out once the worker is mended', async () => {
    const handle = await approvedAlone();
    const broken = await Worker.create({
      connection: nativeConnection,
      namespace: 'default',
      taskQueue: `test-${vin}`,
      workflowsPath: require.resolve('./broken-workflows'),
    });
    await broken.runUntil(async () => {
      await handle.signal(clearanceChanged, { status: 'approved' });
      const reply = await activations.defleet(vin, { by: 'ops' });
      expect(reply).toMatchObject({ outcome: 'queued', status: 'approved' });
    });
    await harness.withWorker(async () => {
      await eventually(
        () => activations.report(vin),
        ({ status }) => status === 'revoking',
      );
      harness.provider.set('revoked');
      await handle.result();
    });
  });

  it('goes on to the fresh run of the life that it was meant for', async () => {
    const handle = await harness.start('mercedes-benz');
    await harness.withWorker(
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
          ids.push((await activations.retry(vin, { by: randomUUID() })).id);
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
    expect(await replayed(handle)).toEqual([null, null]);
  });

  it('to a life that has ended never reaches the next one', async () => {
    const first = await approvedAlone();
    // What was looked at before the first life ended.
    const { runId } = await first.describe();
    await first.terminate('lost');
    const next = await harness.start('bmw');
    const stale = Object.assign(Object.create(connected.client), {
      workflow: Object.assign(Object.create(connected.client.workflow), {
        getHandle: stalePicture(runId),
      }),
    });
    const reply = await new Activations(stale).defleet(vin, { by: 'ops' });
    expect(reply).toMatchObject({ outcome: 'ended', status: 'approved' });
    expect(await signalsIn(next)).toEqual([]);
    await next.terminate();
  });

  /** A client that is shown the first life as running, once: the moment between the look and the message. */
  function stalePicture(firstRun: string) {
    let looks = 0;
    return (id: string, run?: string, options?: object) => {
      looks += 1;
      const isFirstLook = looks === 1;
      const handle = connected.client.workflow.getHandle(id, isFirstLook ? firstRun : run, options);
      if (!isFirstLook) return handle;
      const describe = async () => {
        const seen = await handle.describe();
        return { ...seen, status: { code: 1, name: 'RUNNING' } };
      };
      return { ...handle, describe };
    };
  }

  it('to a life that was terminated while it was queued is answered with its end', async () => {
    const handle = await approvedAlone();
    // Long enough for a busy machine to end the life meanwhile.
    const asked = activations.defleet(vin, { by: 'ops' }, { patience: 20_000 });
    await eventually(
      () => signalsIn(handle),
      (signals) => signals.includes('defleet'),
    );
    await handle.terminate('lost');
    expect(await asked).toMatchObject({ outcome: 'ended' });
  });

  it('that makes no sense never leaves the machine', async () => {
    const handle = await harness.start('bmw');
    for (const [ask, sentence] of [
      [() => activations.acknowledge(vin, { until: 'tomorrow' }), 'Send "until"'],
      [() => activations.acknowledge(vin, { until: '2126-05-01T14:05' }), 'with its zone'],
      [() => activations.retry(vin, { id: '' }), 'Send "id"'],
      [() => activations.retry(vin, { notAfter: '2020-01-01T00:00:00Z' }), 'which is over'],
      [() => activations.amend(vin, { tags: { note: 'x'.repeat(20_000) } }), 'characters in all'],
    ] as const) {
      await expect(ask()).rejects.toMatchObject({
        code: 'MESSAGE_REFUSED',
        message: expect.stringContaining(sentence),
      });
    }
    expect(await signalsIn(handle)).toEqual([]);
    await handle.terminate();
  });

  it('that a server takes which then cannot be reached is not known, and is the same message when asked again', async () => {
    const handle = await approvedAlone();
    const way: Cuttable = await startCuttable(devServer().address);
    const far = await connectClient(readTemporalConfig({ TEMPORAL_ADDRESS: way.address }));
    try {
      await way.cut();
      const away = new Activations(lookingThrough(far, connected));
      const error = await away.defleet(vin, { by: 'ops', id: 'return-1' }).catch((failed: unknown) => failed);
      expect(error).toMatchObject({
        code: 'MESSAGE_NOT_KNOWN',
        message: expect.stringContaining(vin),
        next: expect.stringContaining('return-1'),
      });
      expect(String(error)).not.toContain('nothing was changed');
    } finally {
      await far.close();
      await way.cut().catch(() => undefined);
    }
    await harness.withWorker(async () => {
      expect(await activations.defleet(vin, { by: 'ops', id: 'return-1' })).toMatchObject({
        outcome: 'taken',
      });
      await soon(handle, ({ status }) => status === 'revoking');
      harness.provider.set('revoked');
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
    const far = await connectClient(readTemporalConfig({ TEMPORAL_ADDRESS: way.address }));
    try {
      await way.cut();
      await expect(new Activations(far.client).defleet(vin, { by: 'ops' })).rejects.toMatchObject({
        code: 'TEMPORAL_UNREACHABLE',
        message: expect.stringContaining('nothing was sent'),
      });
    } finally {
      await far.close();
    }
  });

  it('that is typed by hand in the Temporal UI, without an id, is carried out as well', async () => {
    const handle = await approvedAlone();
    await handle.signal(retry, undefined);
    await handle.signal(defleet, undefined);
    await harness.withWorker(async () => {
      await soon(handle, ({ status }) => status === 'revoking');
      harness.provider.set('revoked');
      await handle.result();
    });
  });
});
