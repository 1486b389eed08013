import { randomUUID } from 'node:crypto';
import type { Clock } from '../shared/clock';

/** What an agreement with an operator allows. Each has what those before it have. */
export const LEVELS = ['small', 'medium', 'enterprise'] as const;
export type Level = (typeof LEVELS)[number];

/** One pair of id and secret, bound to one operator. */
export interface Credential {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly operator: string;
  readonly level: Level;
}

const DAY = 86_400_000;

/** Who may call, with which token. Access ends for good for one that asks for too many tokens. */
export class Access {
  private readonly tokens = new Map<string, { readonly credential: Credential; readonly until: number }>();
  private readonly asked = new Map<string, number[]>();
  private readonly ended = new Set<string>();

  /** @param most the tokens that a credential may ask for within a day. */
  constructor(
    private readonly clock: Clock,
    private readonly credentials: readonly Credential[],
    private readonly life: number,
    private readonly most: number,
  ) {}

  /** @returns null: wrong id or secret, or access that has ended. */
  grant(
    clientId: unknown,
    clientSecret: unknown,
  ): { readonly token: string; readonly seconds: number } | null {
    const credential = this.credentials.find(
      (one) => one.clientId === clientId && one.clientSecret === clientSecret,
    );
    if (!credential || this.ended.has(credential.clientId)) return null;
    const now = this.clock.now();
    const times = [...(this.asked.get(credential.clientId) ?? []), now].filter((at) => at > now - DAY);
    this.asked.set(credential.clientId, times);
    if (times.length > this.most) {
      this.ended.add(credential.clientId);
      return null;
    }
    const token = randomUUID();
    this.tokens.set(token, { credential, until: now + this.life });
    return { token, seconds: Math.floor(this.life / 1_000) };
  }

  /** Whose the token is; undefined: it is missing, unknown or over. */
  holderOf(header: string | undefined): Credential | undefined {
    const known = this.tokens.get(header?.replace(/^Bearer /, '') ?? '');
    return known && known.until > this.clock.now() ? known.credential : undefined;
  }

  hasEnded({ clientId }: Credential): boolean {
    return this.ended.has(clientId);
  }

  /** Tokens asked for so far, by credential. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.asked].map(([id, times]) => [id, times.length]));
  }

  /** Every token that is good. */
  granted(): readonly string[] {
    return [...this.tokens.keys()];
  }

  revokeAll(): void {
    this.tokens.clear();
  }
}
