import { ApplicationFailure } from '@temporalio/common';
import type { Call } from '../../../workflows/activation/engine';
import { APP } from '../../support/application';
import { Clock, MINUTE, SECOND, settlePromises } from '../clock';
import { ActivityTask, type AttemptRunner, type AttemptWorker } from './activity-task';
import { attemptFailureOf } from './failure';
import type { Command, HistoryEvent, Outcome } from './history';
import { VirtualWorkflow } from './virtual-workflow';

const HOW: Call = { by: 'queue', summary: '', retry: { first: 2 * SECOND, longest: MINUTE } };
const FAILED = ApplicationFailure.create({
  message: 'no',
  details: [{ next: 'Wait.', wait: 7, told: 'told' }],
});

/** What a server does with activities and workflow tasks, as Temporal documents it. */
describe('an activity of the queue', () => {
  let clock: Clock;
  let outcomes: Outcome[];
  /** Each attempt: what it was given, and how it ends. */
  let attempts: {
    details: unknown;
    beat: (details: unknown) => void;
    end: (outcome: Outcome | Error) => void;
  }[];
  const worker: AttemptWorker = {
    isAlive: true,
    attempt: (_task, _number, beat, details) =>
      new Promise((resolve) =>
        attempts.push({
          details,
          beat,
          end: (outcome) =>
            resolve(outcome instanceof Error ? attemptFailureOf(outcome, null) : (outcome as never)),
        }),
      ),
  };
  const schedule = (how: Call): ActivityTask => {
    const command = { type: 'schedule-activity', id: 1, activity: 'submitClearance', how, args: [] } as const;
    const runner: AttemptRunner = { clock, queue: (begin) => clock.after(0, () => begin(worker)) };
    return new ActivityTask(command, runner, (outcome) => outcomes.push(outcome));
  };
  const pass = async (milliseconds: number): Promise<void> => {
    await settlePromises();
    await clock.run(clock.now + milliseconds, () => false);
    await settlePromises();
  };

  beforeEach(() => {
    clock = new Clock(0);
    outcomes = [];
    attempts = [];
  });

  it('is repeated after growing waits, or after the wait that the failure names', async () => {
    schedule(HOW);
    await pass(0);
    attempts[0]?.end(FAILED);
    await pass(2 * SECOND - 1);
    expect(attempts).toHaveLength(1);
    await pass(1);
    attempts[1]?.end(ApplicationFailure.create({ message: 'later', nextRetryDelay: 9 * SECOND }));
    await pass(9 * SECOND - 1);
    expect(attempts).toHaveLength(2);
    await pass(1);
    attempts[2]?.end({ result: 'done' });
    await pass(0);
    expect(outcomes).toEqual([{ result: 'done' }]);
  });

  it('fails with the words of its last attempt when its patience is at its end', async () => {
    schedule({ ...HOW, patience: 5 * SECOND });
    await pass(0);
    attempts[0]?.end(FAILED);
    await pass(2 * SECOND);
    attempts[1]?.end(FAILED);
    await pass(MINUTE);
    const failure = {
      message: 'no',
      stopped: false,
      next: 'Wait.',
      wait: 7,
      mayPass: true,
      told: 'told',
      endedAt: null,
    };
    expect(outcomes).toEqual([{ failure }]);
  });

  it('told to stop, is waited for while an attempt runs, and its success counts', async () => {
    const task = schedule(HOW);
    await pass(0);
    task.stop();
    await pass(SECOND);
    expect(outcomes).toEqual([]);
    attempts[0]?.end({ result: 'done' });
    await pass(0);
    expect(outcomes).toEqual([{ result: 'done' }]);
  });

  it('told to stop, is not repeated when its attempt fails, and says that it was stopped', async () => {
    const task = schedule(HOW);
    await pass(0);
    task.stop();
    attempts[0]?.end(FAILED);
    await pass(MINUTE);
    expect(attempts).toHaveLength(1);
    expect(outcomes).toMatchObject([{ failure: { stopped: true, told: 'told' } }]);
  });

  it('told to stop while it waits for its next attempt, fails at once', async () => {
    const task = schedule(HOW);
    await pass(0);
    attempts[0]?.end(FAILED);
    await pass(SECOND);
    task.stop();
    expect(outcomes).toMatchObject([{ failure: { stopped: true, told: null } }]);
  });

  it('is given to the next worker a minute after its worker has died, with what it wrote down first', async () => {
    const task = schedule(HOW);
    await pass(0);
    attempts[0]?.beat('first');
    attempts[0]?.beat('second');
    task.workerDied(worker, false);
    await pass(MINUTE + 2 * SECOND);
    expect(attempts[1]?.details).toBe('first');
  });
});

describe('a workflow on the server', () => {
  const clock = new Clock(0);
  const create = (): VirtualWorkflow =>
    new VirtualWorkflow(
      { ...APP, vin: 'V', brand: 'bmw' },
      { clock, queue: () => {}, dispatch: () => {}, suggests: () => false },
    );
  const types = ({ history }: VirtualWorkflow): HistoryEvent['type'][] => history.map(({ type }) => type);
  const begin = (workflow: VirtualWorkflow) => {
    const task = workflow.beginTask();
    if (!task) throw new Error('no task');
    return task;
  };
  const END: Command = { type: 'complete', as: 'completed', message: '' };
  const TIMER: Command = { type: 'start-timer', id: 1, milliseconds: SECOND, summary: '' };

  it('refuses the end of a run that would lose a message, and hands the message over', () => {
    const workflow = create();
    const task = begin(workflow);
    expect(workflow.signal('retry', {})).toBe(true);
    expect(workflow.completeTask(task, [END], false)).toBe(false);
    expect(types(workflow).slice(-3)).toEqual(['task-lost', 'signaled', 'task-scheduled']);
    expect(workflow.completeTask(begin(workflow), [END], false)).toBe(true);
    expect(workflow.signal('retry', {})).toBe(false);
  });

  it('refuses what a worker gives whose task has timed out', async () => {
    const workflow = create();
    const task = begin(workflow);
    await clock.run(clock.now + 10 * SECOND, () => false);
    expect(workflow.completeTask(task, [], false)).toBe(false);
    expect(begin(workflow).length).toBe(6);
  });

  it('never tells of a timer that has fired while the worker was about to cancel it', async () => {
    const workflow = create();
    workflow.completeTask(begin(workflow), [TIMER], false);
    workflow.signal('retry', {});
    const task = begin(workflow);
    await clock.run(clock.now + 2 * SECOND, () => false);
    workflow.completeTask(task, [{ type: 'cancel-timer', id: 1 }], false);
    expect(types(workflow)).not.toContain('timer-fired');
    expect(workflow.isIdle).toBe(true);
  });
});
