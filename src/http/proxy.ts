import { BlockList, isIP } from 'node:net';
import { VinError } from '../base/errors';
import type { Environment } from '../config/config';
import { bare, contains, isLoopback, readUrl } from './address';

/** A proxy that tunnels connections (CONNECT, RFC 9110). */
export interface HttpProxy {
  /** `http://host:port`, without a name or a password: fit for an error. */
  readonly origin: string;
  /** `host:port`; the port is always there. */
  readonly address: string;
  /** Secret. */
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  /** The variable that names it. */
  readonly variable: string;
}

/** Where a proxy is named. The first that is set counts; each holds for every kind of call, because all are tunnelled. */
const NAMED_IN = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const;

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * The proxy by which a call to a host goes; undefined: straight. It is the one place that decides this, for every client of
 * the product. This machine is always reached straight; so is what `no_proxy` or `NO_PROXY` names, in whichever of both.
 *
 * @param target `https://host/…`, or `host:port` as Temporal's addresses are written (then 7233 is the port that is meant).
 * @throws VinError `CONFIG_INVALID` when the variable is no address of a proxy. Its value is not shown: it may hold a password.
 */
export function proxyFor(target: string, environment: Environment = process.env): HttpProxy | undefined {
  const { host, port } = hostAndPort(target);
  const variable = NAMED_IN.find((name) => environment[name]?.trim());
  if (variable === undefined || isLoopback(host)) return undefined;
  const exceptions = [environment['no_proxy'], environment['NO_PROXY']].join(',');
  if (exceptions.split(/[\s,]+/).some((entry) => covers(entry, host, port))) return undefined;
  return readProxy(variable, environment[variable]?.trim() ?? '');
}

/** How a proxy is named in an error. */
export function nameOf({ origin, variable }: HttpProxy): string {
  return `${origin} of ${variable}`;
}

/** The value of `Proxy-Authorization`. Secret. */
export function authorizationOf({ credentials }: HttpProxy): string | undefined {
  if (!credentials) return undefined;
  const text = `${credentials.username}:${credentials.password}`;
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

function hostAndPort(target: string): { host: string; port: number } {
  const isUrl = target.includes('://');
  const url = readUrl(isUrl ? target : `http://${target}`);
  if (!url) throw new TypeError(`no address: ${JSON.stringify(target)}`);
  const { hostname, port, protocol } = url;
  if (!isUrl) return { host: bare(hostname), port: Number(/:(\d+)$/.exec(target)?.[1] ?? 7233) };
  return { host: bare(hostname), port: Number(port || DEFAULT_PORTS[protocol]) };
}

/**
 * Whether an entry of NO_PROXY means a host: `*`; a name, which means what is under it as well, with or without `.` or `*.`
 * in front; an IP address; a range of them (`10.0.0.0/8`). A port behind it makes it mean that port only.
 */
function covers(entry: string, host: string, port: number): boolean {
  const { place, only } = placeAndPort(entry);
  if (place === '' || (only !== undefined && only !== port)) return false;
  if (place === '*') return true;
  if (isRangeOrAddress(place)) return isIP(host) > 0 && contains(listOf(place), host);
  const suffix = place.replace(/^\*?\./, '');
  return host === suffix || host.endsWith(`.${suffix}`);
}

function placeAndPort(entry: string): { place: string; only?: number } {
  // An IPv6 address without brackets has no port.
  if (isRangeOrAddress(entry)) return { place: entry.toLowerCase() };
  const [, place = entry, port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  return { place: bare(place), ...(port !== undefined && { only: Number(port) }) };
}

function isRangeOrAddress(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 6 ? 128 : 32));
}

function listOf(rangeOrAddress: string): BlockList {
  const [address = '', bits] = rangeOrAddress.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
  return list;
}

function readProxy(variable: string, value: string): HttpProxy {
  const text = value.includes('://') ? value : `http://${value}`;
  const url = readUrl(text);
  if (!url) throw notUsable(variable, 'is no address of a proxy');
  const { protocol, hostname, port, username, password, pathname, search, hash } = url;
  // A proxy that is itself spoken to over TLS is known to some of our clients only.
  if (protocol !== 'http:' || hostname === '') {
    throw notUsable(variable, 'names a proxy of another kind than http://, which is not supported');
  }
  // Rather a password with such a character in it than an address: what is taken for the host would be shown.
  if (pathname.length > 1 || search || hash) {
    throw notUsable(variable, 'has something behind its port; in a password / ? # are written %2F %3F %23');
  }
  const address = `${hostname}:${port || DEFAULT_PORTS[protocol]}`;
  const credentials = username ? { username: decoded(username), password: decoded(password) } : undefined;
  return { origin: `http://${address}`, address, credentials, variable };
}

function notUsable(variable: string, problem: string): VinError {
  return new VinError(
    'CONFIG_INVALID',
    `The variable ${variable} ${problem}.`,
    `Set ${variable} to http://host:port, or unset it; NO_PROXY names hosts that are reached without a proxy.`,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
