import { writeFileSync } from 'node:fs';
import { type CertificateActivities, createCertificateActivities } from '../../activities/certificates';
import { Certificates } from '../../src/activations/certificates';
import { CertificateDesk } from '../../src/certificates/desk';
import type { CertificateFacts } from '../../src/certificates/facts';
import { openFolderStore } from '../../src/certificates/folder-store';
import { generateKey, readSigningKey } from '../../src/certificates/keys';
import { withConcurrency } from '../../src/fleet-list/concurrency';
import { certificateLedger } from '../../src/temporal/certificate-ledger';
import { facts, signerWith, vinOf } from '../../test/certificates/support';
import { CERTIFICATES } from '../../workflows/contract/certificates';
import type { Case, Figure, Run } from '../figure';
import { measurePairs, ratioFigure, rounded } from '../pairs';
import { Stage } from '../parts';

/** Defleetings that end at the same time: as many as activities of an application run in two workers. */
const AT_ONCE = 250;
const LISTED = 100_000;

export const certificates: Case = {
  name: 'certificates',
  title: 'Certificates',
  how:
    `Real: two workers (\`vin worker\`) with one folder on the disk of the machine, a server in memory, and the code of the activity that a defleeting calls, ${AT_ONCE} at a time from the process that measures. ` +
    'The baseline signs as many in one process with the same code and a folder of its own, a hundred in a step, without Temporal: the rest is numbering, and asking. ' +
    `Then one client asks of ${LISTED} VINs which have left.`,
  async measure({ quick, pairs, say }: Run) {
    const count = quick ? 200 : 1_000;
    const stage = await Stage.open();
    try {
      const { privatePem } = generateKey();
      writeFileSync(stage.file('key.pem'), privatePem, { mode: 0o600 });
      const environment = {
        VIN_CERTIFICATES: stage.file('certificates'),
        VIN_CERTIFICATE_KEY_FILE: stage.file('key.pem'),
        HIGH_MOBILITY_BASE_URL: 'http://127.0.0.1:9',
        VIN_SWEEP_INTERVAL: 'off',
      };
      for (const _ of [1, 2]) stage.vin(['worker'], environment);
      let begun = 0;
      const next = () => Array.from({ length: count }, () => factsOf(begun++));
      const desk = new CertificateDesk(
        await openFolderStore(environment.VIN_CERTIFICATES),
        signerWith(readSigningKey(privatePem)),
      );
      const asker = createCertificateActivities(desk, certificateLedger(stage.temporal.client));
      await issue(asker, [factsOf(begun++)]);
      const rates = await measurePairs(
        quick ? 1 : pairs,
        async () => {
          const rate = await signAlone(stage.file(`alone-${begun}`), next(), readSigningKey(privatePem));
          say(`alone: ${rounded(rate)} a second`);
          return rate;
        },
        async () => {
          const rate = await issue(asker, next());
          say(`two workers: ${rounded(rate)} a second`);
          return rate;
        },
      );
      return [
        ratioFigure(rates, {
          id: 'certificates',
          what: 'certificates a second, to signing alone',
          unit: 'a second',
          line: null,
          better: 'more',
        }),
        await eventsOf(stage, count),
        await lookUp(stage),
      ];
    } finally {
      await stage.close();
    }
  },
};

/** Each leaving of its own. */
function factsOf(index: number): CertificateFacts {
  return { ...facts(index % 100_000), defleeting: `bench:${index}` };
}

/** As workers ask for their defleetings, from this process. @returns certificates a second. */
async function issue(asker: CertificateActivities, all: readonly CertificateFacts[]): Promise<number> {
  const begun = performance.now();
  await withConcurrency(all, AT_ONCE, async (one) => {
    if (!(await asker.issueCertificate(one))?.number) throw new Error('no certificate was issued');
  });
  return (all.length * 1_000) / (performance.now() - begun);
}

const STEP = 100;

async function signAlone(
  folder: string,
  all: readonly CertificateFacts[],
  key: ReturnType<typeof readSigningKey>,
): Promise<number> {
  const desk = new CertificateDesk(await openFolderStore(folder), signerWith(key));
  await desk.open();
  const begun = performance.now();
  const requests = await withConcurrency(all, AT_ONCE, (one) => desk.keep(one));
  let head: Awaited<ReturnType<CertificateDesk['sign']>> = null;
  for (let from = 0; from < requests.length; from += STEP) {
    const step = requests.slice(from, from + STEP) as string[];
    head = await desk.sign({ head, requests: step, at: new Date().toISOString() });
  }
  return (all.length * 1_000) / (performance.now() - begun);
}

/** What the ledger's history grows by. */
async function eventsOf({ temporal }: Stage, count: number): Promise<Figure> {
  const { historyLength } = await temporal.client.workflow.getHandle(CERTIFICATES).describe();
  const ours = `${historyLength} events in the newest run of the ledger, of ${count} certificates at a time`;
  return {
    ...{ id: 'certificates-ledger-events', what: 'history of the ledger, events', ours, baseline: '-' },
    ...{ value: historyLength, line: { atMost: 8_000 }, better: 'less' },
  };
}

async function lookUp({ temporal }: Stage): Promise<Figure> {
  const vins = Array.from({ length: LISTED }, (_, index) => vinOf(index));
  const begun = performance.now();
  const found = await new Certificates(temporal.client).left(vins);
  const seconds = (performance.now() - begun) / 1_000;
  const left = found.filter((one) => one !== null).length;
  return {
    id: 'certificates-look-up',
    what: `seconds to tell of ${LISTED} VINs which have left`,
    ours: `${rounded(seconds)} s, ${left} have`,
    ...{ baseline: '-', value: seconds, line: { atMost: 10 }, better: 'less' },
  };
}
