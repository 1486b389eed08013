import { defaultPayloadConverter } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils';
import { findResetPoint } from '../../src/replay/reset-point';

/** A history of workflow tasks; each has so many commands. */
function historyOf(commands: readonly number[]): History {
  const events: NonNullable<History['events']> = [];
  const add = (attributes: object): number => {
    const eventId = events.length + 1;
    events.push({ eventId, ...attributes } as never);
    return eventId;
  };
  for (const count of commands) {
    add({});
    add({});
    const id = add({ workflowTaskCompletedEventAttributes: {} });
    for (let command = 0; command < count; command += 1) {
      add({ timerStartedEventAttributes: { workflowTaskCompletedEventId: id } });
    }
  }
  return { events };
}

/** A code that goes through a history as long as an event is not in it. */
const until =
  (bad: number) =>
  async ({ events }: History): Promise<boolean> =>
    !events?.some(({ eventId }) => Number(eventId) === bad);

describe('the point to which a history is set back', () => {
  test('is the task whose outcome cannot be replayed, where the task before it had a command', async () => {
    // Tasks complete at 3, 7, 11 and 15; each has one command behind it.
    const history = historyOf([1, 1, 1, 1]);
    expect(await findResetPoint(history, until(12))).toEqual({ eventId: 11, badEventId: 11, messages: [] });
  });

  test('is before the tasks without a command that came just before it', async () => {
    // Tasks complete at 3, 7, 10 and 13.
    const history = historyOf([1, 0, 0, 1]);
    expect(await findResetPoint(history, until(14))).toEqual({ eventId: 7, badEventId: 13, messages: [] });
  });

  test('names what people had asked after it and was taken in its time, without the time; not what came while it was stuck', async () => {
    const signal = (signalName: string, value: unknown) => ({
      workflowExecutionSignaledEventAttributes: {
        signalName,
        input: { payloads: [defaultPayloadConverter.toPayload(value)] },
      },
    });
    const { events } = historyOf([1, 0, 1]);
    const all = [...(events ?? [])];
    // The tasks complete at 3, 7 and 10: what stands before the last was taken by it.
    Object.assign(
      all[7] as object,
      signal('defleet', { by: 'ops', id: 'm-1', notAfter: '2030-01-01T00:00:00Z' }),
    );
    Object.assign(all[8] as object, signal('clearanceSwept', { clearance: null }));
    all.push({ eventId: 12, ...signal('retry', { by: 'ops' }) } as never);
    expect(await findResetPoint({ events: all }, until(11))).toEqual({
      eventId: 7,
      badEventId: 10,
      messages: [{ name: 'defleet', request: { by: 'ops' } }],
    });
  });

  test('is none where all of it replays, and none where its beginning does not', async () => {
    expect(await findResetPoint(historyOf([1, 1]), async () => true)).toBeNull();
    expect(await findResetPoint(historyOf([1, 1]), async () => false)).toBeNull();
    expect(await findResetPoint({ events: [] }, async () => false)).toBeNull();
  });

  test('takes few replays to find, however long the history is', async () => {
    let replays = 0;
    const history = historyOf(Array.from({ length: 1_000 }, () => 1));
    const bad = until(2_000);
    const point = await findResetPoint(history, async (beginning) => {
      replays += 1;
      return bad(beginning);
    });
    expect(point).toMatchObject({ eventId: 1_999 });
    expect(replays).toBeLessThanOrEqual(12);
  });
});
