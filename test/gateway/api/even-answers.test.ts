import { setTimeout } from 'node:timers/promises';
import { replyWith, unknownActivation, VIN } from './activations-double';
import { apiForEachTest } from './api-for-each-test';

const here = apiForEachTest();
const READ = `/v1/activations/${VIN}`;

/** Milliseconds until the answer, where Temporal takes this long to say that there is no such activation. */
async function took(
  temporal: number,
  token: string,
  ask: (token: string) => Promise<unknown>,
): Promise<number> {
  here.activations.looking = async () => {
    await setTimeout(temporal);
    throw unknownActivation();
  };
  const begun = performance.now();
  await ask(token);
  return performance.now() - begun;
}

const WAYS: [string, (token: string) => Promise<{ readonly status: number }>][] = [
  ['GET', (token) => here.api.call('GET', READ, { token })],
  ['POST …/retry', (token) => here.api.call('POST', `${READ}/retry`, { token })],
  ['GET …/batches', (token) => here.api.call('GET', '/v1/batches/returns', { token })],
];

describe('that there is no such activation', () => {
  test.each(WAYS)(
    'comes on a beat of 100 ms, whether it is absent or of another fleet: %s',
    async (_way, ask) => {
      const token = here.api.tokenFor('operate', ['ours']);
      for (const temporal of [0, 40]) expect(await took(temporal, token, ask)).toBeGreaterThanOrEqual(99);
      expect(await took(110, token, ask)).toBeGreaterThanOrEqual(199);
    },
  );

  test('comes at once to who may see all fleets, and so does every other answer', async () => {
    expect((await here.api.call('GET', READ, { token: here.api.tokenFor('read', ['ours']) })).status).toBe(
      200,
    );
    here.activations.reply = replyWith('taken');
    here.activations.looking = async () => {
      throw unknownActivation();
    };
    expect((await here.api.call('GET', READ, { token: here.api.tokenFor('read', '*') })).status).toBe(404);
  });
});
