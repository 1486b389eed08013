import { writeFileSync } from 'node:fs';
import { Activations } from '../../src/activations/activations';
import { withConcurrency } from '../../src/fleet-list/concurrency';
import { signatures } from '../../src/trial/simulator/high-mobility/webhooks';
import { APP } from '../../test/support/application';
import type { Case, Figure, Run } from '../figure';
import { fleetOf } from '../fleet';
import { measurePairs, median, percentile, ratioFigure, rounded } from '../pairs';
import { Stage, WEBHOOK_SECRET } from '../parts';
import { Sender } from '../sender';

const AT_ONCE = 32;
const PATH = '/webhooks/high-mobility/default';

export const acknowledgements: Case = {
  name: 'acknowledgements',
  title: 'Durable webhook acknowledgements',
  how:
    'Real: the gateway with its defaults (`vin gateway`, one process), signed webhooks over HTTP, a server in memory with ' +
    `running activations and no worker. ${AT_ONCE} webhooks at a time, every one of another delivery and another reason. The baseline ` +
    'is one process, too, that only calls `handle.signal` for the same vehicles, as many at a time; nobody sends it ' +
    'anything over HTTP; ours are sent by bare sockets from the process that measures, on the same cores, so that their sending counts against us. Half the peak: webhooks sent at fixed ' +
    'times, each measured from the time at which it should have been sent.',
  async measure({ quick, pairs, say }: Run) {
    const count = quick ? 1_000 : 6_000;
    const stage = await Stage.open();
    try {
      const vins = fleetOf('A', 1_000);
      const activations = new Activations(stage.temporal.client, APP);
      await withConcurrency(vins, AT_ONCE, (vin) => activations.start({ vin, brand: 'bmw' }));
      say(`${vins.length} activations are there`);
      const { url } = await stage.vin(['gateway', '--port', '0', '-o', 'json']).ready;
      const door = new URL(PATH, url);
      const sender = await Sender.open(door, AT_ONCE);
      const names = Array.from({ length: count }, (_, index) => vins[index % vins.length] as string);
      writeFileSync(stage.file('vins.txt'), names.join('\n'));
      const took: number[] = [];

      // Both are measured warm: a gateway runs for weeks.
      await sendAtOnce(sender, sign(names, door), []);
      await callSignaller(stage);
      const rates = await measurePairs(
        pairs,
        async () => {
          const { rate, p99 } = await callSignaller(stage);
          say(`handle.signal: ${rounded(rate)} a second, p99 ${rounded(p99)} ms`);
          return rate;
        },
        async () => {
          const rate = await sendAtOnce(sender, sign(names, door), took);
          say(`gateway: ${rounded(rate)} a second`);
          return rate;
        },
      );
      const peak = median(rates.ours);
      const late = await sendInTime(sender, sign(names, door), peak / 2);
      sender.close();
      return figuresOf(rates, took, late, peak);
    } finally {
      await stage.close();
    }
  },
};

const HTTP =
  'profiled: a webhook takes the gateway about twice the time that a bare signal takes its process. The signal itself is half of it, ' +
  'signature, parsing and the look for repeats are a tenth, and the rest is Node reading a request and writing an answer.';

function figuresOf(
  rates: Parameters<typeof ratioFigure>[0],
  took: readonly number[],
  late: readonly number[],
  peak: number,
): Figure[] {
  const at = (values: readonly number[]): string =>
    `p50 ${rounded(percentile(values, 0.5))} ms, p99 ${rounded(percentile(values, 0.99))} ms`;
  return [
    ratioFigure(rates, {
      id: 'acknowledgements',
      what: 'acknowledgements a second, to bare handle.signal',
      unit: 'a second',
      line: { atLeast: 0.85 },
      better: 'more',
      why: HTTP,
    }),
    {
      id: 'acknowledgements-p99-half',
      what: 'p99 of an acknowledgement at half the peak, ms',
      ours: `${at(late)} at ${rounded(peak / 2)} a second`,
      baseline: '-',
      value: percentile(late, 0.99),
      line: { atMost: 250 },
      better: 'less',
    },
    {
      id: 'acknowledgements-p99-peak',
      what: 'p99 of an acknowledgement at the peak, ms',
      ours: at(took),
      baseline: '-',
      value: percentile(took, 0.99),
      line: null,
      better: 'less',
    },
  ];
}

async function callSignaller(stage: Stage): Promise<{ rate: number; p99: number }> {
  const said = await stage.baseline('signaller', [stage.file('vins.txt'), String(AT_ONCE)]).ended;
  return JSON.parse(said) as { rate: number; p99: number };
}

let deliveries = 0;

/** Webhooks as the provider signs them, made before the clock runs. */
function sign(vins: readonly string[], door: URL): Buffer[] {
  return vins.map((vin) => {
    const id = `delivery-${++deliveries}`;
    const event = {
      type: 'fleet_clearance_changed',
      received_at: new Date().toISOString().replace('Z', '000Z'),
      action: 'pending',
      detail: `reason ${id}`,
    };
    const body = Buffer.from(JSON.stringify({ vehicle: { vin }, event }));
    const headers = {
      'Content-Type': 'application/json',
      'X-HM-Delivery': id,
      ...signatures(WEBHOOK_SECRET, body),
    };
    return Sender.request(door, headers, body);
  });
}

async function send(sender: Sender, webhook: Buffer): Promise<void> {
  const reply = await sender.send(webhook);
  if (!reply.startsWith('HTTP/1.1 200 ') || !reply.includes('accepted'))
    throw new Error(`a webhook was answered ${reply}`);
}

/** As fast as they are acknowledged. @returns webhooks a second. */
async function sendAtOnce(sender: Sender, webhooks: readonly Buffer[], took: number[]): Promise<number> {
  const begun = performance.now();
  await withConcurrency(webhooks, AT_ONCE, async (webhook) => {
    const sent = performance.now();
    await send(sender, webhook);
    took.push(performance.now() - sent);
  });
  return (webhooks.length * 1_000) / (performance.now() - begun);
}

/** At a fixed rate, whether or not those before are acknowledged. @returns how long each took, in milliseconds. */
async function sendInTime(sender: Sender, webhooks: readonly Buffer[], rate: number): Promise<number[]> {
  const took: number[] = [];
  const begun = performance.now();
  const underWay: Promise<void>[] = [];
  for (const [index, webhook] of webhooks.entries()) {
    const due = begun + (index * 1_000) / rate;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    underWay.push(send(sender, webhook).then(() => void took.push(performance.now() - due)));
  }
  await Promise.all(underWay);
  return took;
}
