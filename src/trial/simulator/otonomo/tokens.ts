import { randomUUID } from 'node:crypto';

/** The access tokens that were given. They live by the real clock, as their readers do. */
export class Tokens {
  private readonly expiries = new Map<string, number>();
  /** How many were given so far. */
  count = 0;

  /** @param seconds how long one lives: an hour and a day are both documented. */
  constructor(
    private readonly seconds: number,
    private readonly now = () => performance.now(),
  ) {}

  issue(): object {
    const access_token = randomUUID();
    this.count += 1;
    this.expiries.set(access_token, this.now() + this.seconds * 1_000);
    return { access_token, expires_in: this.seconds, token_type: 'Bearer' };
  }

  accepts(authorization: string | undefined): boolean {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
    return this.now() < (this.expiries.get(token) ?? Number.NEGATIVE_INFINITY);
  }

  revokeAll(): void {
    this.expiries.clear();
  }
}
