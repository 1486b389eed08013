import { Bounds } from './bounds';
import type { Clock } from './clock';
import { Endings } from './ending';
import { Governing } from './governing';
import { Haste } from './haste';
import { Notices } from './notices';
import type { SimulatedProvider } from './provider';
import { Silence } from './silence';
import { Truth } from './truth';
import { Wishes } from './wishes';
import { Words } from './words';

/** What is watched of one life of a vehicle, from its beginning. */
export function watchersOf(clock: Clock, provider: SimulatedProvider, complain: (what: string) => void) {
  return {
    notices: new Notices(complain),
    bounds: new Bounds(complain),
    silence: new Silence(complain, provider.world.machines.downtime),
    truth: new Truth(complain),
    haste: new Haste(complain),
    governing: new Governing(complain),
    wishes: new Wishes(clock.now, provider, complain),
    words: new Words(provider, complain),
    endings: new Endings(clock, provider, complain),
  };
}

export type Watchers = ReturnType<typeof watchersOf>;
