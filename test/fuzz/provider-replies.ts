import { CLEARANCE_STATUSES } from '../../src/domain/status';
import { plainVin } from '../../src/domain/vin';
import { MAX_RETRY_AFTER, readRetryAfter } from '../../src/http/retry-after';
import { createHighMobility, type HighMobilityClient } from '../../src/providers/high-mobility/client';
import { readErrorReply } from '../../src/providers/high-mobility/errors';
import { ProviderError } from '../../src/providers/provider-error';
import { readTimestamp } from '../../src/providers/shared/timestamp';
import { lifeOf } from '../../src/providers/shared/token-life';
import type { Reply, Request, Transport } from '../../src/providers/shared/transport';
import type { Target } from './kit/target';
import { check, onWire, words } from './kit/wire';

const VIN = 'WVWZZZ1KZAW000001';
const ROW = {
  vin: VIN,
  status: 'pending',
  brand: 'volkswagen',
  tags: { 'vw-group-customer-name': 'ACME' },
  changelog: [
    { timestamp: '2026-05-01T10:00:00.123456Z', status: 'pending', reason: 'consent assignment missing' },
    { timestamp: '2026-05-01T09:00:00', status: 'approved' },
  ],
};
const TOKEN = {
  access_token: 'eyJhbGciOiJFUzI1NiJ9.eyJleHAiOjE3fQ.c2ln',
  expires_in: 300,
  token_type: 'bearer',
};
const PROBLEM = {
  errors: [{ title: 'Not found', detail: 'vehicle not found', source: 'vin' }],
  request_id: 'id-1',
};
const TOO_MANY = { errors: [{ title: 'Too many requests', detail: 'retry after 10s' }] };
const CONSENT = { errors: [{ title: 'Unauthorized', detail: 'Consent is removed by OEM' }] };
const ELIGIBLE = { vin: VIN, eligible: true, data_delivery: ['pull'], connectivity_status: 'activated' };

/** The whole reply of a provider, with its status and headers; each endpoint reads it as its own. */
export const target: Target = {
  about: 'what the provider answers, at every endpoint',
  corpus: [
    onWire(200, {}, JSON.stringify(TOKEN)),
    onWire(200, {}, JSON.stringify([ROW, { ...ROW, status: 'approved' }, { vin: 'X' }])),
    onWire(200, { 'x-request-id': 'abc' }, JSON.stringify(ROW)),
    onWire(
      200,
      {},
      JSON.stringify({ vehicles: [{ vin: VIN, status: 'error', description: 'brand is invalid' }] }),
    ),
    onWire(200, {}, JSON.stringify({ vin: VIN, status: 'revoking' })),
    onWire(200, {}, JSON.stringify(ELIGIBLE)),
    onWire(202, {}, ''),
    onWire(400, {}, JSON.stringify({ error: 'invalid_client', error_description: 'client_id is invalid' })),
    onWire(401, {}, JSON.stringify(CONSENT)),
    onWire(404, {}, JSON.stringify(PROBLEM)),
    onWire(409, {}, JSON.stringify({ errors: [[{ title: 'Clearance is in transition mode' }]] })),
    onWire(422, {}, JSON.stringify([PROBLEM.errors])),
    onWire(429, { 'retry-after': '120', date: 'Tue, 05 May 2026 10:00:00 GMT' }, JSON.stringify(TOO_MANY)),
    onWire(503, { 'retry-after': 'Tue, 05 May 2026 10:05:00 GMT' }, '<html>maintenance</html>'),
    onWire(200, { 'content-type': 'text/html' }, '<html>sign in</html>'),
  ],
  words: [...words, VIN, 'retry after 5m', 'retry-after: ', '"expires_in":', '"changelog":', '[[[['],
  holds: async (bytes) => {
    const { status, headers, body } = check.read(bytes);
    const reply: Reply = { status, headers, body, requestId: undefined };
    await answers(reply);
    readsAlone(reply);
  },
};

/** Every call ends with a value of its kind, or with a ProviderError. */
async function answers(reply: Reply): Promise<void> {
  for (const [at, call] of Object.entries(CALLS)) {
    const client = createHighMobility({
      baseUrl: 'https://api.example.com',
      clientId: 'id',
      clientSecret: 'secret-of-the-fuzz',
      transport: answering(reply, at === 'token'),
    });
    try {
      await call(client);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      isFitToSay(error);
    } finally {
      await client.close();
    }
  }
}

const STATUSES: readonly string[] = CLEARANCE_STATUSES;
const OUTCOMES = ['accepted', 'refused', 'missing'];
const WITHDRAWN =
  'accepted already-removed in-transition not-supported too-early absent refused unclear'.split(' ');
const VERDICTS = ['eligible', 'ineligible', 'unknown-vin', 'brand-not-enabled'];

const CALLS: Record<string, (client: HighMobilityClient) => Promise<void>> = {
  token: async (client) => void (await client.list()),
  list: async (client) => {
    const rows = await client.list();
    check.that(new Set(rows.map(({ vin }) => vin)).size === rows.length, 'one row for each VIN');
    for (const row of rows) isClearance(row);
  },
  scan: (client) =>
    client.scan((row) => {
      check.that(row.fingerprint.length > 0, 'a fingerprint');
      const read = row.read();
      if (read?.clearance) isClearance(read.clearance);
    }),
  submit: async (client) => {
    const given = await client.submit(
      [VIN, 'WBA8E9G50GNT00001'].map((vin) => ({ vin, brand: 'bmw', tags: {} })),
    );
    check.that(given.length === 2 && given.every(({ outcome }) => OUTCOMES.includes(outcome)), 'two answers');
  },
  withdraw: async (client) => {
    check.that(WITHDRAWN.includes((await client.withdraw(VIN)).outcome), 'an outcome that we know');
  },
  firstData: async (client) => {
    check.that(['flowing', 'not-yet', 'lost', 'not-asked'].includes(await client.firstData(VIN)), 'a flow');
  },
  eligibility: async (client) => {
    check.that(
      VERDICTS.includes((await client.eligibility({ vin: VIN, brand: 'bmw' })).verdict),
      'a verdict',
    );
  },
};

function isClearance(row: Awaited<ReturnType<HighMobilityClient['list']>>[number]): void {
  check.that(
    STATUSES.includes(row.status) && row.status !== 'absent',
    `a status that we know: ${row.status}`,
  );
  check.that(row.vin !== '' && row.vin === plainVin(row.vin), 'a VIN in its form');
  check.that(
    row.reason === null || (row.reason !== '' && row.reason.length <= 1_000),
    'a reason of a length',
  );
  const times = row.changelog.map(({ at }) => at);
  check.that(times.every(Number.isFinite), 'times');
  check.that(
    times.every((at, index) => index === 0 || at >= (times[index - 1] ?? 0)),
    'the oldest first',
  );
}

/** What an error says goes into one line of a log. */
function isFitToSay({ message, next, retryAfter, code }: ProviderError): void {
  check.that(message.length < 1_200 && next.length > 0, 'an error of a length');
  check.that(!/[\p{Cc}\u2028\u2029]/u.test(message), `no control characters in ${JSON.stringify(message)}`);
  check.that(!message.includes('secret-of-the-fuzz'), 'no secret');
  check.that(/^PROVIDER_[A-Z_]+$/.test(code), 'a code');
  check.that(retryAfter === undefined || isWait(retryAfter), `a wait: ${retryAfter}`);
}

const isWait = (wait: number) => wait > 0 && wait <= MAX_RETRY_AFTER;

/** The small parsers, on texts that no schema has looked at before. */
function readsAlone({ headers, body }: Reply): void {
  const text = body ?? '';
  const wait = readRetryAfter(headers, [text], 1_777_000_000_000);
  check.that(wait === undefined || isWait(wait), `a wait: ${wait}`);
  for (const part of text.split(/["\n]/).slice(0, 50)) {
    const at = readTimestamp(part);
    check.that(at === null || Number.isFinite(at), 'a time, or none');
    const life = lifeOf(part, part, 1_777_000_000_000);
    check.that(life >= 1_000 && Number.isFinite(life), `a life: ${life}`);
  }
  check.that((readErrorReply(text)?.problems.length ?? 0) <= 20, 'a bound for problems');
}

/** A way to the provider that gives this reply to every call, and a good token before, unless that is the reply. */
function answering(reply: Reply, isForToken: boolean): Transport {
  const good: Reply = { status: 200, headers: {}, body: JSON.stringify(TOKEN), requestId: undefined };
  return {
    send: async (request: Request) => {
      if (request.path.endsWith('/access_tokens')) return isForToken ? reply : good;
      if (!request.onPiece || reply.status >= 300) return reply;
      const bytes = Buffer.from(reply.body ?? '');
      for (let at = 0; at < bytes.length; at += 7_919) request.onPiece(bytes.subarray(at, at + 7_919));
      return { ...reply, body: '' };
    },
    close: async () => undefined,
  };
}
