import type { Applications } from '../config/applications';
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

/** The applications of this process. Loaded when it is asked for. */
export function applications(): Applications {
  const { createApplications } = require('../config/applications') as typeof import('../config/applications');
  return createApplications(handedIn ?? registry());
}

function registry(): readonly ProviderProfile[] {
  return (require('../providers/registry') as typeof import('../providers/registry')).PROVIDERS;
}
