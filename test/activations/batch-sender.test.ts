import type { Activations } from '../../src/activations/activations';
import { createBatchSender, messageIdOf, type PageAttempt } from '../../src/activations/batch-sender';
import { VinError } from '../../src/base/errors';
import type { BatchPage, Verdict } from '../../workflows/contract/batch';
import { APP } from '../support/application';

const vinOf = (at: number): string => `WBA8E9G50GN${String(at).padStart(6, '0')}`;
const vinsOf = (count: number): string[] => Array.from({ length: count }, (_, at) => vinOf(at));
const taken = { outcome: 'taken', id: 'x', status: 'pending', next: 'Done.', countsUntil: null } as const;

/** Activations that answer as a test says, and what they were sent. */
class Double {
  readonly sent: {
    readonly kind: string;
    readonly vin: string;
    readonly request: Record<string, unknown>;
  }[] = [];
  readonly patience: (number | undefined)[] = [];
  readonly limits: unknown[] = [];
  answer: (vin: string) => object = () => taken;
  now = { count: 0, most: 0 };

  get sender() {
    return createBatchSender(() => this.asActivations);
  }

  get asActivations(): Activations {
    return {
      forFleets: (fleets: unknown) => {
        this.limits.push(fleets);
        return this.asActivations;
      },
      send: async (
        kind: string,
        vin: string,
        request: Record<string, unknown>,
        how: { patience?: number },
      ) => {
        this.sent.push({ kind, vin, request });
        this.patience.push(how.patience);
        this.now.count += 1;
        this.now.most = Math.max(this.now.most, this.now.count);
        await new Promise(setImmediate);
        this.now.count -= 1;
        return this.answer(vin);
      },
    } as unknown as Activations;
  }
}

const page = (more: Partial<BatchPage> = {}): BatchPage => ({
  ...APP,
  id: 'a-batch',
  kind: 'acknowledge',
  request: { until: '3d' },
  by: 'jane',
  fleets: ['acme'],
  vins: vinsOf(5),
  ...more,
});
const attempt = (more: Partial<PageAttempt> = {}): PageAttempt => ({
  attempt: 1,
  done: [],
  signal: new AbortController().signal,
  onVerdict: () => undefined,
  ...more,
});
const fails = (code: VinError['code'], vin: string): never => {
  throw new VinError(code, `${vin}: It did not work for ${vin}`, `Do it again for ${vin}.`);
};

describe('a page of a batch', () => {
  test('is sent to each of its vehicles, a few at a time, as somebody of these fleets', async () => {
    const double = new Double();
    const { verdicts } = await double.sender.send(page({ vins: vinsOf(40) }), attempt());
    expect(verdicts.map((verdict) => verdict?.outcome)).toEqual(Array(40).fill('taken'));
    expect(double.limits).toEqual([['acme']]);
    expect(double.now.most).toBe(32);
    expect(double.sent[7]).toEqual({
      kind: 'acknowledge',
      vin: vinOf(7),
      request: { until: '3d', by: 'jane', id: `a-batch:${vinOf(7)}`, notAfter: expect.any(String) },
    });
  });

  test('says of each that fails why, and stops for none', async () => {
    const double = new Double();
    double.answer = (vin) => {
      if (vin === vinOf(0)) return fails('MESSAGE_REFUSED', vin);
      if (vin === vinOf(1)) return fails('ACTIVATION_UNKNOWN', vin);
      if (vin === vinOf(2)) throw new Error('odd');
      return vin === vinOf(3) ? { ...taken, outcome: 'ended' } : taken;
    };
    const { verdicts } = await double.sender.send(page(), attempt());
    expect(verdicts.map((one) => [one?.outcome, one?.problem, one?.remedy])).toEqual([
      ['refused', 'It did not work for it', 'Do it again for VIN.'],
      ['not-found', 'It did not work for it', 'Do it again for VIN.'],
      ['failed', 'odd', null],
      ['ended', 'Its activation has ended, and takes no message.', null],
      ['taken', null, null],
    ]);
    const left = await double.sender.send(page({ kind: 'defleet', request: {} }), attempt());
    expect(left.verdicts[3]).toMatchObject({ outcome: 'ended', problem: null });
  });

  test('goes on where the attempt before was', async () => {
    const double = new Double();
    const done: (Verdict | null)[] = [];
    double.answer = (vin) => (vin === vinOf(2) ? fails('TEMPORAL_UNREACHABLE', vin) : taken);
    const onVerdict = (place: number, verdict: Verdict): void => {
      done[place] = verdict;
    };
    await expect(double.sender.send(page(), attempt({ onVerdict }))).rejects.toThrow('It did not work');
    const before = double.sent.length;
    double.answer = () => taken;
    const { verdicts } = await double.sender.send(page(), attempt({ attempt: 2, done }));
    expect(verdicts.map((verdict) => verdict?.outcome)).toEqual(Array(5).fill('taken'));
    expect(double.sent.slice(before).map(({ vin }) => vin)).toEqual([vinOf(2)]);
  });

  test('leaves at last what nobody knows as it is', async () => {
    const double = new Double();
    double.answer = (vin) => (vin === vinOf(2) ? fails('MESSAGE_NOT_KNOWN', vin) : taken);
    const { verdicts } = await double.sender.send(page(), attempt({ attempt: 6 }));
    expect(verdicts.map((verdict) => verdict?.outcome)[2]).toBe('not-known');
  });

  test('is not waited for as long once a vehicle did not take the message in', async () => {
    const double = new Double();
    double.answer = () => ({ ...taken, outcome: 'queued', countsUntil: 'later' });
    const { verdicts } = await double.sender.send(page({ vins: vinsOf(40) }), attempt());
    expect(double.patience[0]).toBeUndefined();
    expect(double.patience.at(-1)).toBe(250);
    expect(verdicts[39]).toMatchObject({ outcome: 'queued', problem: null });
  });

  test('begins nothing more when it is told to stop, and gives what is done', async () => {
    const double = new Double();
    const stop = new AbortController();
    double.answer = () => {
      stop.abort();
      return taken;
    };
    const { verdicts } = await double.sender.send(
      page({ vins: vinsOf(40) }),
      attempt({ signal: stop.signal }),
    );
    expect(verdicts.filter((verdict) => verdict !== null)).toHaveLength(32);
  });
});

describe('the pace of a batch', () => {
  test.each([
    ['acknowledge', {}, undefined, 50, 0],
    ['retry', {}, undefined, 50, 5_000],
    ['retry', { retry: 60 }, undefined, 10, 10_000],
    ['retry', {}, 30, 5, 10_000],
    ['retry', { retry: 20 }, 6_000, 3, 9_000],
    ['defleet', {}, undefined, 10, 10_000],
    ['defleet', { defleet: 1 }, undefined, 1, 60_000],
  ] as const)(
    'of %s, configured %j, asked for %j, is %i vehicles and a pause',
    async (kind, pace, asked, count, pause) => {
      const sender = createBatchSender(() => new Double().asActivations, { pace });
      const { verdicts, pause: told } = await sender.send(
        page({ kind, request: {}, vins: vinsOf(50), ...(asked && { pace: asked }) }),
        attempt(),
      );
      expect(verdicts).toHaveLength(count);
      expect(told).toBeLessThanOrEqual(pause);
      expect(told).toBeGreaterThanOrEqual(Math.max(0, pause - 1_000));
    },
  );

  test.each([
    [12, 2],
    [300, 50],
  ])(
    'of vehicles that leave is the budget of DELETEs: of %i a minute %i at a time',
    async (withdraw, count) => {
      const sender = createBatchSender(() => new Double().asActivations, { budgetsOf: () => ({ withdraw }) });
      const { verdicts } = await sender.send(page({ kind: 'defleet', vins: vinsOf(50) }), attempt());
      expect(verdicts).toHaveLength(count);
    },
  );

  test('is that of a trial, where time runs faster', async () => {
    const sender = createBatchSender(() => new Double().asActivations, { speed: 3_600 });
    expect((await sender.send(page({ kind: 'defleet', vins: vinsOf(50) }), attempt())).verdicts).toHaveLength(
      50,
    );
  });
});

test('the id of a message is that of its batch and vehicle, and short enough to be kept', () => {
  expect(messageIdOf('a-batch', vinOf(1))).toBe(`a-batch:${vinOf(1)}`);
  const long = ['x', 'y'].map((letter) => messageIdOf(letter.repeat(200), vinOf(1)));
  expect(new Set(long).size).toBe(2);
  for (const id of long) expect(id.length).toBeLessThanOrEqual(200);
});
