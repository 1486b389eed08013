import { readCursor, writeCursor } from '../../src/gateway/api/cursor';
import { ListQuery } from '../../src/gateway/api/request-schemas';
import { makeToken } from '../../src/gateway/api/tokens';
import type { Target } from './kit/target';

const made = () => makeToken({ name: 'x', role: 'read', fleets: '*', expiresAt: null }, 0).token;
const [token, other] = [made(), made()];
const SEARCH = "Fleet IN ('acme')";
const PLACES = ['a', 'b'.repeat(300), '\0\xff{"next":1}', '\n'].map((text) => Buffer.from(text, 'latin1'));

export const target: Target = {
  about: 'the cursor of a list, as a client hands it back',
  corpus: PLACES.flatMap((place) => [
    writeCursor(SEARCH, token, place),
    writeCursor(SEARCH, other, place),
    writeCursor("Fleet IN ('others')", token, place),
  ]),
  words: ['=', '-', '_', '+', '/', 'AAAAAAAAAAAAAAAAAAAAAA'],
  holds: (bytes) => {
    for (const text of [bytes.toString('utf8'), bytes.toString('latin1')]) {
      if (!ListQuery.shape.cursor.safeParse(text).success) continue;
      const place = readCursor(SEARCH, token, text);
      if (place && !PLACES.some((own) => own.equals(place)))
        throw new Error('a cursor that nobody made was taken');
      if (readCursor("Fleet IN ('x')", other, text)) throw new Error('a cursor of another search was taken');
    }
  },
};
