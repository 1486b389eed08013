import { callError } from '../../src/providers/shared/errors';
import type { Reply, Request, Transport } from '../../src/providers/shared/transport';
import { type Clock, DAY, HOUR, SECOND } from './clock';
import { kindOfOtonomo } from './otonomo-api';
import type { SimulatedProvider } from './provider';
import type { Random } from './random';
import { json, reply } from './replies';
import type { World } from './world';

/** How long our client waits for a reply. */
const CLIENT_TIMEOUT = 25 * SECOND;

/** Whoever calls, for as long as it lives. */
export interface Caller {
  readonly isAlive: boolean;
}

/** The caller is dead: whatever came back has nobody to go to. */
export class NobodyThere extends Error {}

type Fault =
  | 'rate limited'
  | 'unavailable'
  | 'unavailable for a while'
  | 'refused'
  | 'forbidden'
  | 'in between'
  | 'not reached'
  | 'reply lost';

/** What a request about the vehicle is; null: it is about something else. */
export function kindOf({ method, path }: Request): 'GET' | 'POST' | 'DELETE' | 'enable' | null {
  return path.startsWith('/v1/fleets/') ? (method as 'GET') : kindOfOtonomo(method, path);
}

/** The way to the provider: it takes time, and it breaks. In the place of HTTP, under the real client. */
export class Line {
  /** From here on nothing breaks. */
  calm = false;
  faults = 0;
  /** Carried out, and the reply was lost. */
  ambiguous = 0;
  /** When calls arrived, for the auditor. */
  readonly calls: { readonly at: number; readonly what: string }[] = [];
  /** Called when the provider has acted, before anybody knows of it. */
  onActed: (caller: Caller) => void = () => {};
  /** Called before a request is sent. */
  onRequest: (request: Request, caller: Caller) => void = () => {};
  /** Only a planted bug makes something else of them. */
  rows: (rows: readonly unknown[]) => readonly unknown[] = (rows) => rows;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #random: Random;
  readonly #world: World;
  readonly #provider: SimulatedProvider;

  constructor(clock: Clock, random: Random, world: World, provider: SimulatedProvider) {
    this.#clock = clock;
    this.#startedAt = clock.now;
    this.#random = random;
    this.#world = world;
    this.#provider = provider;
  }

  /** The transport of one worker. */
  transportOf(caller: Caller): Transport {
    return { send: (request) => this.#exchange(request, caller), close: async () => {} };
  }

  async #exchange(request: Request, caller: Caller): Promise<Reply> {
    if (!caller.isAlive) throw new NobodyThere();
    if (request.path === '/v1/access_tokens' || request.path === '/v1/oauth/token/')
      return json(200, { access_token: 'token', expires_in: 1e9 });
    this.onRequest(request, caller);
    const random = this.#random;
    const asked = this.#clock.now;
    const fault = this.#isDeafTo(request) ? 'reply lost' : this.#fault();
    await this.#clock.wait(random.between(20, 2 * SECOND));
    if (!caller.isAlive && random.chance(0.5)) throw new NobodyThere();
    this.calls.push({ at: this.#clock.now, what: kindOf(request) ?? request.method });
    if (fault !== null && fault !== 'reply lost') return this.#broken(request, fault);
    const answer = this.#act(request, caller, asked);
    if (fault === 'reply lost') {
      this.ambiguous += 1;
      return this.#broken(request, fault);
    }
    const isSlow = !this.calm && random.chance(this.#world.faults.slowRate);
    await this.#clock.wait(isSlow ? random.between(SECOND, CLIENT_TIMEOUT) : random.between(20, 500));
    if (!caller.isAlive) throw new NobodyThere();
    return answer();
  }

  /** The provider acts. @returns what hands its reply over. */
  #act(request: Request, caller: Caller, asked: number): () => Reply {
    const kind = kindOf(request);
    const isList = kind === 'GET';
    if (!isList) {
      const answer = this.#provider.answer(request);
      if (kind !== null) this.onActed(caller);
      return () => answer;
    }
    const { rows, shown } = this.#provider.lists.show(asked);
    const isCut = request.onPiece !== undefined && !this.calm && this.#random.chance(0.02);
    return () => {
      const text = JSON.stringify(this.#world.isOtonomo ? { vehicles: this.rows(rows) } : this.rows(rows));
      request.onPiece?.(Buffer.from(isCut ? text.slice(0, -1) : text));
      if (!isCut) this.#provider.lists.delivered(shown);
      return reply(200, request.onPiece ? '' : text);
    };
  }

  #isDeafTo(request: Request): boolean {
    const { deaf } = this.#world.awkward;
    if (this.calm || deaf === null || deaf.to !== kindOf(request)) return false;
    return this.#clock.now < this.#startedAt + deaf.days * DAY;
  }

  #fault(): Fault | null {
    const random = this.#random;
    if (this.calm) return null;
    const { now } = this.#clock;
    const { away, rate } = this.#world.faults;
    if (away.some(([from, to]) => now >= from && now < to)) {
      return random.chance(0.5) ? 'not reached' : 'unavailable for a while';
    }
    if (!random.chance(rate)) return null;
    return random.pick([
      'rate limited',
      'unavailable',
      'unavailable for a while',
      'in between',
      'not reached',
      'reply lost',
      'reply lost',
      random.chance(0.3) ? 'refused' : 'forbidden',
    ]);
  }

  /** What comes in place of an answer. */
  async #broken(request: Request, fault: Fault): Promise<Reply> {
    this.faults += 1;
    const random = this.#random;
    switch (fault) {
      case 'rate limited':
        return reply(429, '', { 'retry-after': '10' });
      case 'unavailable':
        return reply(503, '');
      case 'unavailable for a while':
        return reply(503, '', { 'retry-after': String(random.pick([5, 60, (2 * HOUR) / SECOND])) });
      case 'refused':
        return json(422, { errors: [{ title: 'Unprocessable', detail: 'the request is refused' }] });
      case 'forbidden':
        return json(403, { errors: [{ title: 'Forbidden', detail: 'not today', source: 'authorization' }] });
      case 'in between':
        return random.pick([
          reply(404, ''),
          json(404, { timestamp: 'now', status: 404, error: 'Not Found' }),
          reply(502, '<html>Bad gateway</html>'),
          reply(200, '<html>Log in</html>'),
          reply(413, '<html>Too large</html>'),
        ]);
      case 'not reached':
        throw callError('PROVIDER_UNREACHABLE', request.endpoint, 'cannot be reached');
      case 'reply lost': {
        const isReset = random.chance(0.3);
        await this.#clock.wait(isReset ? random.between(20, 3 * SECOND) : CLIENT_TIMEOUT);
        const code = isReset ? 'PROVIDER_UNREACHABLE' : 'PROVIDER_TIMEOUT';
        throw callError(code, request.endpoint, 'did not answer in time');
      }
    }
  }
}
