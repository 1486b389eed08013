import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { oneLine } from './text';

type Pieces = AsyncIterable<Buffer>;

/** A reply as it comes in. */
export interface IncomingReply {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

/** A body that we do not read to its end, or not at all. */
export class UnusableBody extends Error {
  constructor(
    readonly code: 'REPLY_TOO_LARGE' | 'REPLY_CODING',
    /** Completes "<the provider> …". */
    readonly what: string,
  ) {
    super(code);
  }
}

/** What is asked for: `Accept-Encoding` (RFC 9110, 12.5.3). A list of a fleet is a tenth as long so. */
export const ACCEPTED = 'gzip';

const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/** A coding in a coding in a coding is nothing that a server means. */
const MOST_CODINGS = 2;

/**
 * Goes through the whole body piece by piece, no further than the limit, whatever its Content-Length says. We ask for
 * gzip; whatever compression comes (`Content-Encoding`, RFC 9110) is undone where it can be, and
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
    throw new UnusableBody(
      'REPLY_CODING',
      `sent a reply in a coding that cannot be read: ${nameOf(headers)}`,
    );
  }
  const take = async (pieces: Pieces): Promise<void> => {
    for await (const piece of limited(pieces, maxBytes)) onPiece(piece);
  };
  if (decoders.length === 0) return take(body);
  let isEmpty = true;
  let ours: unknown;
  const arriving = (pieces: Pieces) =>
    limited(pieces, maxBytes, () => {
      isEmpty = false;
    });
  const last = (pieces: Pieces) =>
    take(pieces).catch((error: unknown) => {
      ours = error;
      throw error;
    });
  const stages = [body, arriving, ...decoders, last];
  try {
    // The types of Node know no functions in a list.
    await pipeline(stages as unknown as NodeJS.ReadWriteStream[]);
  } catch (error) {
    // With several decoders the pipeline tells that it stopped, and not why.
    if (ours !== undefined && (error as { code?: unknown }).code === 'ABORT_ERR') throw ours;
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
    if (size > maxBytes) {
      throw new UnusableBody(
        'REPLY_TOO_LARGE',
        `sent a reply that is too large: more than ${maxBytes} bytes`,
      );
    }
    onPiece();
    yield piece;
  }
}

/** What undoes the codings of a body, the last first. Null where we cannot. */
function decodersOf(header: string | readonly string[] = []): Transform[] | null {
  const codings = codingsOf(header);
  const makers = codings.reverse().flatMap((coding) => DECODERS.get(coding) ?? []);
  if (makers.length < codings.length || makers.length > MOST_CODINGS) return null;
  return makers.map((make) => make());
}

function codingsOf(header: string | readonly string[]): string[] {
  return [header]
    .flat()
    .flatMap((value) => value.split(','))
    .map((value) => value.trim().toLowerCase())
    .filter((value) => value !== '' && value !== 'identity');
}

function nameOf(headers: IncomingReply['headers']): string {
  return oneLine(codingsOf(headers['content-encoding'] ?? []).join(', ')).slice(0, 60);
}
