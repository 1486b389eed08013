/** How long a token lives of which nobody says it, in milliseconds: short, and still not one request for each call. */
const UNKNOWN = 60_000;

/**
 * How long a new token lives, in milliseconds: what `expires_in` says in seconds (a text is read as well), or the token
 * itself where it is a JWT. RFC 6749 (5.1) only recommends `expires_in`. What is no number, less than a second or
 * never is nothing said.
 *
 * @param now milliseconds since 1970.
 * @param unknown how long it lives where nobody says it, in milliseconds.
 */
export function lifeOf(token: string, expiresIn: unknown, now = Date.now(), unknown = UNKNOWN): number {
  return said(seconds(expiresIn)) ?? said(lifeOfJwt(token, now)) ?? unknown;
}

/** Milliseconds, where these are seconds that a token can live. */
function said(life: number): number | undefined {
  return life >= 1 && Number.isFinite(life) ? life * 1_000 : undefined;
}

function seconds(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

/**
 * The seconds that a JWT (RFC 7519) says of itself. From `iat` to `exp` where it has both: our clock may be another one.
 * Its signature does not matter here, because the token is not trusted for anything but its own end.
 */
function lifeOfJwt(token: string, now: number): number {
  const payload = token.split('.')[1] ?? '';
  let claims: { exp?: unknown; iat?: unknown } | null;
  try {
    claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  } catch {
    return Number.NaN;
  }
  const { exp, iat } = claims ?? {};
  if (typeof exp !== 'number') return Number.NaN;
  return exp - (typeof iat === 'number' ? iat : now / 1_000);
}
