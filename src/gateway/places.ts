import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';

/** What is to be done when a connection closes: one listener for all of its requests. */
const closing = new WeakMap<Socket, Set<() => void>>();

/**
 * Does this once: when an answer was sent, or never can be. Node emits no `close` for an answer that waits behind
 * others when its connection goes, so the connection itself is watched as well.
 */
export function whenOver({ raw }: FastifyReply, work: () => void): void {
  const { socket } = raw.req;
  if (socket.destroyed || raw.closed) {
    work();
    return;
  }
  const open = closing.get(socket) ?? watched(socket);
  const done = (): void => {
    if (open.delete(done)) work();
  };
  open.add(done);
  raw.once('close', done);
}

function watched(socket: Socket): Set<() => void> {
  const open = new Set<() => void>();
  closing.set(socket, open);
  socket.once('close', () => {
    for (const done of open) done();
  });
  return open;
}

/** Gives the client its time to read the answer; then the connection is closed. */
export function endUnread(reply: FastifyReply, readFor: number): void {
  // Not `raw.socket`: an answer that waits behind others has none yet.
  const { socket } = reply.raw.req;
  const timer = setTimeout(() => socket.destroy(), readFor).unref();
  whenOver(reply, () => clearTimeout(timer));
}

/**
 * What one request takes of that of which there is only so much. It is given back once: when the answer is over and no
 * work for it goes on any more. Who goes away without the answer gets nothing back while the work lasts.
 */
export class Places {
  private readonly taken: (() => void)[] = [];
  /** The answer, and the work. */
  private holders = 1;

  constructor(reply: FastifyReply) {
    whenOver(reply, () => this.release());
  }

  /** @param giveBack of something that was just taken. */
  add(giveBack: () => void): void {
    if (this.holders === 0) giveBack();
    else this.taken.push(giveBack);
  }

  /** Keeps what was taken while this goes on. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.holders += 1;
    try {
      return await work();
    } finally {
      this.release();
    }
  }

  private release(): void {
    this.holders -= 1;
    if (this.holders > 0) return;
    for (const giveBack of this.taken.splice(0)) giveBack();
  }
}
