import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities } from '../../activities';
import { type PendingSubmission, submitTogether } from '../../activities/submission';
import { ProviderError } from '../../src/providers/provider-error';
import type { SubmissionTrace } from '../../workflows/lifecycle/submission-trace';
import type { SubmitResult } from '../../workflows/lifecycle/submit-result';
import { APP_KEY } from '../support/application';
import { ProviderDouble, unreachable } from '../support/provider-double';
import { vehicle, vin } from './support';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STARTED = Date.now();
const FIRST: SubmissionTrace = { startedAt: STARTED, maySent: false, seen: null };

/** One attempt at a provider of one vehicle: what came of it, and what goes along with the next. */
async function attempt(
  provider: ProviderDouble,
  trace: SubmissionTrace,
): Promise<{ readonly outcome: SubmitResult | Error; readonly trace: SubmissionTrace }> {
  let told = trace;
  const submission: PendingSubmission = {
    vehicle: vehicle(vin(0)),
    sendBy: Number.POSITIVE_INFINITY,
    trace,
    onSend: (sending) => {
      told = sending;
    },
  };
  const [outcome] = await submitTogether(provider, [submission]).catch((error: Error) => [error]);
  return { outcome: outcome as SubmitResult | Error, trace: told };
}

/** A provider that carries out a POST, whose reply is then lost. */
function losing(provider: ProviderDouble): void {
  provider.beforeSubmitAnswer = async () => {
    provider.set('pending');
    throw unreachable();
  };
}

describe('a submission whose reply was lost', () => {
  it.each(['rejected', 'revoked', 'canceled'] as const)(
    'and whose clearance is %s before the next attempt is not sent again',
    async (status) => {
      const provider = new ProviderDouble();
      losing(provider);
      const lost = await attempt(provider, FIRST);
      expect(lost.outcome).toBeInstanceOf(ProviderError);
      expect(lost.trace).toEqual({
        ...FIRST,
        maySent: true,
        seen: { any: false, newest: null },
        sentAt: expect.any(Number),
      });
      provider.set(status, 'its words');
      const again = await attempt(provider, lost.trace);
      expect(again.outcome).toMatchObject({ outcome: 'found', clearance: { status, reason: 'its words' } });
      expect(provider.count('submit')).toBe(1);
    },
  );

  it('is sent again where only the record of an earlier life is there, and what was seen first goes along', async () => {
    const provider = new ProviderDouble();
    provider.set('revoked');
    const before = provider.record?.newestChange ?? 0;
    const seen = { any: true, newest: before };
    const again = await attempt(provider, { ...FIRST, maySent: true, seen });
    expect(again.outcome).toMatchObject({ outcome: 'accepted', earlierChange: before });
    expect(again.trace.seen).toEqual(seen);
  });

  it('and of which nothing is remembered, is never taken for refused by a record that has ended', async () => {
    const provider = new ProviderDouble();
    provider.set('rejected', 'ineligible VIN');
    const at = provider.record?.newestChange ?? 0;
    const forgotten = { startedAt: at + HOUR, maySent: true, seen: null };
    expect((await attempt(provider, forgotten)).outcome).toMatchObject({
      outcome: 'found-ended',
      clearance: { status: 'rejected', reason: 'ineligible VIN' },
      trace: forgotten,
    });
    expect(provider.count('submit')).toBe(0);
    // Its clock may be behind ours, and its times no more than days.
    const coarse = { ...forgotten, startedAt: at + 47 * HOUR };
    expect((await attempt(provider, coarse)).outcome).toMatchObject({ outcome: 'found-ended' });
    // Older than two days before the start: an earlier life of the vehicle.
    const longAgo = { ...forgotten, startedAt: at + 49 * HOUR };
    expect((await attempt(provider, longAgo)).outcome).toMatchObject({ outcome: 'accepted' });
  });

  it('and of which nothing is remembered, is not sent again beside a record that gives no time', async () => {
    const provider = new ProviderDouble();
    provider.set('rejected');
    provider.record = provider.record && { ...provider.record, changelog: [], newestChange: null };
    const { outcome } = await attempt(provider, { ...FIRST, maySent: true });
    expect(outcome).toMatchObject({ outcome: 'found-ended' });
    expect(provider.count('submit')).toBe(0);
  });

  it('says so where the next attempt is refused: the first may still have arrived', async () => {
    const provider = new ProviderDouble();
    provider.submit = async () => [
      { vin: vin(0), outcome: 'refused', description: 'vehicle is already pending' },
    ];
    const { outcome } = await attempt(provider, {
      ...FIRST,
      maySent: true,
      seen: { any: false, newest: null },
    });
    expect(outcome).toMatchObject({ outcome: 'refused', maySent: true });
  });
});

describe('what an attempt saw before it sent', () => {
  const submit = (provider: ProviderDouble, info: object, trace = FIRST) => {
    const activities = createActivities({
      providers: { [APP_KEY]: provider },
      rulesOf: () => {
        throw new Error('not asked for');
      },
      notifier: { send: async () => undefined },
    });
    const environment = new MockActivityEnvironment(info);
    const beats: unknown[] = [];
    environment.on('heartbeat', (details) => beats.push(details));
    const result = environment.run(activities.submitClearance, vehicle(vin(0)), trace);
    return { result, beats };
  };

  it('is in the details of its failure, and in its heartbeat, which outlives its worker', async () => {
    const provider = new ProviderDouble();
    losing(provider);
    const { result, beats } = submit(provider, { attempt: 1, isLocal: false });
    const seen = { any: false, newest: null };
    const trace = { ...FIRST, maySent: true, seen, sentAt: expect.any(Number) };
    await expect(result).rejects.toMatchObject({
      details: [{ next: expect.any(String), wait: null, told: trace }],
    });
    expect(beats.at(-1)).toEqual(trace);
  });

  it('goes from one attempt to the next', async () => {
    const provider = new ProviderDouble();
    provider.set('rejected');
    const heartbeatDetails = { ...FIRST, maySent: true, seen: { any: false, newest: null } };
    await expect(submit(provider, { attempt: 2, heartbeatDetails }).result).resolves.toMatchObject({
      outcome: 'found',
    });
  });

  it('is not known where the attempt before it left nothing: then it may have sent', async () => {
    const provider = new ProviderDouble();
    provider.set('rejected');
    const startedAt = provider.record?.newestChange ?? 0;
    const trace = { ...FIRST, startedAt };
    await expect(submit(provider, { attempt: 2 }, trace).result).resolves.toMatchObject({
      outcome: 'found-ended',
    });
    await expect(submit(provider, { attempt: 1 }, trace).result).resolves.toMatchObject({
      outcome: 'accepted',
    });
  });

  it('says that nothing was sent where the list already failed, and the worst while it is under way', async () => {
    const provider = new ProviderDouble();
    provider.failure = unreachable();
    const { result, beats } = submit(provider, { attempt: 1, isLocal: false });
    await expect(result).rejects.toMatchObject({
      details: [{ next: expect.any(String), wait: null, told: FIRST }],
    });
    expect(beats).toEqual([{ ...FIRST, maySent: true, sentAt: expect.any(Number) }, FIRST]);
  });
});

describe('a record that has ended, and that the list did not show before a POST whose reply was lost', () => {
  it.each([
    ['two days older than the POST is of an earlier life', 49 * HOUR, 'accepted'],
    ['that is hardly older is ours, as clocks may differ and times may be days', 47 * HOUR, 'found'],
  ])('and %s', async (_, age, outcome) => {
    const provider = new ProviderDouble();
    provider.set('rejected', 'ineligible VIN');
    const sentAt = Date.now();
    const before = [{ status: 'rejected', reason: 'ineligible VIN', at: sentAt - age }] as const;
    provider.record = provider.record && {
      ...provider.record,
      changelog: before,
      newestChange: sentAt - age,
    };
    const lost = { ...FIRST, maySent: true, seen: { any: false, newest: null }, sentAt };
    expect((await attempt(provider, lost)).outcome).toMatchObject({ outcome });
  });
});

describe('vehicles that are refused together', () => {
  it('each take along what was seen when their halves go on their own, as the refusal may not be the whole truth', async () => {
    const provider = new ProviderDouble();
    provider.set('revoked', 'of an earlier life');
    const before = provider.record?.newestChange ?? 0;
    const refuse = new ProviderError('PROVIDER_BAD_REPLY', 'too large', 'Wait.', { status: 413 });
    provider.beforeSubmitAnswer = async () => {
      provider.set('rejected', 'ineligible VIN');
      throw refuse;
    };
    const submissions = [vin(0), vin(1)].map((one) => ({
      vehicle: vehicle(one),
      sendBy: Number.POSITIVE_INFINITY,
      trace: FIRST,
    }));
    const list = provider.list.bind(provider);
    provider.list = async ({ vins = [] } = {}) =>
      (await Promise.all(vins.map((one) => list({ vins: [one] })))).flat();
    const outcomes = await submitTogether(provider, submissions);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ outcome: 'found', clearance: { reason: 'ineligible VIN' } });
      expect((outcome as { clearance: { changedAt: number } }).clearance.changedAt).toBeGreaterThan(before);
    }
    expect(provider.count('submit')).toBe(1);
  });
});

describe('a request that was turned away at the door', () => {
  it.each(['PROVIDER_RATE_LIMITED', 'PROVIDER_CREDENTIALS', 'PROVIDER_FORBIDDEN'] as const)(
    '(%s) was not carried out: the next attempt has nothing to wait for',
    async (code) => {
      const provider = new ProviderDouble();
      provider.beforeSubmitAnswer = async () => {
        throw new ProviderError(code, 'not now', 'Wait.');
      };
      const { trace } = await attempt(provider, { ...FIRST, settles: HOUR });
      expect(trace).toEqual({ ...FIRST, settles: HOUR });
      provider.beforeSubmitAnswer = async () => undefined;
      expect((await attempt(provider, trace)).outcome).toMatchObject({ outcome: 'accepted' });
    },
  );
});

it('a row more than before the request is ours, also where no row says when it was made', async () => {
  const provider = new ProviderDouble();
  provider.set('rejected', 'its words');
  provider.record = provider.record && { ...provider.record, changelog: [], newestChange: null, rows: 2 };
  const seen = { any: true, newest: null };
  const lost = await attempt(provider, { ...FIRST, maySent: true, seen: { ...seen, rows: 1 } });
  expect(lost.outcome).toMatchObject({ outcome: 'found', clearance: { status: 'rejected' } });
  const earlier = await attempt(provider, { ...FIRST, maySent: true, seen: { ...seen, rows: 2 } });
  expect(earlier.outcome).toMatchObject({ outcome: 'accepted' });
});

function shows(provider: ProviderDouble, more: { newestChange: number; rows: number }): void {
  provider.set('revoked');
  const changelog = [{ status: 'revoked', reason: null, at: more.newestChange }] as const;
  provider.record = provider.record && { ...provider.record, changelog, ...more };
}

describe('a list that lags behind a lost reply', () => {
  it('makes no second request: it is waited for, and sent again only when it does not show up', async () => {
    const provider = new ProviderDouble();
    const settles = 5 * MINUTE;
    const sent = { ...FIRST, maySent: true, seen: { any: false, newest: null }, settles };
    const early = await attempt(provider, { ...sent, sentAt: Date.now() });
    expect(early.outcome).toMatchObject({ code: 'PROVIDER_UNSETTLED', retryable: true });
    expect((early.outcome as ProviderError).retryAfter).toBeGreaterThan(settles / 2);
    expect(provider.count('submit')).toBe(0);
    const late = await attempt(provider, { ...sent, sentAt: Date.now() - settles });
    expect(late.outcome).toMatchObject({ outcome: 'accepted', maySent: true });
  });

  it('is waited for a minute where whoever sent has not told what it saw: it may still be at it, however short days are', async () => {
    const provider = new ProviderDouble();
    const lost = { ...FIRST, maySent: true, seen: null, settles: 33 };
    const early = await attempt(provider, { ...lost, sentAt: Date.now() - 1_000 });
    expect(early.outcome).toMatchObject({ code: 'PROVIDER_UNSETTLED' });
    expect(provider.count('submit')).toBe(0);
    const late = await attempt(provider, { ...lost, sentAt: Date.now() - MINUTE });
    expect(late.outcome).toMatchObject({ outcome: 'accepted' });
  });

  it.each<[string, (provider: ProviderDouble) => void]>([
    ['no row', () => undefined],
    ['fewer rows', (provider) => shows(provider, { newestChange: STARTED - 30 * DAY, rows: 1 })],
    ['only older rows', (provider) => shows(provider, { newestChange: STARTED - 40 * DAY, rows: 2 })],
  ])(
    'is not believed for a day where it shows less than before the request (%s), and is asked again soon',
    async (_, show) => {
      const provider = new ProviderDouble();
      show(provider);
      const seen = { any: true, newest: STARTED - 30 * DAY, rows: 2 };
      const sent = { ...FIRST, maySent: true, seen, settles: MINUTE };
      const short = await attempt(provider, { ...sent, sentAt: Date.now() - HOUR });
      expect(short.outcome).toMatchObject({ code: 'PROVIDER_UNSETTLED', retryable: true });
      expect((short.outcome as ProviderError).retryAfter).toBeLessThanOrEqual(10 * MINUTE);
      expect(provider.count('submit')).toBe(0);
      const forgotten = await attempt(provider, { ...sent, sentAt: Date.now() - DAY });
      expect(forgotten.outcome).toMatchObject({ outcome: 'accepted' });
    },
  );
});
