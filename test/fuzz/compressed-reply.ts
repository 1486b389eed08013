import { Readable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { readPieces } from '../../src/providers/shared/body';
import type { Target } from './kit/target';
import { check, onWire } from './kit/wire';

const LIMIT = 4_096;
const ROWS = JSON.stringify([{ vin: 'WVWZZZ1KZAW000001', status: 'approved' }]);

const coded = (coding: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(onWire(200, { 'content-encoding': coding }, '')), body]);

/** A body with what its Content-Encoding says of it. */
export const target: Target = {
  about: 'the compressed body of a reply',
  corpus: [
    coded('gzip', gzipSync(ROWS)),
    coded('deflate', deflateSync(ROWS)),
    coded('br', brotliCompressSync(ROWS)),
    coded('gzip, br', brotliCompressSync(gzipSync(ROWS))),
    coded('gzip, gzip', gzipSync(gzipSync(Buffer.alloc(100_000, ' ')))),
    coded('gzip', gzipSync(Buffer.alloc(100_000, ' '))),
    coded('identity', Buffer.from(ROWS)),
  ],
  words: [
    '\ncontent-encoding: constructor\n',
    'gzip',
    'br',
    'deflate',
    'x-gzip',
    'identity',
    'zstd',
    ',',
    '\x1f\x8b\x08',
  ],
  holds: async (bytes) => {
    const end = bytes.indexOf('\n\n');
    const { headers } = check.read(bytes.subarray(0, Math.max(0, end) + 2));
    const body = Readable.from(pieces(bytes.subarray(end + 2)), { objectMode: false });
    let size = 0;
    try {
      await readPieces({ headers, body }, LIMIT, (piece) => {
        size += piece.length;
      });
    } catch (error) {
      const { code } = error as { code?: unknown };
      check.that(/^(?:Z_|ERR_|REPLY_)/.test(String(code)), `an error of the coding, not ${error}`);
    }
    check.that(size <= LIMIT, `within the limit, not ${size}`);
  },
};

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000);
}
