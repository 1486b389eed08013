import type { Client } from '@temporalio/client';
import { readCredentials } from '../config/applications';
import type { Application } from '../domain/application';
import type { ProviderClient } from '../providers/profile';
import { sweptActivations } from '../sweep/activations-at-provider';
import { type UnmanagedList, writeUnmanaged } from '../sweep/unmanaged-list';
import { identityOf, requireApplication } from '../temporal/ownership';
import { createSharedRateLimiter } from '../temporal/shared-rate-limiter';
import { applications } from './handed-in';

/** How long the call for the list may wait for its slot, in milliseconds. */
const PATIENCE = 60_000;
/** How long the provider may take to let us in, in milliseconds. */
const CONTACT = 5_000;

/** Opens a connection to the provider. */
export type Connect = () => ProviderClient;

/** The way to the provider, where the settings here are those of the application: another one has other vehicles. */
export async function connectionTo(client: Client, app: Application): Promise<Connect> {
  const profile = applications().profileOf(app);
  const settings = readCredentials({ app, profile }, process.env);
  await requireApplication(client, app, identityOf(profile.account(settings)));
  return () => profile.connect(settings);
}

/** Says at the start what would fail at the end. */
export async function checkProvider(connect: Connect): Promise<void> {
  const source = connect();
  try {
    await source.contact(CONTACT);
  } finally {
    await source.close();
  }
}

/** Writes what the provider holds open and nobody here manages. @param to.brand of those of which the provider names none. @param to.application is written beside each. */
export async function writeList(
  client: Client,
  app: Application,
  connect: Connect,
  to: { readonly path: string; readonly brand?: string; readonly application?: string },
): Promise<UnmanagedList> {
  const source = connect();
  try {
    await createSharedRateLimiter(client, app).acquire('list', Date.now() + PATIENCE);
    return await writeUnmanaged({ source, activations: sweptActivations(client, app), ...to });
  } finally {
    await source.close();
  }
}
