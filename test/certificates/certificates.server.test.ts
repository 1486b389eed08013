import { join } from 'node:path';
import {
  type CertificateActivities,
  createCertificateActivities,
  createSigningActivities,
} from '../../activities/certificates';
import { Certificates } from '../../src/activations/certificates';
import { temporaryFolder } from '../../src/base/temporary-folder';
import { checkChain } from '../../src/certificates/chain';
import { CertificateDesk } from '../../src/certificates/desk';
import type { CertificateFacts } from '../../src/certificates/facts';
import { openFolderStore } from '../../src/certificates/folder-store';
import { certificateLedger } from '../../src/temporal/certificate-ledger';
import type { ConnectedClient, TemporalConfig } from '../../src/temporal/connection';
import { createWorker } from '../../src/temporal/worker';
import { CERTIFICATES, ledgerState } from '../../workflows/contract/certificates';
import { activationId } from '../../workflows/contract/messages';
import { APP, APP_KEY } from '../support/application';
import { BUNDLE } from '../support/bundle';
import { answered, vin as command, eventually, vinOnce } from '../support/command-line';
import { ProviderDouble } from '../support/provider-double';
import { patientClient, patientConnection } from '../support/temporal';
import { ownNamespace } from '../sweep/namespace';
import { quietWorkers } from '../workflows/harness';
import { facts, newKey, signerWith, statementFacts, vinOf } from './support';

const SIGNED_AT_ONCE = 500;

/** As Temporal has an activity tried again: a busy server takes longer than one attempt waits. */
async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  let failure: unknown;
  const done = await eventually(
    () =>
      attempt().then(
        (value) => ({ value }),
        (error: unknown) => {
          failure = error;
          return null;
        },
      ),
    (result) => result !== null,
  ).catch((late: unknown) => {
    throw failure ?? late;
  });
  return (done as { value: T }).value;
}
const issue = (worker: Pick<CertificateActivities, 'issueCertificate'>, of: CertificateFacts) =>
  retried(() => worker.issueCertificate(of));

describe('certificates, on a real server', () => {
  const folder = temporaryFolder('vin-certificates-');
  const key = newKey();
  let config: TemporalConfig;
  let connected: ConnectedClient;

  beforeAll(async () => {
    quietWorkers();
    config = await ownNamespace('certificates');
    connected = await patientClient(config);
  });
  afterAll(async () => {
    await connected?.close();
    folder.remove();
  });

  const openDesk = async (): Promise<CertificateDesk> => {
    const desk = new CertificateDesk(await openFolderStore(folder.path), signerWith(key));
    await desk.open();
    return desk;
  };
  /** A worker as `vin worker` makes it, and what a defleeting would call on it. */
  const startWorker = async () => {
    const desk = await openDesk();
    const ledger = certificateLedger(connected.client);
    await answered(() => ledger.start());
    const connection = await patientConnection(config);
    const worker = await createWorker({
      connection,
      namespace: config.namespace,
      workflowBundle: BUNDLE,
      providers: { [APP_KEY]: new ProviderDouble() },
      notifier: { send: async () => {} },
      rulesOf: () => {
        throw new Error('nothing is activated here');
      },
      certificates: createSigningActivities(desk, () => certificateLedger(connected.client).head()),
    });
    const running = worker.run();
    return {
      ...createCertificateActivities(desk, ledger),
      stop: async () => {
        worker.shutdown();
        await running;
        await connection.close();
      },
    };
  };

  it(`signs ${SIGNED_AT_ONCE} at once by two workers, one of which stops: no gap, each once, and fresh runs between`, async () => {
    const [one, other] = [await startWorker(), await startWorker()];
    const asked = Array.from({ length: SIGNED_AT_ONCE }, (_, index) =>
      issue(index % 2 ? one : other, facts(index)),
    );
    await asked[0];
    const stopped = one.stop();
    const issued = await Promise.all(asked);
    await stopped;
    expect(new Set(issued.map((each) => each?.number)).size).toBe(SIGNED_AT_ONCE);
    const again = await issue(other, facts(3));
    expect(again).toEqual(issued[3]);

    const certificates = new Certificates(connected.client);
    const found = await answered(async () => {
      const all = [];
      for await (const page of certificates.pages()) all.push(...page);
      return all;
    });
    const files = found.flatMap(({ number, files: both }) => [
      { name: `${number}`, text: both?.full ?? '' },
      { name: `${number} buyer`, text: both?.buyer ?? '' },
    ]);
    const keys = await answered(() => certificates.keys());
    expect(keys.map(({ kid }) => kid)).toEqual([key.kid]);
    expect(await checkChain(files, keys)).toMatchObject({
      ...{ certificates: SIGNED_AT_ONCE, first: 1, last: SIGNED_AT_ONCE, problems: [] },
    });
    expect(await answered(() => certificates.left([vinOf(3), vinOf(99_999)]))).toEqual([
      { number: issued[3]?.number, endedAt: facts(3).endedAt, fleet: 'acme' },
      null,
    ]);
    expect(await answered(() => certificates.of(vinOf(3)))).toMatchObject([{ number: issued[3]?.number }]);

    const ledger = connected.client.workflow.getHandle(CERTIFICATES);
    expect(await answered(() => ledger.query(ledgerState))).toMatchObject({
      head: { number: SIGNED_AT_ONCE },
      open: [],
    });
    const { raw } = await ledger.describe();
    expect(raw.workflowExecutionInfo?.firstRunId).not.toBe(raw.workflowExecutionInfo?.execution?.runId);
    expect(await answered(() => certificateLedger(connected.client).head())).toMatchObject({
      number: SIGNED_AT_ONCE,
    });
    await retried(() => other.signStatement(statementFacts(3)));
    await expectCommands(config, vinOf(3));
    await other.stop();
    // Who says that it has come back asks nobody.
    const { address, namespace } = config;
    const env = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
    const started = await command(['activate', vinOf(3), '--brand', 'bmw', '--again'], env);
    // Where a busy server took it and did not answer in time, the command was run again.
    expect(started.stdout).toMatch(/activation started|already active/);
    // The next worker cannot begin it either, and a beginning that is tried again and again keeps a worker from stopping.
    await connected.client.workflow.getHandle(activationId(APP, vinOf(3))).terminate();
    const unknown = await eventually(
      () => vinOnce(['activate', vinOf(4), '--brand', 'bmw'], env),
      ({ stderr }) => !stderr.includes('TEMPORAL_UNREACHABLE'),
    );
    expect([unknown.code, unknown.stderr]).toEqual([6, expect.stringContaining('CERTIFICATES_NOT_ANSWERED')]);
  });

  it('is believed also where it was ended by force, and goes on with the next one', async () => {
    const { client } = connected;
    const worker = await startWorker();
    const first = await issue(worker, facts(SIGNED_AT_ONCE));
    await client.workflow.getHandle(CERTIFICATES).terminate();
    const left = () => answered(() => new Certificates(client).left([vinOf(SIGNED_AT_ONCE)]));
    expect(await left()).toMatchObject([{ number: first?.number }]);
    expect(await answered(() => certificateLedger(client).isOn())).toBe(true);
    const next = await issue(worker, facts(SIGNED_AT_ONCE + 1));
    expect(next?.number).toBe((first?.number ?? 0) + 1);
    await worker.stop();
  });

  /** The commands, from a machine that reaches Temporal and has no folder. */
  const expectCommands = async ({ address, namespace }: TemporalConfig, vin: string): Promise<void> => {
    const env = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
    const shown = await command(['certificate', 'show', vin, '-o', 'json'], env);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      certificates: [{ content: { vehicle: { vin } } }],
      statements: [{ content: { kind: 'statement', vehicle: { vin } } }],
    });
    const all = join(folder.path, 'exported');
    expect((await command(['certificate', 'export', '--to', all], env)).code).toBe(0);
    const checked = await command(['certificate', 'check-chain', all], {});
    expect([checked.code, checked.stdout]).toEqual([
      0,
      expect.stringContaining(`${SIGNED_AT_ONCE} certificates`),
    ]);
    const refused = await command(['activate', vin, '--brand', 'bmw'], env);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('VEHICLE_HAS_LEFT')]);

    // Nobody can be asked here.
    const other = vinOf(5);
    expect((await vinOnce(['certificate', 'erase', other], env)).code).not.toBe(0);
    const erased = await command(['certificate', 'erase', other, '--yes', '-o', 'json'], env);
    expect(JSON.parse(erased.stdout)).toMatchObject({ vin: other, erased: [expect.any(Number)] });
    expect((await command(['certificate', 'show', other], env)).stderr).toContain('CERTIFICATE_UNKNOWN');
    const rest = join(folder.path, 'rest');
    expect((await command(['certificate', 'export', '--to', rest], env)).code).toBe(0);
    const whole = await command(['certificate', 'check-chain', rest], {});
    expect([whole.code, whole.stdout]).toEqual([
      0,
      expect.stringContaining(`${SIGNED_AT_ONCE - 1} certificates, 1 erased`),
    ]);
  };
});
