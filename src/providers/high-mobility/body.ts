import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

type Pieces = AsyncIterable<Buffer>;

/** A reply as it comes in. */
export interface IncomingReply {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

/** A body that we do not read to its end, or not at all. */
class UnusableBody extends Error {
  constructor(readonly code: 'REPLY_TOO_LARGE' | 'REPLY_CODING') {
    super(code);
  }
}

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** A coding in a coding in a coding is nothing that a server means. */
const MOST_CODINGS = 2;

/**
 * Goes through the whole body piece by piece, no further than the limit, whatever its Content-Length says. We ask for
 * no compression; where something in between compresses all the same (`Content-Encoding`, RFC 9110), it is undone, and
 * the limit holds before and after that: a short body can hold a long one, and an endless one nothing at all.
 *
 * @throws UnusableBody, an error of zlib (its code begins with `Z_` or `ERR_`), or what the connection or `onPiece` throws.
 */
export async function readPieces(
  { headers, body }: IncomingReply,
  maxBytes: number,
  onPiece: (piece: Buffer) => void,
): Promise<void> {
  const decoders = decodersOf(headers['content-encoding']);
  if (!decoders) {
    // Its connection is of no use any more.
    body.on('error', () => {}).destroy();
    throw new UnusableBody('REPLY_CODING');
  }
  const take = async (pieces: Pieces): Promise<void> => {
    for await (const piece of limited(pieces, maxBytes)) onPiece(piece);
  };
  if (decoders.length === 0) return take(body);
  let isEmpty = true;
  const arriving = (pieces: Pieces) =>
    limited(pieces, maxBytes, () => {
      isEmpty = false;
    });
  const stages = [body, arriving, ...decoders, take];
  try {
    // The types of Node know no functions in a list.
    await pipeline(stages as unknown as NodeJS.ReadWriteStream[]);
  } catch (error) {
    // No body at all has nothing to undo.
    if (!isEmpty || (error as { code?: unknown }).code !== 'Z_BUF_ERROR') throw error;
  }
}

async function* limited(
  pieces: Pieces,
  maxBytes: number,
  onPiece = (): void => {},
): AsyncGenerator<Buffer, void> {
  let size = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size > maxBytes) throw new UnusableBody('REPLY_TOO_LARGE');
    onPiece();
    yield piece;
  }
}

/** What undoes the codings of a body, the last first. Null where we cannot. */
function decodersOf(header: string | readonly string[] = []): Transform[] | null {
  const codings = [header]
    .flat()
    .flatMap((value) => value.split(','))
    .map((value) => value.trim().toLowerCase())
    .filter((value) => value !== '' && value !== 'identity');
  const makers = codings.reverse().flatMap((coding) => DECODERS[coding] ?? []);
  if (makers.length < codings.length || makers.length > MOST_CODINGS) return null;
  return makers.map((make) => make());
}
