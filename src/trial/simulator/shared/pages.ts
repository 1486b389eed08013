import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/**
 * Why a call is refused that a page in a browser makes, or null. Such a page can send orders to whatever listens on this
 * machine; it gives itself away by `Origin`. Where its own name leads to this machine (DNS rebinding) it gives itself away by `Host`.
 *
 * @param options.names whether it may be reached by a name without a dot, as containers reach each other.
 */
export function refusalOfPage(
  { origin, host = '' }: IncomingHttpHeaders,
  { names = false }: { readonly names?: boolean } = {},
): string | null {
  if (origin !== undefined) return 'calls from a page in a browser are refused';
  const name = host.replace(/:\d*$/, '').toLowerCase();
  if (name === 'localhost' || isIP(name.replace(/^\[(.*)\]$/, '$1')) > 0) return null;
  // The name of a machine or a container in a network of one's own; what a stranger has bought has a dot.
  if (names && /^[a-z0-9_-]+$/.test(name)) return null;
  return 'the name in Host is not that of this machine';
}
