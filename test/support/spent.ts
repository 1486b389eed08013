/**
 * The seconds of a processor that some work takes: a machine that has more to do counts less than by a clock. For what would take
 * minutes where it is wrong, never to hold how fast something is.
 */
export function spent(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
