import {
  ActivityFailure,
  DefaultFailureConverter,
  defaultPayloadConverter,
  RetryState,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import { temporal } from '@temporalio/proto';
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

describe('an activity whose time was over between two attempts', () => {
  const details = { next: 'Check the credentials.', wait: 900_000, told: null, endedAt: null };
  /** As a server of version 1.32 answers (2026-11-27). */
  const failure = temporal.api.failure.v1.Failure.create({
    message:
      'Not enough time to schedule next retry before activity ScheduleToClose timeout, giving up retrying',
    source: 'Server',
    timeoutFailureInfo: {
      timeoutType: temporal.api.enums.v1.TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE,
      lastHeartbeatDetails: { payloads: [defaultPayloadConverter.toPayload({ maySent: false })] },
    },
    cause: {
      message: 'It answered 401: Invalid token.',
      source: 'TypeScriptSDK',
      applicationFailureInfo: {
        type: 'PROVIDER_APPLICATION_REFUSED',
        details: { payloads: [defaultPayloadConverter.toPayload(details)] },
      },
    },
  });
  const received = (): ActivityFailure => {
    const cause = new DefaultFailureConverter().failureToError(failure, defaultPayloadConverter);
    return new ActivityFailure('failed', 'submitClearance', '1', RetryState.TIMEOUT, 'worker', cause);
  };

  it('tells what the last attempt was answered, so that trouble of the provider stays trouble', () => {
    const { message, details } = failureOf(received()) as CallFailed;
    expect(message).toBe('It answered 401: Invalid token.');
    expect(details).toMatchObject({
      code: 'PROVIDER_APPLICATION_REFUSED',
      next: 'Check the credentials.',
      told: { maySent: false },
      mayPass: true,
    });
  });
});
