import { EventEmitter } from 'node:events';
import type { FastifyReply } from 'fastify';
import { Endings } from '../../../src/gateway/api/endings';

/** An answer of which only the end matters. */
function answer(writableFinished: boolean): { reply: FastifyReply; close(): void } {
  const socket = Object.assign(new EventEmitter(), { destroyed: false });
  const raw = Object.assign(new EventEmitter(), { writableFinished, closed: false, req: { socket } });
  return { reply: { raw } as unknown as FastifyReply, close: () => void raw.emit('close') };
}

describe('the ends of requests', () => {
  test('are told when a client goes without its answer, and not when it has it', () => {
    const endings = new Endings();
    const [gone, served] = [answer(false), answer(true)];
    const signals = [gone, served].map(({ reply }) => endings.signalFor(reply));
    gone.close();
    served.close();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  test('are told to all when the gateway stops, also to those that come after', () => {
    const endings = new Endings();
    const signals = [answer(false), answer(false)].map(({ reply }) => endings.signalFor(reply));
    endings.stop();
    signals.push(endings.signalFor(answer(false).reply));
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
  });

  test('are forgotten with their requests', () => {
    const endings = new Endings();
    for (let times = 0; times < 100; times += 1) {
      const { reply, close } = answer(times % 2 === 0);
      endings.signalFor(reply);
      close();
    }
    expect(endings.count).toBe(0);
  });
});
