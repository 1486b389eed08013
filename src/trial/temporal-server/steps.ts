/** One way of getting at a server: the path of its executable, checked, or an Error that says why not. */
export interface WayToGet {
  /** As the person reads it in the list of what was tried. */
  readonly name: string;
  find(): Promise<string>;
}

export interface Failure {
  readonly name: string;
  readonly reason: string;
}

export type Outcome = { readonly path: string } | { readonly failures: readonly Failure[] };

/** Tries one step after the other and stops at the first that works. */
export async function firstThatWorks(steps: readonly WayToGet[]): Promise<Outcome> {
  const failures: Failure[] = [];
  for (const { name, find } of steps) {
    try {
      return { path: await find() };
    } catch (error) {
      failures.push({ name, reason: (error as Error).message });
    }
  }
  return { failures };
}

/** What was tried, one line each, for an error message. */
export function listFailures(failures: readonly Failure[]): string {
  return failures.map(({ name, reason }) => `  - ${name}: ${reason}`).join('\n');
}
