import type { Notice } from '../../workflows/contract/notice';

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

/** The channels that routes name and that are not set up. */
export function missingChannels(routes: readonly Route[], open: Iterable<string>): string[] {
  const known = new Set(open);
  return [...new Set(routes.flatMap(({ channels }) => channels))].filter((id) => !known.has(id));
}
