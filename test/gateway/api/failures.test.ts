import { VinError } from '../../../src/base/errors';
import { replyWith, unknownActivation, VIN } from './activations-double';
import { apiForEachTest } from './api-for-each-test';

const here = apiForEachTest();
const { post } = here;

const READ = `/v1/activations/${VIN}`;

describe('a failure', () => {
  const failing = async (error: unknown) => {
    here.activations.failure = error;
    return here.api.call('POST', `${READ}/retry`);
  };

  test('of the service is 503 with the time after which to try again, without inner words', async () => {
    for (const code of [1, 4, 8, 9, 14]) {
      const error = Object.assign(new Error('14 UNAVAILABLE: dns failed for temporal'), { cause: { code } });
      const answer = await failing(error);
      expect([answer.status, answer.body.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
      expect(answer.headers['retry-after']).toBe('10');
      expect(answer.text).not.toMatch(/temporal|dns/i);
    }
  });

  test('that nobody foresaw is 500, without its words', async () => {
    for (const error of [
      new TypeError('x is not a function at /srv/app.js'),
      { code: 5 },
      'text',
      new Error(),
    ]) {
      const answer = await failing(error);
      expect([answer.status, answer.body.code]).toEqual([500, 'UNEXPECTED']);
      expect(answer.text).not.toMatch(/srv|function/);
    }
  });

  test('of the activation is told in its own words, with what a client can do', async () => {
    const absent = await failing(unknownActivation());
    expect(absent.body).toMatchObject({
      type: 'urn:vin-activation:ACTIVATION_UNKNOWN',
      status: 404,
      detail: `There is no activation of ${VIN}`,
      next: 'Look whether the VIN is right. Start it with POST /v1/activations.',
    });
    const refused = await failing(new VinError('MESSAGE_REFUSED', `${VIN}: not parked`, 'Correct it.'));
    expect([refused.status, refused.body.detail]).toEqual([409, `${VIN}: not parked`]);
    const away = await failing(new VinError('TEMPORAL_UNREACHABLE', 'Temporal is away', 'vin server'));
    expect([away.status, away.body.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(away.text).not.toMatch(/temporal|vin server/i);
  });

  test('after which nobody knows whether the message was sent says so, and with which id to ask again', async () => {
    const next = 'Ask again with the same id, x-1: then it is the same message.';
    const answer = await failing(new VinError('MESSAGE_NOT_KNOWN', 'not known', next));
    expect([answer.status, answer.body.code, answer.body.next]).toEqual([503, 'MESSAGE_NOT_KNOWN', next]);
    expect(answer.headers['retry-after']).toBe('10');
  });

  test('an ended activation takes no message but to leave, which is then done already', async () => {
    here.activations.reply = replyWith('ended');
    for (const [name, body] of [
      ['retry', {}],
      ['resume', {}],
      ['refresh', {}],
      ['data-seen', {}],
      ['amend', { brand: 'bmw' }],
      ['acknowledge', { until: '1d' }],
    ] as const) {
      const answer = await post(`${READ}/${name}`, body);
      expect([answer.status, answer.body.code]).toEqual([409, 'ACTIVATION_ENDED']);
    }
    const left = await post(`${READ}/defleet`, {});
    expect([left.status, left.body.outcome]).toEqual([200, 'ended']);
  });
});
