import { withCallDeadline } from '../../src/temporal/call-deadline';
import { GRPC } from '../../src/temporal/grpc';

type Interceptor = ReturnType<typeof withCallDeadline>[number];
type Options = Parameters<Interceptor>[0];
type Next = Parameters<Interceptor>[1];

/** The interceptors round a connection that throws at each call, as one does that was closed. */
function closed(): Next {
  const thrown: Next = () => {
    throw new Error('Channel has been shut down');
  };
  return withCallDeadline(1_000).reduceRight<Next>(
    (next, interceptor) => (options) => interceptor(options, next),
    thrown,
  );
}

test('a call on a connection that was closed is cancelled, and throws nowhere', async () => {
  const call = closed()({ method_definition: { path: '/DescribeNamespace' } } as unknown as Options);
  const ended = new Promise((resolve, fail) => {
    process.once('uncaughtException', fail);
    call.start({} as never, { onReceiveMessage: () => undefined, onReceiveStatus: resolve } as never);
  });
  expect(await ended).toMatchObject({ code: GRPC.cancelled, details: 'Channel has been shut down' });
});
