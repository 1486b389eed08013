import type { Notice } from '../../workflows/contract/notice';
import type { OpenChannels } from './open-channels';

/** By which channels an audience is told: a setting of the policy (docs/notices.md). */
export interface Route {
  readonly audience: string;
  /** Of this fleet only. */
  readonly fleet?: string | undefined;
  readonly channels: readonly string[];
}

/** The channels of a notice: those of the first route that is meant for it, else all that are set up. */
export function routeOf(
  { audience, fleet }: Pick<Notice, 'audience' | 'fleet'>,
  routes: readonly Route[],
  open: Iterable<string>,
): readonly string[] {
  const found = routes.find(
    (route) => route.audience === audience && (route.fleet === undefined || route.fleet === fleet),
  );
  return found?.channels ?? [...open];
}

/**
 * What a worker has to say at its start: what nobody will hear of is else found out when somebody should have heard.
 *
 * @param routes of all that it serves.
 * @returns a sentence for each.
 */
export function untold(
  { ids, reachPeople }: Pick<OpenChannels, 'ids' | 'reachPeople'>,
  routes: readonly Route[],
): string[] {
  const missing = [...new Set(routes.flatMap(({ channels }) => channels))].filter((id) => !ids.includes(id));
  return [
    ...(reachPeople
      ? []
      : ['Nobody will be told of anything: notices go to this log only (docs/notices.md: set up a channel)']),
    ...missing.map((id) => `Routes name the channel "${id}", which is not set up here: its notices wait`),
  ];
}
