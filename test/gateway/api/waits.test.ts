import { setTimeout as wait } from 'node:timers/promises';
import { answered } from '../../support/command-line';
import { VIN } from './activations-double';
import { apiForEachTest } from './api-for-each-test';
import { startApi } from './support';

const here = apiForEachTest();

const READ = `/v1/activations/${VIN}`;

describe('a wait', () => {
  test('asks for the statuses and the time that are given; 30 s without', async () => {
    await here.api.call('GET', `${READ}?wait=approved,settled&timeout=60s`);
    await here.api.call('GET', `${READ}?wait=rejected`);
    expect(here.activations.asked.map(({ given }) => given)).toEqual([
      [VIN, ['approved', 'settled'], 60_000],
      [VIN, ['rejected'], 30_000],
    ]);
  });

  /** A wait that goes on until its signal says stop. */
  function untilStopped(): { begun: Promise<void>; stopped: Promise<void> } {
    let begin: () => void = () => undefined;
    let stop: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    here.activations.waiting = (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          stop();
          resolve();
        });
        begin();
      });
    return { begun, stopped };
  }

  test('tells nothing to a token that was revoked meanwhile', async () => {
    const token = here.api.tokenFor('read', '*');
    here.activations.waiting = async () => {
      here.api.tokens.length = 0;
    };
    const answer = await here.api.call('GET', `${READ}?wait=approved`, { token });
    expect([answer.status, answer.body.code]).toEqual([401, 'TOKEN_REFUSED']);
  });

  test('ends when the client goes away', async () => {
    const { begun, stopped } = untilStopped();
    const client = new AbortController();
    const call = here.api.call('GET', `${READ}?wait=approved`, { signal: client.signal });
    await begun;
    client.abort();
    await expect(call).rejects.toThrow();
    await stopped;
  });

  test('is answered with what is known when the gateway stops', async () => {
    const { begun } = untilStopped();
    const call = here.api.call('GET', `${READ}?wait=approved`);
    await begun;
    await here.api.close();
    expect((await call).status).toBe(200);
  });

  test('is refused when too many are waiting', async () => {
    const small = await startApi(here.activations.asActivations, { mostWaits: 1 });
    const { begun } = untilStopped();
    const client = new AbortController();
    const first = small.call('GET', `${READ}?wait=approved`, { signal: client.signal });
    await begun;
    const second = await small.call('GET', `${READ}?wait=approved`);
    expect([second.status, second.body.code]).toEqual([503, 'TOO_MANY_WAITS']);
    expect((await small.call('GET', READ)).status).toBe(200);
    client.abort();
    await expect(first).rejects.toThrow();
    await small.close();
  });

  test('is longer than the time that a silent connection is given otherwise', async () => {
    // So long that the call itself comes in time, also on a busy machine.
    const timeouts = { request: 60_000, connection: 1_000, keepAlive: 60_000 };
    const hasty = await startApi(here.activations.asActivations, { timeouts });
    // Several times the connection's limit: without its own the wait would be cut off.
    here.activations.waiting = () => wait(3_000);
    // Where this process stands still for longer than that, a connection is cut before its request was read.
    const { status } = await answered(() => hasty.call('GET', `${READ}?wait=approved`));
    expect(status).toBe(200);
    await hasty.close();
  });
});
