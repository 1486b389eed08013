import { loadCatalogue } from '../../src/domain/catalogue';
import { readFleetList } from '../../src/fleet-list/fleet-list';
import type { Target } from './kit/target';

const CATALOGUE = loadCatalogue();

export const target: Target = {
  about: "the bytes of a fleet's list",
  corpus: [
    'vin,brand,fleet\nWBA8E9G50GNT00001,bmw,acme\n',
    'vin;brand;fleet\r\nWBA8E9G50GNT00001;BMW;"a ""b"", c"\r\n',
  ],
  words: ['vin', 'brand', 'fleet', 'odometer', 'tag:', '""', '",', 'WBA8E9G50GNT00001', '2050km'],
  holds: async (bytes) => {
    const source = (async function* () {
      yield bytes;
    })();
    try {
      for await (const row of readFleetList(source, { catalogue: CATALOGUE, sandbox: false })) void row;
    } catch (error) {
      if ((error as { code?: string }).code?.startsWith('LIST_')) return;
      throw error;
    }
  },
};
