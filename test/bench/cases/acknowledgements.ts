import { writeFileSync } from 'node:fs';
import { Pool } from 'undici';
import { signatures } from '../../../src/simulator/webhooks';
import { Activations } from '../../../src/temporal/activations';
import type { Case, Figure, Run } from '../figure';
import { fleetOf, forEachOf } from '../fleet';
import { measurePairs, median, percentile, ratioFigure, rounded } from '../pairs';
import { Stage, WEBHOOK_SECRET } from '../parts';

const AT_ONCE = 32;
const PATH = '/webhooks/high-mobility';

interface Webhook {
  readonly body: Buffer;
  readonly headers: Record<string, string>;
}

export const acknowledgements: Case = {
  name: 'acknowledgements',
  title: 'Durable webhook acknowledgements',
  how:
    'Real: the gateway as delivered (`vin gateway`, one process), signed webhooks over HTTP, a server in memory with ' +
    `running activations and no worker. ${AT_ONCE} webhooks at a time, every one of another delivery and another reason. The baseline ` +
    'is one process, too, that only calls `handle.signal` for the same vehicles, as many at a time; nobody sends it ' +
    'anything over HTTP, so that the sending of our webhooks counts against us. Half the peak: webhooks sent at fixed ' +
    'times, each measured from the time at which it should have been sent.',
  async measure({ quick, pairs, say }: Run) {
    const count = quick ? 2_000 : 6_000;
    const stage = await Stage.open();
    try {
      const vins = fleetOf('A', 1_000);
      const activations = new Activations(stage.temporal.client);
      await forEachOf(vins, AT_ONCE, (vin) => activations.start({ vin, brand: 'bmw' }));
      say(`${vins.length} activations are there`);
      const { url } = await stage.vin(['gateway', '--port', '0', '-o', 'json']).ready;
      const pool = new Pool(new URL(url).origin, { connections: AT_ONCE });
      const names = Array.from({ length: count }, (_, index) => vins[index % vins.length] as string);
      writeFileSync(stage.file('vins.txt'), names.join('\n'));
      const took: number[] = [];

      // Both are measured warm: a gateway runs for weeks.
      await sendAtOnce(pool, sign(names), []);
      await callSignaller(stage);
      const rates = await measurePairs(
        pairs,
        async () => {
          const { rate, p99 } = await callSignaller(stage);
          say(`handle.signal: ${rounded(rate)} a second, p99 ${rounded(p99)} ms`);
          return rate;
        },
        async () => {
          const rate = await sendAtOnce(pool, sign(names), took);
          say(`gateway: ${rounded(rate)} a second`);
          return rate;
        },
      );
      const peak = median(rates.ours);
      const late = await sendInTime(pool, sign(names), peak / 2);
      await pool.close();
      return figuresOf(rates, took, late, peak);
    } finally {
      await stage.close();
    }
  },
};

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
function sign(vins: readonly string[]): Webhook[] {
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
    return { body, headers };
  });
}

async function send(pool: Pool, { body, headers }: Webhook): Promise<void> {
  const reply = await pool.request({ method: 'POST', path: PATH, body, headers });
  const text = await reply.body.text();
  if (reply.statusCode !== 200 || !text.includes('accepted'))
    throw new Error(`a webhook was answered ${reply.statusCode}: ${text}`);
}

/** As fast as they are acknowledged. @returns webhooks a second. */
async function sendAtOnce(pool: Pool, webhooks: readonly Webhook[], took: number[]): Promise<number> {
  const begun = performance.now();
  await forEachOf(webhooks, AT_ONCE, async (webhook) => {
    const sent = performance.now();
    await send(pool, webhook);
    took.push(performance.now() - sent);
  });
  return (webhooks.length * 1_000) / (performance.now() - begun);
}

/** At a fixed rate, whether or not those before are acknowledged. @returns how long each took, in milliseconds. */
async function sendInTime(pool: Pool, webhooks: readonly Webhook[], rate: number): Promise<number[]> {
  const took: number[] = [];
  const begun = performance.now();
  const underWay: Promise<void>[] = [];
  for (const [index, webhook] of webhooks.entries()) {
    const due = begun + (index * 1_000) / rate;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    underWay.push(send(pool, webhook).then(() => void took.push(performance.now() - due)));
  }
  await Promise.all(underWay);
  return took;
}
