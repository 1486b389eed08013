import { gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answers, type SimulatedReply } from './answers';
import type { Fault } from './faults';
import type { Ledger, LedgerCall } from './ledger';

const HTML = '<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>';

/**
 * Puts a reply on the wire, or what a fault makes of it. `work` carries the request out; a fault decides
 * whether that happens at all.
 */
export function respond(
  request: FastifyRequest,
  reply: FastifyReply,
  call: LedgerCall,
  ledger: Ledger,
  fault: Fault | undefined,
  work: () => SimulatedReply,
): FastifyReply {
  const answer = fault && 'commit' in fault && !fault.commit ? undefined : work();
  const sent = (status: number): FastifyReply => {
    call.status = status;
    ledger.changed();
    return reply.code(status);
  };
  switch (fault?.kind) {
    case 'drop':
      reply.hijack();
      request.raw.socket.destroy();
      ledger.changed();
      return reply;
    case 'status': {
      if (fault.retryAfter !== undefined) reply.header('retry-after', fault.retryAfter);
      return sent(fault.status).send(answers.forStatus(fault.status, fault.detail, request.id).body ?? '');
    }
    case 'html':
      return sent(fault.status).type('text/html').send(HTML);
    case 'reply':
      return sent(fault.status).headers(fault.headers).send(fault.body);
    case 'truncated':
      return truncate(sent((answer as SimulatedReply).status), answer as SimulatedReply);
    case 'gzip': {
      const { status, body } = answer as SimulatedReply;
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      return sent(status)
        .headers(headers)
        .send(gzipSync(JSON.stringify(body ?? '')));
    }
    case 'bare-reason':
    case 'no-lifetime': {
      const { status, body } = answer as SimulatedReply;
      return sent(status).send(RESHAPED[fault.kind](body));
    }
    default: {
      const { status, body } = withRowFault(answer as SimulatedReply, fault);
      return sent(status).send(body);
    }
  }
}

interface ShownRow {
  readonly status: string;
  readonly changelog: readonly { readonly status: string; readonly reason?: string }[];
}

/** Right replies in another shape. */
const RESHAPED = {
  'bare-reason': (body: object | undefined) =>
    Array.isArray(body) ? body.map(withBareReason) : withBareReason(body as ShownRow),
  'no-lifetime': (body: object | undefined) => ({ ...body, expires_in: undefined }),
};

function withBareReason(row: ShownRow): object {
  // An error has no changelog.
  if (!row.changelog) return row;
  const reason = row.changelog.findLast((change) => change.status === row.status)?.reason;
  return { ...row, reason, changelog: row.changelog.map((change) => ({ ...change, reason: undefined })) };
}

/** Promises the whole body, sends the first half and hangs up. */
function truncate(reply: FastifyReply, { status, body }: SimulatedReply): FastifyReply {
  const bytes = Buffer.from(JSON.stringify(body ?? {}));
  reply.hijack();
  reply.raw.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  reply.raw.write(bytes.subarray(0, bytes.length >> 1), () => reply.raw.socket?.destroy());
  return reply;
}

function withRowFault(answer: SimulatedReply, fault: Fault | undefined): SimulatedReply {
  const rows = (answer.body as { vehicles?: { vin: string }[] } | undefined)?.vehicles;
  if (!fault || !rows) return answer;
  const index = fault.vin === undefined ? 0 : rows.findIndex(({ vin }) => vin === fault.vin);
  const row = rows[index];
  if (!row) return answer;
  const replacements: Record<string, { vin: string }[]> = {
    'missing-row': [],
    'doubled-row': [row, row],
    'recased-row': [{ ...row, vin: row.vin.toLowerCase() }],
  };
  return { ...answer, body: { vehicles: rows.toSpliced(index, 1, ...(replacements[fault.kind] ?? [row])) } };
}
