import { readTemporalConfig } from '../../src/temporal/connection';
import type { EmbeddedServer } from '../../src/trial/temporal-server/server';
import { clearanceChanged } from '../../workflows/contract/messages';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes';
import { sent, wholeReport } from '../support/activations';
import { eventually } from '../support/command-line';
import { allRuns, problemsOf } from '../support/histories';
import { ownServer } from '../support/own-server';
import { freshId, Stage } from '../support/stage';
import { quietWorkers } from '../workflows/harness';

const VIN = 'WBA8E9G50GNT00001';
const CANCELLED = 'WBA8E9G50GNT00002';
/** So many events, and the server wants a fresh run; by default it is 4,096. */
const SUGGESTED_AT = 60;
const MESSAGES = 120;

describe('a quiet vehicle that hears nothing but messages', () => {
  let server: EmbeddedServer;
  let stage: Stage;

  beforeAll(async () => {
    quietWorkers();
    server = await ownServer({
      searchAttributes: SEARCH_ATTRIBUTES,
      dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': SUGGESTED_AT },
    });
    const temporal = readTemporalConfig({ TEMPORAL_ADDRESS: server.address });
    stage = await Stage.open({ temporal });
    await stage.worker(2);
  });
  afterAll(async () => {
    await stage?.close();
    await server?.stop();
  });

  /** In turn: a webhook that changes nothing, an acknowledgement, an amendment. */
  async function send(count: number, vin = VIN): Promise<void> {
    const envelope = { by: 'ops', id: freshId() };
    const handle = stage.handle(vin);
    if (count % 3 === 0) await handle.signal(clearanceChanged, { status: 'approved', deliveryId: freshId() });
    else if (count % 3 === 1) await handle.signal('acknowledge', { ...envelope, until: '3d' });
    else await handle.signal('amend', { ...envelope, tags: { count: String(count) } });
  }

  it('goes on in fresh runs, keeps each history short, forgets nothing, and can be defleeted', async () => {
    const { simulator, activations } = stage;
    simulator.script(VIN, [{ status: 'approved', after: 0 }]);
    simulator.scriptData(VIN, { after: 0 });
    await activations.start({ vin: VIN, brand: 'bmw' });
    await eventually(
      () => activations.report(VIN),
      ({ step, data }) => step === 'quiet' && data === 'flowing',
    );
    for (let count = 0; count < MESSAGES; count += 1) {
      await send(count);
      // One by one, as people send them: each is a task of its own.
      if (count % 5 === 4) {
        const { length } = (await wholeReport(activations, VIN)).history;
        expect(length).toBeGreaterThan(0);
      }
    }
    const before = await eventually(
      () => activations.report(VIN),
      ({ tags, step }) => tags['count'] === String(MESSAGES - 1) && step === 'quiet',
    );
    expect(before).toMatchObject({ status: 'approved', attempts: { submit: expect.any(Number) } });

    await sent(activations, 'defleet', VIN, { by: 'ops', reason: 'sold' });
    await eventually(
      async () => stage.statusAtProvider(VIN),
      (status) => status === 'revoking',
    );
    simulator.setStatus(VIN, 'revoked');
    await eventually(
      () => activations.row(VIN),
      ({ execution, status }) => execution === 'COMPLETED' && status === 'revoked',
    );
    expect(simulator.ledger.clearances).toHaveLength(1);

    // Lists of Temporal lag behind a little.
    const runs = await eventually(
      () => allRuns(stage.client, `WorkflowType = 'activation'`),
      ({ length }) => length >= 3,
    );
    const lengths = runs.map(({ history }) => history.events?.length ?? 0);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(2 * SUGGESTED_AT);
    expect(await problemsOf(runs)).toEqual([]);
  });

  it('is cancelled, goes on in a fresh run, and its end is no failure', async () => {
    const { simulator, activations } = stage;
    simulator.script(CANCELLED, [{ status: 'approved', after: 0 }]);
    simulator.scriptData(CANCELLED, { after: 0 });
    await activations.start({ vin: CANCELLED, brand: 'bmw' });
    await eventually(
      () => activations.report(CANCELLED),
      ({ step, data }) => step === 'quiet' && data === 'flowing',
    );
    const first = (await stage.handle(CANCELLED).describe()).runId;
    await stage.handle(CANCELLED).cancel();
    await eventually(
      async () => stage.statusAtProvider(CANCELLED),
      (status) => status === 'revoking',
    );
    for (let count = 1; (await stage.handle(CANCELLED).describe()).runId === first; count += 3) {
      await send(count, CANCELLED);
      // Taken in, before the next one: as many as come meanwhile would be of no use to anybody.
      await wholeReport(activations, CANCELLED);
    }
    simulator.setStatus(CANCELLED, 'revoked');
    await eventually(
      () => activations.row(CANCELLED),
      ({ execution, status }) => execution === 'COMPLETED' && status === 'revoked',
    );
  });
});
