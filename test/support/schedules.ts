import { Client, Connection } from '@temporalio/client';
import { isNotAnswered } from './not-answered';

/**
 * Of a namespace in which a worker's days were seconds. Its schedules would begin sweeps each second, which nobody takes, for as
 * long as the server that all tests share runs. A server that does not answer keeps them: they cost the others time, no more.
 */
export async function endSchedules(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    const { schedule } = new Client({ connection, namespace });
    for await (const { scheduleId } of schedule.list()) await schedule.getHandle(scheduleId).delete();
  } catch (error) {
    if (!isNotAnswered(error)) throw error;
  } finally {
    await connection.close();
  }
}
