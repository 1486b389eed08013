import { once } from 'node:events';
import { connect } from 'node:net';
import { GatewayMetrics } from '../../../src/gateway/metrics';
import { REJECTED, signatureOf, webhookOf } from '../support';
import { ActivationsDouble, VIN } from './activations-double';
import { type RunningApi, startApi } from './support';

const READ = `/v1/activations/${VIN}`;
const DEFLEET = '/v1/activations/defleet';
const DAY = 86_400_000;
const claimOf = (index: number, at: number): string =>
  webhookOf(`VIN0TESTVIN${String(index).padStart(6, '0')}`, 'approved', new Date(at).toISOString());
/** A webhook as it stands on the wire. */
const webhook = (body: string): string =>
  `POST /webhooks/high-mobility/default HTTP/1.1\r\nHost: g\r\nX-HM-Signature-256: ${signatureOf(body)}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** Something of which there is only so much; one request of it stands behind an answer that does not come. */
interface Kind {
  /** The request as it stands on the wire. */
  request(token: string, index: number): string;
  /** What is in the gateway once it has such a request. */
  seen(state: { readonly asked: readonly string[]; readonly accepted: readonly string[] }): number;
  readonly many: number;
  /** Bodies that may arrive at once. */
  readonly arrivals?: number;
  /** Takes all that there is, and answers with what should be 200 or 202. */
  next(api: RunningApi, token: string): Promise<{ readonly status: number }>;
}

const askedFor =
  (method: string): Kind['seen'] =>
  ({ asked }) =>
    asked.filter((one) => one === method).length;
const get = (path: string) => (token: string) =>
  `GET ${path} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ${token}\r\n\r\n`;
const postReal: Kind['next'] = (api) =>
  api.call('POST', '/webhooks/high-mobility/default', {
    body: REJECTED,
    headers: { 'x-hm-signature-256': signatureOf(REJECTED) },
  });
const told =
  (outcome: string): Kind['seen'] =>
  ({ accepted }) =>
    accepted.filter((one) => one === outcome).length;

const KINDS: readonly [string, Kind][] = [
  [
    'calls of a token',
    {
      request: get(READ),
      seen: askedFor('report'),
      many: 21,
      next: (api, token) => api.call('GET', READ, { token }),
    },
  ],
  [
    'batches of a token',
    {
      request: (token) => {
        const body = JSON.stringify({ vins: [VIN] });
        return `POST ${DEFLEET} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
      },
      seen: askedFor('batch'),
      many: 1,
      next: (api, token) => api.call('POST', DEFLEET, { token, body: { vins: [VIN] } }),
    },
  ],
  [
    'waits of a token',
    {
      request: get(`${READ}?wait=rejected`),
      seen: ({ asked }) => asked.filter((one) => one === 'wait').length - 1,
      many: 1,
      next: (api, token) => api.call('GET', `${READ}?wait=absent`, { token }),
    },
  ],
  [
    'webhooks that are outdated',
    {
      request: () => webhook(claimOf(1, Date.now() - 30 * DAY)),
      seen: told('outdated'),
      many: 21,
      next: postReal,
    },
  ],
  [
    'webhooks',
    {
      request: (_token, index) => webhook(claimOf(index, Date.now())),
      seen: told('unknown_vehicle'),
      many: 21,
      next: postReal,
    },
  ],
  [
    'bodies that arrive',
    {
      request: () => 'POST /webhooks/high-mobility/default HTTP/1.1\r\nHost: g\r\nContent-Length: 9\r\n\r\nx',
      seen: () => 1,
      many: 1,
      arrivals: 1,
      next: postReal,
    },
  ],
];

describe('answers that wait behind another one on their connection', () => {
  const metrics = new GatewayMetrics();
  const accepted = jest.spyOn(metrics, 'accepted');
  let activations: ActivationsDouble;
  let api: RunningApi;
  const open = async (arrivals = 1_000): Promise<void> => {
    activations = new ActivationsDouble();
    // Until its client has gone, or it is the last one, a wait goes on.
    activations.waiting = (signal) =>
      new Promise((resolve) => {
        if (activations.asked.at(-1)?.given[1]?.toString() === 'absent') resolve();
        signal.addEventListener('abort', () => resolve());
      });
    api = await startApi(activations.asActivations, {
      share: { waits: 1, batches: 1, starts: 1_000, checks: 1_000, calls: 1_000_000 },
      holdFor: 0,
      gateway: { atOnce: 30, arrivals: { atOnce: arrivals }, metrics, now: Date.now },
    });
  };
  afterEach(async () => {
    accepted.mockClear();
    await api.close();
  });

  test.each(KINDS)('leave no place taken when the connection goes: %s', async (_what, kind) => {
    await open(kind.arrivals);
    const mine = api.tokenFor('operate', '*');
    for (let round = 1; round <= 3; round += 1) {
      const socket = connect(api.port, '127.0.0.1').on('error', () => undefined);
      const behind = Array.from({ length: kind.many }, (_, index) => kind.request(mine, round * 100 + index));
      // The first one has another token, and is not answered.
      socket.write(get(`${READ}?wait=approved`)(api.tokenFor('read', '*')) + behind.join(''));
      const seen = () =>
        kind.seen({
          asked: activations.asked.map(({ method }) => method),
          accepted: accepted.mock.calls.map(([, outcome]) => outcome),
        });
      const isThere = () => activations.asked.some(({ method }) => method === 'wait') && seen() >= kind.many;
      for (let turn = 0; turn < 100 && !isThere(); turn += 1) await api.call('GET', '/healthz');
      expect(isThere()).toBe(true);
      socket.destroy();
      await once(socket, 'close');
      activations.asked.length = 0;
      accepted.mockClear();
    }
    // The gateway hears of the last connection's end before it answers these.
    for (let turn = 0; turn < 3; turn += 1) await api.call('GET', '/healthz');
    expect((await kind.next(api, mine)).status).toBeLessThan(300);
    expect(await metrics.registry.metrics()).not.toContain('cause="slow"');
  });
});
