import { type Application, applicationKey } from '../src/domain/application';
import { createHighMobility } from '../src/providers/high-mobility/client';
import { highMobility } from '../src/providers/high-mobility/profile';
import { VEHICLES } from '../src/providers/otonomo/actions';
import { Otonomo } from '../src/providers/otonomo/client';
import { otonomo } from '../src/providers/otonomo/profile';
import type { ProviderClient, ProviderProfile } from '../src/providers/profile';
import { startSimulator } from '../src/trial/simulator/high-mobility/simulator';
import type { State } from '../src/trial/simulator/otonomo/lives';
import { startOtonomo } from '../src/trial/simulator/otonomo/simulator';
import type { Clock } from '../src/trial/simulator/shared/clock';
import { APP } from '../test/support/application';
import type { Fate } from './fates';

/** How one vehicle stands at the provider, and since when. */
export interface Standing {
  readonly vin: string;
  /** As an activation believes it. */
  readonly status: string;
  readonly at: number;
}

/** A provider that is played by its simulator, over HTTP. Its time is moved by who plays it. */
export interface Played {
  readonly app: Application;
  readonly profile: ProviderProfile;
  readonly clock: Clock;
  /** @param now of the client's clock, which only runs forward. */
  connect(now: () => number): ProviderClient;
  /** Decides what becomes of a vehicle. */
  script(vin: string, fate: Fate): void;
  /** Method and path, without a VIN, of every call so far. */
  calls(): string[];
  standings(): Iterable<Standing>;
  /** Where it sends webhooks; null: it has none. */
  readonly webhooks: {
    send(url: string, secret: string): void;
    /** Those so far; what is under way is not answered yet. */
    readonly deliveries: readonly { readonly outcome: string }[];
  } | null;
  close(): Promise<void>;
}

/** The simulator's own clock: its time is moved by ours only. */
const STANDSTILL = 1e-9;
const CREDENTIALS = { clientId: 'bench-client', clientSecret: 'bench-client-secret' };

export async function playHighMobility(): Promise<Played> {
  const simulator = await startSimulator({ ...CREDENTIALS, speed: STANDSTILL, seed: 1 });
  const { ledger, clock, url: baseUrl } = simulator;
  return {
    app: APP,
    profile: highMobility,
    clock,
    connect: (now) => createHighMobility({ ...CREDENTIALS, baseUrl, now }),
    script: (vin, { life }) => simulator.script(vin, life),
    calls: () =>
      ledger.calls.map(({ method, path, vins: [vin] }) =>
        `${method} ${path.split('?')[0]}`.replace(vin ?? '?', '{vin}'),
      ),
    standings: () => {
      const newest = new Map(ledger.clearances.map((row) => [row.vin, row]));
      return [...newest].map(([vin, { changelog }]) => {
        const { at = 0, status = 'absent' } = changelog.at(-1) ?? {};
        return { vin, status, at };
      });
    },
    webhooks: {
      send: (url, secret) => simulator.setWebhook({ url, secret }),
      get deliveries() {
        return ledger.deliveries;
      },
    },
    close: () => simulator.close(),
  };
}

const SERVICE = { ...CREDENTIALS, service: 'bench-workspace' };

/** Where it can leave a pending vehicle only to its decision: the dearer of both manners. */
export async function playOtonomo(): Promise<Played> {
  const simulator = await startOtonomo({ ...SERVICE, speed: STANDSTILL });
  return {
    app: { provider: otonomo.id, application: APP.application },
    profile: otonomo,
    clock: simulator.clock,
    connect: (now) => new Otonomo({ ...SERVICE, baseUrl: simulator.url, now }),
    script: (vin, { life }) =>
      simulator.script(
        vin,
        life.map((step) => ({ state: stateOf(step), after: step.after })),
      ),
    calls: () => simulator.calls.map(({ method, path }) => `${method} ${path}`),
    standings: () => {
      const removed = simulator.happenings.filter(({ what }) => what === 'removed');
      const gone = removed.map(({ vin, at }): [string, Standing] => [vin, { vin, at, status: 'absent' }]);
      const there = simulator.vehicles.map(({ vin, changedAt: at, state }): [string, Standing] => [
        vin,
        { vin, at, status: STATUSES[state] },
      ]);
      return new Map([...gone, ...there]).values();
    },
    webhooks: null,
    close: () => simulator.close(),
  };
}

/** The calls that are about vehicles, and not about tokens or data. */
export function isOfVehicles(call: string): boolean {
  return call.includes('/v1/fleets/vehicles') || call.includes(VEHICLES);
}

export function keyOf({ app }: Played): string {
  return applicationKey(app);
}

/** What Otonomo says in the place of a status of the other: it gives no reasons, but it splits Pending. */
function stateOf({ status, reason }: Fate['life'][number]): State {
  if (status === 'approved') return 'enabled';
  if (status === 'rejected') return 'error';
  if (reason === undefined) return 'verification';
  return reason === 'no data received' ? 'enablement' : 'incomplete';
}

const STATUSES: Readonly<Record<State, string>> = {
  verification: 'pending',
  enablement: 'pending',
  incomplete: 'pending',
  enabled: 'approved',
  disabled: 'revoked',
  error: 'rejected',
};
