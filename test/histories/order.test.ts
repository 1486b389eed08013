import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { readHistory, recordedFiles } from './files';
import { misorderable } from './order';

type RawEvent = Record<string, unknown> & { eventType: string };

const TASK = ['WORKFLOW_TASK_SCHEDULED', 'WORKFLOW_TASK_STARTED', 'WORKFLOW_TASK_COMPLETED'];
const START = ['WORKFLOW_EXECUTION_STARTED', ...TASK];
const TIMER: RawEvent = {
  eventType: 'TIMER_STARTED',
  timerStartedEventAttributes: { workflowTaskCompletedEventId: '14' },
};
const SIGNAL = 'WORKFLOW_EXECUTION_SIGNALED';

/** A history of these types of events, a second apart. */
function historyOf(...types: (string | RawEvent)[]) {
  const events = types.map((type, index) => {
    const event = typeof type === 'string' ? { eventType: type } : type;
    const name = event.eventType.toLowerCase().replace(/_(.)/g, (_, letter) => letter.toUpperCase());
    return {
      eventId: String(index + 1),
      eventTime: new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString(),
      [`${name}EventAttributes`]: {},
      ...event,
      eventType: `EVENT_TYPE_${event.eventType}`,
    };
  });
  return historyFromJSON({ events });
}

/** The end of a local activity that was scheduled in this second of the history. */
function marker(second: number): RawEvent {
  const seconds = Date.UTC(2026, 0, 1, 0, 0, second) / 1_000;
  const data = JSON.stringify({ seq: 1, original_schedule_time: { seconds, nanos: 0 } });
  const payload = { metadata: { encoding: btoa('json/plain') }, data: btoa(data) };
  const attributes = {
    workflowTaskCompletedEventId: '1',
    markerName: 'core_local_activity',
    details: { data: { payloads: [payload] } },
  };
  return { eventType: 'MARKER_RECORDED', markerRecordedEventAttributes: attributes };
}

describe('a history whose order can be replayed', () => {
  it.each([
    ['signals, also where they change nothing', [...START, SIGNAL, ...TASK, SIGNAL, ...TASK]],
    ['a local activity that takes long', [...START, ...TASK, marker(3), SIGNAL, ...TASK]],
    [
      'a local activity whose worker is lost',
      [...START, ...TASK.slice(0, 2), 'WORKFLOW_TASK_TIMED_OUT', ...TASK],
    ],
    ['a local activity that is begun again with each task', [...START, ...TASK, ...TASK, marker(11)]],
    [
      'messages while a local activity is begun again',
      [...START, 'WORKFLOW_TASK_SCHEDULED', SIGNAL, ...TASK.slice(1), marker(11)],
    ],
    ['a local activity that is still under way', [...START, ...TASK.slice(0, 2)]],
  ])('is one with %s', (_, types) => {
    expect(misorderable(historyOf(...types))).toEqual([]);
  });

  it.each([
    [
      'an update',
      [...START, SIGNAL, ...TASK, 'WORKFLOW_EXECUTION_UPDATE_ACCEPTED'],
      'event 9 is of an update',
    ],
    [
      'a task without a command before the task of an update that was refused',
      [...START, SIGNAL, ...TASK, ...TASK, SIGNAL, ...TASK, TIMER, ...TASK, marker(17)],
      'event 8 completes a workflow task without a command',
    ],
  ])('is none with %s', (_, types, problem) => {
    expect(misorderable(historyOf(...types))).toEqual([expect.stringContaining(problem)]);
  });

  it('is each one that was recorded', () => {
    const problems = recordedFiles().flatMap((file) =>
      misorderable(readHistory(file)).map((problem) => `${file}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });
});
