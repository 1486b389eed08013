import pino from 'pino';
import type { PublicKey } from '../../src/certificates/keys';
import { readPublicKeys } from '../../src/certificates/keys';
import { jwks } from '../../src/gateway/jwks';
import { createGateway } from '../../src/gateway/server';
import { newKey } from '../certificates/support';
import { MemorySink } from './support';

describe('GET /.well-known/jwks.json', () => {
  const log = pino({ level: 'silent' });
  const [older, newer] = [newKey(), newKey()];
  let answer: () => Promise<readonly PublicKey[]>;
  let asked: number;
  let time: number;
  const open = () => {
    asked = 0;
    time = 0;
    const keys = () => {
      asked += 1;
      return answer();
    };
    return createGateway({
      claims: new MemorySink(),
      sources: [],
      log,
      plugins: [jwks({ keys, log, now: () => time })],
    });
  };
  const URL = '/.well-known/jwks.json';

  it('gives every public key to everybody, and asks the workers once in a while', async () => {
    answer = async () => [older, newer];
    const server = open();
    const replies = await Promise.all([1, 2, 3].map(() => server.inject(URL)));
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    const [{ body, headers }] = replies as [(typeof replies)[number]];
    expect(headers['content-type']).toContain('application/jwk-set+json');
    expect(readPublicKeys(body).map(({ kid }) => kid)).toEqual([older.kid, newer.kid]);
    expect(body).not.toContain('"d"');
    expect(asked).toBe(1);
    time = 61_000;
    await server.inject(URL);
    expect(asked).toBe(2);
    await server.close();
  });

  it('goes on with the list that it has while no worker answers', async () => {
    answer = async () => [older];
    const server = open();
    await server.inject(URL);
    answer = () => Promise.reject(new Error('nobody'));
    time = 61_000;
    const { statusCode, body } = await server.inject(URL);
    expect([statusCode, readPublicKeys(body)[0]?.kid]).toEqual([200, older.kid]);
    await server.close();
  });

  it('says so where nobody has answered yet, and asks again a moment later, however many ask', async () => {
    answer = () => Promise.reject(new Error('nobody'));
    const server = open();
    const refused = await server.inject(URL);
    expect([refused.statusCode, refused.headers['retry-after'], refused.json().code]).toEqual([
      503,
      '10',
      'CERTIFICATES_NOT_ANSWERED',
    ]);
    for (let more = 0; more < 20; more += 1) expect((await server.inject(URL)).statusCode).toBe(503);
    expect(asked).toBe(1);
    answer = async () => [];
    time = 5_001;
    expect((await server.inject(URL)).json()).toEqual({ keys: [] });
    await server.close();
  });
});
