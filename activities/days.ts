import { failureOf } from './failures';

/** The side effects of counting days. On a task queue that every worker serves. */
export interface DayActivities {
  /**
   * Counts the day, and in its first hours what happened on the one before, and tells the workflows that keep them.
   *
   * @returns which days, and by how many searches.
   */
  countDay(asked: {
    readonly at: number;
  }): Promise<{ readonly days: readonly string[]; readonly calls: number }>;
}

/** @param count counts and tells. */
export function createDayActivities(count: DayActivities['countDay']): DayActivities {
  return {
    async countDay(asked) {
      try {
        return await count(asked);
      } catch (error) {
        throw failureOf(error);
      }
    },
  };
}
