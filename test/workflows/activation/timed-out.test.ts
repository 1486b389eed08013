import {
  ActivityFailure,
  ApplicationFailure,
  RetryState,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import { failureOf } from '../../../workflows/activation/temporal-engine';
import type { CallFailed } from '../../../workflows/contract/call-failed';

/** An activity whose time was over; an attempt before the last one has failed, and told something. */
function outOfTime(heartbeat: unknown): CallFailed {
  const details = [{ next: 'Wait.', wait: null, told: 'of the attempt before', endedAt: null }];
  const earlier = ApplicationFailure.create({ message: 'no reply', details });
  // As the SDK's converter does.
  const timeout = Object.assign(new TimeoutFailure('timed out', heartbeat, TimeoutType.SCHEDULE_TO_CLOSE), {
    cause: earlier,
  });
  const failure = new ActivityFailure(
    'failed',
    'submitClearance',
    '1',
    RetryState.TIMEOUT,
    'worker',
    timeout,
  );
  return failureOf(failure) as CallFailed;
}

describe('what an activity tells whose time was over while an attempt was under way', () => {
  it('is what that attempt has written down, and not what one before it has told', () => {
    const { message, details } = outOfTime('of the last attempt');
    expect(message).toBe('no reply');
    expect(details).toMatchObject({ told: 'of the last attempt', next: 'Wait.', stopped: false });
  });

  it('is nothing where that attempt has written nothing down', () => {
    expect(outOfTime(undefined).details).toMatchObject({ told: null });
  });
});
