import { BlockList, isIP } from 'node:net';

/** What never leaves this machine: RFC 1122 (3.2.1.3), RFC 4291 (2.5.3), and "any address", which a client reaches here. */
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('0.0.0.0', 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');
LOOPBACK.addAddress('::', 'ipv6');

/** Whether a host is this machine: an IP address with or without its brackets, or a name (RFC 6761, 6.3). */
export function isLoopback(host: string): boolean {
  const name = bare(host);
  if (isIP(name)) return contains(LOOPBACK, name);
  return name === 'localhost' || name.endsWith('.localhost');
}

/** Whether nobody on the way can read what is sent to an address: `https`, or this machine. */
export function isPrivate(address: string): boolean {
  const url = readUrl(address);
  return url !== undefined && (url.protocol === 'https:' || isLoopback(url.hostname));
}

/** An address, or undefined for what is none. `URL.canParse` of Node 20 is wrong about letters such as é, either way. */
export function readUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** A host as it can be compared: in small letters, an IPv6 address without brackets, a name without the dot at its end. */
export function bare(host: string): string {
  return host
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
}

/** Whether a list has an IP address; one that is mapped into IPv6 counts as what it is. */
export function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
