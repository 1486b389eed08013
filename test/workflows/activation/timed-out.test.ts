import { ActivityFailure, RetryState, TimeoutFailure, TimeoutType } from '@temporalio/common';
import { failureOf } from '../../../workflows/activation/under-way';
import type { CallFailed } from '../../../workflows/contract/call-failed';

/** What is made of the failure of an activity whose time was over. @param heartbeat what the server has of its last attempt. */
function outOfTime(heartbeat: unknown): CallFailed {
  const timeout = new TimeoutFailure('timed out', heartbeat, TimeoutType.SCHEDULE_TO_CLOSE);
  const { TIMEOUT } = RetryState;
  return failureOf(
    new ActivityFailure('failed', 'submitClearance', '1', TIMEOUT, 'worker', timeout),
  ) as CallFailed;
}

describe('an activity whose time was over while an attempt was under way', () => {
  it('tells what that attempt has written down', () => {
    const { details } = outOfTime({ maySent: true });
    expect(details).toMatchObject({ told: { maySent: true }, stopped: false, mayPass: true });
  });

  it('tells nothing where that attempt has written nothing down', () => {
    expect(outOfTime(undefined).details).toMatchObject({ told: null });
  });
});
