import { isLoopback } from './address';
import { type HttpProxy, nameOf } from './proxy';

/** Why a server could not be reached, for a person. */
export interface Unreachable {
  /** For brackets behind a sentence: `DNS: there is no host "x"`. Empty where there is nothing to say. */
  readonly detail: string;
  /** What to do about it, where it is more than "check the address". */
  readonly remedy: string | undefined;
}

const UNTRUSTED =
  /^(?:SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(?:GET_ISSUER_CERT(?:_LOCALLY)?|VERIFY_LEAF_SIGNATURE)|CERT_UNTRUSTED)$/;
const CERTIFICATE =
  /^(?:CERT_|CRL_|ERR_TLS_|ERR_SSL_|EPROTO$|HOSTNAME_MISMATCH|INVALID_|UNABLE_TO_|UND_ERR_PRX_TLS)/;
const DNS = /^(?:ENOTFOUND|EAI_\w+|ENODATA|ESERVFAIL)$/;
const NO_WAY = /^(?:E(?:CONNREFUSED|HOSTUNREACH|NETUNREACH|TIMEDOUT)|UND_ERR_CONNECT_TIMEOUT)$/;

const TRUST =
  'If a proxy of your company opens connections, or the server has a certificate of your own, give Node its authority: NODE_EXTRA_CA_CERTS=/path/to/ca.pem';
const BY_PROXY =
  'If this machine reaches the internet by a proxy only, set HTTPS_PROXY=http://host:port (and NO_PROXY for what is reached straight)';

/**
 * Puts the cause of a failed connection into words. Only codes and names of hosts are taken from the error: it may hold
 * the request, and the request may hold a secret.
 *
 * @param error of a socket, of TLS, of DNS, or of the HTTP library.
 * @param proxy by which it was tried.
 */
export function explain(error: unknown, proxy: HttpProxy | undefined): Unreachable {
  const { code, hostname, status } = factsOf(error);
  if (status !== undefined && proxy) return ofProxy(proxy, `answered ${status}`);
  if (UNTRUSTED.test(code)) return { detail: `TLS: ${code}`, remedy: TRUST };
  if (CERTIFICATE.test(code)) return { detail: `TLS: ${code}`, remedy: undefined };
  if (proxy && isOfProxy(error, proxy)) {
    return ofProxy(proxy, DNS.test(code) ? 'is not known to DNS' : `cannot be reached: ${code}`);
  }
  if (DNS.test(code)) {
    return {
      detail: `DNS: no address for ${hostname ? `"${hostname}"` : 'the host'}: ${code}`,
      remedy: BY_PROXY,
    };
  }
  const said = code === 'UNKNOWN' ? '' : code;
  if (proxy) {
    const way = `by the proxy ${nameOf(proxy)}`;
    return { detail: said ? `${said}, ${way}` : way, remedy: undefined };
  }
  const mayNeedProxy = NO_WAY.test(code) && !isHere(error);
  return { detail: said, remedy: mayNeedProxy ? BY_PROXY : undefined };
}

/** Whether it was this machine that could not be reached. */
function isHere(error: unknown): boolean {
  return chain(error).some(({ address }) => typeof address === 'string' && isLoopback(address));
}

function ofProxy(proxy: HttpProxy, what: string): Unreachable {
  const credentials =
    what === 'answered 407'
      ? ', with the name and password that it wants (http://name:password@host:port)'
      : '';
  return {
    detail: `the proxy ${nameOf(proxy)} ${what}`,
    remedy: `Correct ${proxy.variable}${credentials}, or name the host in NO_PROXY if it is reached without a proxy`,
  };
}

/** Whether what failed was the way to the proxy, and not the way behind it. */
function isOfProxy(error: unknown, { address }: HttpProxy): boolean {
  return chain(error).some(({ hostname, address: ip, port }) => {
    const host = address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
    return hostname === host || (ip !== undefined && String(port) === /\d+$/.exec(address)?.[0]);
  });
}

interface Fault {
  readonly code?: unknown;
  readonly hostname?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** An error with its causes and parts, the outermost first. */
function chain(error: unknown, depth = 0): Fault[] {
  if (typeof error !== 'object' || error === null || depth > 5) return [];
  const fault = error as Fault;
  const parts = Array.isArray(fault.errors) ? fault.errors.slice(0, 4) : [];
  return [fault, ...[fault.cause, ...parts].flatMap((next) => chain(next, depth + 1))];
}

function factsOf(error: unknown): { code: string; hostname: string | undefined; status: string | undefined } {
  const faults = chain(error);
  const codes = faults.map(({ code }) => code).filter((code) => typeof code === 'string');
  const hostname = faults.map((fault) => fault.hostname).find((name) => typeof name === 'string');
  // The HTTP library says what a proxy answered in words only.
  const [status] = faults.flatMap(
    ({ message }) => /^Proxy response \((\d{3})\)/.exec(String(message))?.[1] ?? [],
  );
  return { code: codes[0] ?? 'UNKNOWN', hostname, status };
}
