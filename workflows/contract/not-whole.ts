/** What a worker answers to a query that it refuses (whole-tasks.ts): asked again, it is answered. */
export const NOT_WHOLE = 'TASK_NOT_WHOLE';
