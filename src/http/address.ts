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
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || isLoopback(hostname);
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
