import {
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
} from '@temporalio/client';
import { GRPC } from './grpc';

type Interceptors = NonNullable<ConnectionOptions['interceptors']>;
type Interceptor = Interceptors[number];
type Call = ReturnType<Interceptor>;

/** The one call that waits on purpose: for the end of a workflow. The server ends it after 20 seconds or so. */
const WAITS = /\/GetWorkflowExecutionHistory$/;
const LONGEST_WAIT = 70_000;

/**
 * Gives every call that has no deadline one: without it a server that takes calls and answers none is waited for for
 * ever. Besides, calls are repeated as the library does by itself.
 *
 * @param milliseconds for one call, with its repetitions.
 */
export function withCallDeadline(milliseconds: number): Interceptors {
  const limited: Interceptor = (options, nextCall) => {
    const most = WAITS.test(options.method_definition.path) ? LONGEST_WAIT : milliseconds;
    return nextCall({ ...options, deadline: options.deadline ?? Date.now() + most }) as Call;
  };
  return [limited, makeGrpcRetryInterceptor(defaultGrpcRetryOptions()), notThrown];
}

/**
 * A call that was to be repeated, and whose connection was closed in the meantime, is begun by a timer: the library
 * throws there, where nobody can catch it, and that would end the process. It is one that was cancelled.
 */
const notThrown: Interceptor = (options, nextCall) => {
  try {
    return nextCall(options) as Call;
  } catch (error) {
    return cancelled((error as Error).message) as unknown as Call;
  }
};

interface Listener {
  onReceiveMessage?(message: null): void;
  onReceiveStatus?(status: { code: number; details: string; metadata: unknown }): void;
}

/** A call that ends as soon as it has begun. */
function cancelled(details: string) {
  const nothing = (): void => undefined;
  return {
    start: (metadata: unknown, listener?: Listener) => {
      setImmediate(() => {
        // As every call does it that ends without an answer: who repeats calls counts on it.
        listener?.onReceiveMessage?.(null);
        listener?.onReceiveStatus?.({ code: GRPC.cancelled, details, metadata });
      });
    },
    sendMessage: nothing,
    sendMessageWithContext: nothing,
    startRead: nothing,
    halfClose: nothing,
    cancelWithStatus: nothing,
    getPeer: () => 'none',
    getAuthContext: () => null,
  };
}
