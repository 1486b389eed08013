import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { TroubleNews } from '../../src/calls/trouble-gate';
import { createTroubleTeller } from '../../src/temporal/tell-trouble';
import { APP } from '../support/application';

const MET: TroubleNews = {
  type: 'met',
  kind: 'away',
  endpoint: 'list',
  words: 'did not answer',
  next: 'Watch.',
  since: 1,
};
const OVER: TroubleNews = { type: 'over', endpoint: 'list', at: 2 };

/** A client whose signals fail as the test says. */
function begin(fail: (call: string) => Error | undefined = () => undefined) {
  const calls: unknown[] = [];
  const called = async (call: string, ...more: unknown[]): Promise<void> => {
    const error = fail(call);
    calls.push(error ? `${call} fails` : [call, ...more]);
    if (error) throw error;
  };
  const client = {
    withDeadline: (_: number, work: () => Promise<unknown>) => work(),
    workflow: {
      signalWithStart: (type: string, options: object) => called('start', type, options),
      getHandle: (id: string) => ({ signal: (_: unknown, arg: object) => called('signal', id, arg) }),
    },
  } as unknown as Client;
  const stopping = new AbortController();
  const teller = createTroubleTeller(client, APP, {
    channels: () => ['log'],
    signal: stopping.signal,
    again: 1,
  });
  return { teller, calls, stop: () => stopping.abort() };
}

test('trouble is told to the one workflow of the application’s notices for operations, which is started for it', async () => {
  const { teller, calls } = begin();
  teller.tell(MET);
  await teller.told();
  expect(calls).toEqual([
    [
      'start',
      'notices',
      expect.objectContaining({
        workflowId: 'notices:high-mobility:default:operations',
        taskQueue: 'vin-activation:high-mobility:default',
        signalArgs: [
          {
            ...APP,
            endpoint: 'list',
            channels: ['log'],
            kind: 'away',
            words: 'did not answer',
            next: 'Watch.',
            since: 1,
          },
        ],
      }),
    ],
  ]);
});

test('that an endpoint answers is told to a workflow that is there, and else to nobody', async () => {
  const { teller, calls } = begin();
  teller.tell(OVER);
  await teller.told();
  expect(calls).toEqual([
    [
      'signal',
      'notices:high-mobility:default:operations',
      { ...APP, endpoint: 'list', at: 2, channels: ['log'] },
    ],
  ]);
  const other = begin(() => new WorkflowNotFoundError('not found', 'id', undefined));
  other.teller.tell(OVER);
  await other.teller.told();
  expect(other.calls).toEqual(['signal fails']);
});

test('what Temporal does not take is told again until it does', async () => {
  let failures = 3;
  const { teller, calls } = begin(() => (failures-- > 0 ? new Error('14 UNAVAILABLE') : undefined));
  teller.tell(MET);
  await teller.told();
  expect(calls).toEqual([
    'start fails',
    'start fails',
    'start fails',
    ['start', 'notices', expect.anything()],
  ]);
});

test('a worker that stops waits for nobody', async () => {
  const { teller, stop, calls } = begin(() => new Error('14 UNAVAILABLE'));
  teller.tell(MET);
  stop();
  await teller.told();
  expect(calls).toEqual(['start fails']);
});

test('of an endpoint only the newest is told', async () => {
  const { teller, calls } = begin();
  teller.tell(MET);
  teller.tell(MET);
  teller.tell({ ...OVER, endpoint: 'submit' });
  teller.tell(OVER);
  await teller.told();
  expect(calls.map((call) => (call as unknown[])[0])).toEqual(['start', 'signal', 'signal']);
});
