import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A person who has signed in at this gateway. */
export interface Session {
  /** The token's text, by which it is looked up again for each request: a revoked token ends the session. */
  readonly token: string;
  /** What the person calls themselves, for the record. */
  readonly who: string;
  /** Stands in every form; nobody else's page knows it. */
  readonly csrf: string;
  /** Milliseconds on the clock that never goes back. */
  readonly endsAt: number;
}

/** The longest name of a person. */
export const WHO = 40;

const HOUR = 3_600_000;

/** How long a session lasts, and how long a one-time link is good; milliseconds. */
const LIFE = 12 * HOUR;
const LINK_LIFE = HOUR;

/** The most sessions of one token, and of all: the oldest ends for a new one. Each takes a few hundred bytes. */
const MOST = { ofToken: 20, ofAll: 2_000 };

/**
 * Who has signed in. They are kept in memory: a gateway that starts again asks everybody to sign in again, and several
 * gateways need a proxy that keeps people at one of them.
 */
export class Sessions {
  private readonly open = new Map<string, Session>();
  private readonly links = new Map<string, { readonly token: string; readonly endsAt: number }>();

  /** @param now milliseconds of a clock that never goes back. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @returns what the cookie has to be, which is kept nowhere. */
  begin(token: string, who: string): string {
    const id = randomText();
    this.makeRoom(token);
    this.open.set(keyOf(id), { token, who, csrf: randomText(), endsAt: this.now() + LIFE });
    return id;
  }

  /** @param id what the cookie says. */
  find(id: string): Session | null {
    const session = this.open.get(keyOf(id));
    if (session && session.endsAt > this.now()) return session;
    this.open.delete(keyOf(id));
    return null;
  }

  end(id: string): void {
    this.open.delete(keyOf(id));
  }

  /** A code with which one person may sign in once with this token. */
  linkFor(token: string): string {
    const code = randomText();
    this.links.set(keyOf(code), { token, endsAt: this.now() + LINK_LIFE });
    return code;
  }

  /** The token of a one-time link, which is used up by it; null where it is not good (any more). */
  useLink(code: string): string | null {
    const found = this.links.get(keyOf(code));
    this.links.delete(keyOf(code));
    return found && found.endsAt > this.now() ? found.token : null;
  }

  private makeRoom(token: string): void {
    const own = [...this.open].filter(([, session]) => session.token === token);
    if (own.length >= MOST.ofToken) this.open.delete(own[0]?.[0] ?? '');
    if (this.open.size >= MOST.ofAll) this.open.delete(this.open.keys().next().value ?? '');
  }
}

/** Whether a form was sent from our own page. Takes as long for a nearly right text as for a wrong one. */
export function isOwnForm({ csrf }: Session, shown: string): boolean {
  return timingSafeEqual(hashed(csrf), hashed(shown));
}

function randomText(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept in place of an id: enough to know it again, not enough to use it. */
function keyOf(id: string): string {
  return hashed(id).toString('base64url');
}

function hashed(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

const COOKIE = 'vin-session';

/** The id of the session of a request; empty where it has none, or several. */
export function sessionIdIn(cookies: string | undefined): string {
  const found = (cookies ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${COOKIE}=`));
  return found.length === 1 ? (found[0] ?? '').slice(COOKIE.length + 1) : '';
}

const HERE = /^(?:http:\/\/)?(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * The cookie of a session; without an id the one that takes it away. No script reads it, no other site sends it along with a
 * form, and it travels over TLS, or to this machine.
 *
 * @param headers of the form. Its `Origin` says where the browser is; `Host` may be what a proxy on this machine has made of it.
 */
export function cookieFor(
  id: string | null,
  {
    host = '',
    origin = 'null',
  }: { readonly host?: string | undefined; readonly origin?: string | undefined },
): string {
  const life = id === null ? 0 : LIFE / 1_000;
  const secure = HERE.test(origin === 'null' ? host : origin) ? '' : '; Secure';
  return `${COOKIE}=${id ?? ''}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${life}${secure}`;
}
