import type { Client } from '@temporalio/client';
import type { RetryOf } from '../snapshot/commands';
import type { Snapshot } from '../snapshot/snapshot';
import { applications, providerIds, providerOf } from './handed-in';
import { readCatalogue } from './session';

/** Reads all that is open, now. */
export function takeSnapshot(client: Client): Promise<Snapshot> {
  const { pagesOf, readSnapshot } =
    require('../snapshot/read-snapshot') as typeof import('../snapshot/read-snapshot');
  return readSnapshot(pagesOf(client));
}

/** The provider of an application by its name for people; with the application where it is not the usual one. */
export function nameOfApplication(key: string): string {
  const [provider = '', application = ''] = key.split(':');
  const name = providerOf(provider)?.name ?? provider;
  return application === 'default' || application === '' ? name : `${name} (${application})`;
}

/** What the catalogues of this environment say can be done about a rejection. */
export function retriesByCatalogue(): RetryOf {
  const known = new Map<string, ReturnType<typeof readCatalogue> | null>();
  const catalogueOf = (provider: string): ReturnType<typeof readCatalogue> | null => {
    const there = known.get(provider);
    if (there !== undefined) return there;
    const app = { provider, application: 'default' };
    const catalogue = providerIds().includes(provider) && applications().has(app) ? readCatalogue(app) : null;
    known.set(provider, catalogue);
    return catalogue;
  };
  return (provider, reasonKey) =>
    catalogueOf(provider)?.reasons.find(({ id }) => id === reasonKey)?.retry ?? null;
}
