import { proxyActivities } from '@temporalio/workflow';
import type { DayActivities } from '../activities/days';

const { countDay } = proxyActivities<DayActivities>({
  startToCloseTimeout: '15 minutes',
  // Then this count fails, visibly, and the next one of the schedule counts the same day.
  scheduleToCloseTimeout: '45 minutes',
  retry: { initialInterval: '10s', backoffCoefficient: 2, maximumInterval: '5 minutes' },
});

/** Counts how the day stands until now, and has it kept. */
export async function dayCount(): Promise<{ readonly days: readonly string[]; readonly calls: number }> {
  // The server's clock: all workers mean the same day.
  return countDay.executeWithOptions({ summary: 'Count how the day stands' }, [{ at: Date.now() }]);
}
