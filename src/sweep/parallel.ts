/** Lets a limited number of tasks run at a time. The first that fails fails the whole. */
export class Parallel {
  private readonly running = new Set<Promise<void>>();
  private failure: { readonly error: unknown } | undefined;

  constructor(private readonly limit: number) {}

  /** Starts a task as soon as there is room for it. @throws what an earlier task has thrown. */
  async add(task: () => Promise<unknown>): Promise<void> {
    while (this.running.size >= this.limit) await Promise.race(this.running);
    this.check();
    const run: Promise<void> = task()
      .then(
        () => undefined,
        (error: unknown) => {
          this.failure ??= { error };
        },
      )
      .finally(() => this.running.delete(run));
    this.running.add(run);
  }

  /** Waits for all of them. @throws what the first failed one has thrown. */
  async done(): Promise<void> {
    await Promise.all(this.running);
    this.check();
  }

  private check(): void {
    if (this.failure) throw this.failure.error;
  }
}
