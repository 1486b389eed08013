// Attacks a gateway on this machine until it is stopped: a process of its own, so that its work is not measured.
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';

interface Plan {
  readonly url: string;
  readonly kind: keyof typeof ATTACKS;
  readonly tokens: readonly string[];
  readonly vins: readonly string[];
  /** So many half-sent bodies. */
  readonly halfSent: number;
}

/** Sockets that are opened every 20 ms: as many as it takes to keep them open, each for its two seconds. */
const AT_ONCE = 60;

/** Milliseconds until as many as are wanted must be open: a machine that is too slow for it would be waited for without end. */
const READY_WITHIN = 30_000;

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const fields = (count: number): string => times(count, (index) => `"k${index.toString(36)}":0`).join(',');

/** Bodies of nearly 1 MiB, each made to cost much in another way. */
const HOSTILE: readonly string[] = [
  JSON.stringify(times(1_000, () => Object.fromEntries(times(90, (index) => [`f${index}`, 0])))),
  JSON.stringify(
    times(1_000, (index) => ({ vin: `X${index}`, brand: `nope${index}`, fleet: 'x'.repeat(900) })),
  ),
  JSON.stringify(times(1_000, (index) => ({ vin: 'X', brand: `nope${index}` }))),
  `[{${fields(90_000)}}]`,
  `[{"vin":"X","brand":"bmw","tags":{${fields(90_000)}}}]`,
  `[${'['.repeat(500_000)}${']'.repeat(500_000)}]`,
  `[${times(340_000, () => '{}').join(',')}]`,
  `[{"${'x'.repeat(1_000_000)}":1}]`,
];

const ATTACKS = {
  /** Keeps so many bodies half-sent, each with one byte. */
  halfSent: ({ url, halfSent }: Plan) => {
    const { port, host } = new URL(url);
    let open = 0;
    let opening = 0;
    let most = 0;
    let isReady = false;
    const open1 = (): void => {
      opening += 1;
      const socket = connect(Number(port), '127.0.0.1', () => {
        opening -= 1;
        open += 1;
        if (open > most) most = open;
        if (open === halfSent && !isReady) say({ ready: true });
        isReady ||= open === halfSent;
        socket.write(
          `POST /webhooks/high-mobility/default HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 60000\r\n\r\n{`,
        );
      });
      socket.on('error', () => undefined).on('close', () => (open -= 1));
      socket.resume();
    };
    setTimeout(() => {
      if (most >= halfSent) return;
      process.stderr.write(`This machine keeps no more than ${most} of ${halfSent} connections open.\n`);
      process.exit(1);
    }, READY_WITHIN);
    setInterval(() => {
      for (let more = Math.min(AT_ONCE, halfSent - open - opening); more > 0; more -= 1) open1();
    }, 20);
  },

  /** One batch of 1 MiB of each token at a time: some of them are always refused for their share. */
  batches: ({ url, tokens }: Plan) => {
    let next = 0;
    const again = (token: string): void => {
      const body = HOSTILE[next++ % HOSTILE.length] as string;
      post(url, token, body, () => again(token));
    };
    for (const token of tokens) again(token);
    say({ ready: true });
  },

  /** Thirty clients that send batch after batch, and read nothing. */
  unread: ({ url, tokens }: Plan) => {
    const { port, host } = new URL(url);
    const body = JSON.stringify(times(1_000, (index) => ({ vin: `X${index}`, brand: `nope${index}` })));
    const sockets = times(30, (index): Socket => {
      const token = tokens[index % tokens.length];
      const socket = connect(Number(port), '127.0.0.1');
      const requests = `POST /v1/activations/batch HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
      socket.on('error', () => undefined).pause();
      setInterval(() => socket.writableLength < 1_000_000 && socket.write(requests), 50);
      return socket;
    });
    say({ ready: sockets.length > 0 });
  },

  /** One token takes whatever it gets: waits, batches, starts and calls, and asks again at once. */
  greedy: ({ url, tokens, vins }: Plan) => {
    const [token = ''] = tokens;
    const [vin = ''] = vins;
    let serial = 0;
    const wait = (): void => get(url, token, `/v1/activations/${vin}?wait=approved&timeout=60s`, wait);
    const list = (): void => get(url, token, '/v1/activations?limit=200&all=true', list);
    const start = (): void => {
      serial += 1;
      post(
        url,
        token,
        JSON.stringify([{ vin: `WVWZZZ1KZBW${String(serial).padStart(6, '0')}`, brand: 'bmw' }]),
        start,
      );
    };
    const one = (): string => {
      serial += 1;
      return vins[serial % vins.length] as string;
    };
    const read = (): void => get(url, token, `/v1/activations/${one()}`, read);
    const amend = (): void => {
      const body = JSON.stringify({ tags: { note: String(serial) } });
      post(url, token, body, amend, `/v1/activations/${one()}/amend`);
    };
    const batch = (): void => {
      serial += 1_000;
      const items = times(1_000, (index) => ({
        vin: `WVWZZZ1KZAW${String((serial + index) % 1_000_000).padStart(6, '0')}`,
        brand: 'bmw',
      }));
      post(url, token, JSON.stringify(items), batch);
    };
    times(200, wait);
    times(50, list);
    times(30, read);
    times(30, amend);
    times(10, start);
    times(10, batch);
    say({ ready: true });
  },
} as const;

function get(url: string, token: string, path: string, done: () => void): void {
  const call = httpRequest(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } }, (reply) => {
    reply.resume().on('end', done);
  });
  call.on('error', () => void setTimeout(done, 10)).end();
}

function post(
  url: string,
  token: string,
  body: string,
  done: () => void,
  path = '/v1/activations/batch',
): void {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const call = httpRequest(`${url}${path}`, { method: 'POST', headers }, (reply) => {
    reply.resume().on('end', done);
  });
  call.on('error', () => void setTimeout(done, 10)).end(body);
}

function say(what: object): void {
  process.stdout.write(JSON.stringify(what));
}

const plan = JSON.parse(process.argv[2] ?? '{}') as Plan;
ATTACKS[plan.kind](plan);
