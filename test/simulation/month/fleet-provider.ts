import { callError } from '../../../src/providers/shared/errors';
import type { Reply, Request, Transport } from '../../../src/providers/shared/transport';
import { type Clock, HOUR, SECOND } from '../clock';
import { json, reply, words } from '../replies';
import type { Truth } from './vehicles';

/** What the provider does to every call of a time. */
export interface Spell {
  readonly from: number;
  readonly to: number;
  readonly how: 'no answer' | 'application refused' | 'forbidden' | 'no token';
}

/** What has become of a vehicle, and when. */
export interface Changed {
  readonly at: number;
  readonly status: string;
  readonly reason: string | null;
  readonly data?: Truth['data'];
}

interface Row {
  readonly changes: Changed[];
  truth: Truth | { readonly status: 'revoking' | 'revoked'; readonly reason: null };
  readonly changelog: { timestamp: string; status: string; reason?: string }[];
}

const ZULU = /\.\d+Z$/;

/** A provider of many vehicles, which does what the month's truth says, behind the real client. */
export class FleetProvider {
  readonly calls: { readonly at: number; readonly what: string; readonly vins: number }[] = [];
  /** Told of each change that it sends a webhook of. */
  onChange: (vin: string, status: string, reason: string | null) => void = () => {};
  readonly #rows = new Map<string, Row>();

  constructor(
    private readonly clock: Clock,
    private readonly spells: readonly Spell[],
  ) {}

  get transport(): Transport {
    return { send: (request) => this.#exchange(request), close: async () => {} };
  }

  /** Whether a clearance of the vehicle is there. */
  has(vin: string): boolean {
    return this.#rows.has(vin);
  }

  statusOf(vin: string): string {
    return this.#rows.get(vin)?.truth.status ?? 'absent';
  }

  /** Oldest first. */
  changesOf(vin: string): readonly Changed[] {
    return this.#rows.get(vin)?.changes ?? [];
  }

  /** The spell of a moment. */
  spellAt(at: number): Spell | undefined {
    return this.spells.find(({ from, to }) => at >= from && at < to);
  }

  /** The carmaker has decided, or somebody has done what was to do. */
  become(vin: string, truth: Row['truth']): void {
    const row = this.#rows.get(vin);
    if (!row) return;
    row.truth = truth;
    row.changes.push({ at: this.clock.now, ...truth });
    const { status, reason } = truth;
    const timestamp = new Date(this.clock.now).toISOString().replace(ZULU, 'Z');
    row.changelog.push({ timestamp, status, ...(reason !== null && { reason }) });
    this.onChange(vin, status, reason);
  }

  async #exchange(request: Request): Promise<Reply> {
    const isToken = request.path === '/v1/access_tokens';
    await this.clock.wait(200);
    const spell = this.spellAt(this.clock.now);
    if (!isToken || spell) this.#count(request);
    if (spell?.how === 'no answer') {
      throw callError(
        'PROVIDER_UNREACHABLE',
        request.endpoint,
        'cannot be reached, or the connection broke off',
      );
    }
    if (spell?.how === 'no token') {
      return json(
        isToken ? 400 : 401,
        isToken ? { error: 'invalid_client' } : { errors: [{ title: 'Unauthorized' }] },
      );
    }
    if (isToken) return json(200, { access_token: 'token', expires_in: 3_600 });
    if (spell?.how === 'forbidden')
      return words(403, 'Forbidden', 'This service account is not associated with a fleet.');
    return this.#answer(request, spell);
  }

  #count({ method, path, body }: Request): void {
    const vehicles = (body as { vehicles?: unknown[] } | undefined)?.vehicles?.length ?? 1;
    this.calls.push({
      at: this.clock.now,
      what: `${method} ${path.split('?')[0]?.replace(/[A-Z0-9]{17}$/, '{vin}')}`,
      vins: vehicles,
    });
  }

  #answer({ method, path, body }: Request, spell: Spell | undefined): Reply {
    const [place = '', query] = path.split('?');
    const vin = place.split('/').at(-1) ?? '';
    if (method === 'POST') {
      if (place === '/v1/eligibility')
        return json(200, { vin: (body as { vin: string }).vin, eligible: true });
      if (spell?.how === 'application refused')
        return words(422, 'Unprocessable', 'application is not configured');
      const { vehicles } = body as { vehicles: { vin: string }[] };
      return json(200, { vehicles: vehicles.map((one) => this.#taken(one.vin)) });
    }
    if (method === 'DELETE') return this.#withdrawn(vin);
    if (place.startsWith('/v1/vehicle-data/')) return this.#data(vin);
    const { value } = JSON.parse(new URLSearchParams(query).get('filter') ?? '').vin as {
      value: string | string[];
    };
    const rows = [value].flat().flatMap((one) => this.#shown(one));
    return json(200, rows);
  }

  #taken(vin: string): { vin: string; status: string } {
    const timestamp = new Date(this.clock.now).toISOString().replace(ZULU, 'Z');
    const truth: Truth = { status: 'pending', reason: null, data: 'flowing' };
    const changes = [{ at: this.clock.now, ...truth }];
    this.#rows.set(vin, { truth, changes, changelog: [{ timestamp, status: 'pending' }] });
    return { vin, status: 'pending' };
  }

  #withdrawn(vin: string): Reply {
    if (!this.#rows.has(vin)) return words(404, 'Not found', 'No clearance for this vehicle');
    this.become(vin, { status: 'revoking', reason: null });
    this.clock.after(HOUR + SECOND, () => this.become(vin, { status: 'revoked', reason: null }));
    return json(200, { vin, status: 'revoking' });
  }

  #data(vin: string): Reply {
    const truth = this.#rows.get(vin)?.truth;
    if (!truth || !('data' in truth) || truth.status !== 'approved')
      return words(422, 'Pending', 'no data yet');
    return truth.data === 'flowing'
      ? reply(200, '{}')
      : words(403, 'Forbidden', 'No active consent for this vehicle');
  }

  #shown(vin: string): object[] {
    const row = this.#rows.get(vin);
    return row ? [{ vin, brand: 'mercedes-benz', status: row.truth.status, changelog: row.changelog }] : [];
  }
}
