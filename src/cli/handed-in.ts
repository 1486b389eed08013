import type { Applications } from '../config/applications';
import type { Channel } from '../notify/channel';
import type { ProviderProfile } from '../providers/profile';

let handedIn: readonly ProviderProfile[] | undefined;

/** Before a command runs: the providers that there are for this process. Else they are those of the registry. */
export function setProviders(providers: readonly ProviderProfile[]): void {
  handedIn = providers;
}

/** The ids of the providers that there are. */
export function providerIds(): readonly string[] {
  return (handedIn ?? registry()).map(({ id }) => id);
}

/** One of them; undefined where there is none of this id. */
export function providerOf(id: string): ProviderProfile | undefined {
  return (handedIn ?? registry()).find((profile) => profile.id === id);
}

let channelsHandedIn: readonly Channel[] | undefined;

/** The same for the channels by which notices leave. */
export function setChannels(channels: readonly Channel[]): void {
  channelsHandedIn = channels;
}

/** The channels that there are. Loaded when they are asked for. */
export function channels(): readonly Channel[] {
  return channelsHandedIn ?? (require('../notify/registry') as typeof import('../notify/registry')).CHANNELS;
}

/** The applications of this process. Loaded when it is asked for. */
export function applications(): Applications {
  const { createApplications } = require('../config/applications') as typeof import('../config/applications');
  return createApplications(handedIn ?? registry(), channels());
}

function registry(): readonly ProviderProfile[] {
  return (require('../providers/registry') as typeof import('../providers/registry')).PROVIDERS;
}
