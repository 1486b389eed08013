/** The oldest server that we promise, as major and minor version: the one that every test runs on, and production has. */
export const OLDEST_SERVER = [1, 32] as const;

/** Whether a server is older than that. @param text its version: `1.32.0`. */
export function isTooOld(text: string): boolean {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(text) ?? [];
  return Number(major) * 1000 + Number(minor) < OLDEST_SERVER[0] * 1000 + OLDEST_SERVER[1];
}
